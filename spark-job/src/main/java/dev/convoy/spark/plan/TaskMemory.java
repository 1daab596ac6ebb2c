package dev.convoy.spark.plan;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import dev.convoy.train.Rehearsal;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The memory of one task at its largest, in bytes. The workspace is counted in a {@link Rehearsal} with one and two images; it grows by the same
 * amount with each further one. The kernels' buffers hardly grow with images: they hold a block at a time, and a real pass with some
 * images fills it; those of many channels are as large with one.
 *
 * @param images in a pass
 * @param activations with their gradients and the operations' notes, for that many images
 * @param gradients of the weights, with the sums of the running averages: the one being computed and the partial sums that wait for
 *     their siblings
 * @param kernels the buffers that the kernels keep for the thread
 * @param message the serialised sums
 */
public record TaskMemory(int images, long activations, long gradients, long kernels, long message) {
    /** Of the pass with some images, forward. */
    private static final long MOST_MULTIPLY_ADDS = 500_000_000;

    /**
     * With a pass on a thread of its own, whose kernels begin without buffers.
     *
     * @throws IllegalArgumentException if the network or the normalisation does not suit the images
     */
    public static TaskMemory of(RunConfig config, Shape image, SumTraffic sums) {
        TaskMemory counted = withoutKernels(config, image, sums);
        ShardTask task = new ShardTask(config, image);
        int images = Math.min(counted.images, affordable(task.network()));
        Supplier<Long> pass = () -> kernelsAfter(images, task, config.train().seed());
        long kernels;
        try {
            kernels = CompletableFuture.supplyAsync(pass, work -> new Thread(work, "convoy-memory").start())
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) { // such as a full heap
                throw error;
            }
            throw e;
        }
        return new TaskMemory(counted.images, counted.activations, counted.gradients, kernels, counted.message);
    }

    /** The same with 0 in place of the kernels' share, and with nothing computed: for networks whose pass takes long. */
    public static TaskMemory withoutKernels(RunConfig config, Shape image, SumTraffic sums) {
        int share = 1 + (config.train().batchSize() - 1) / config.train().shards();
        int most = config.train().microBatch();
        int images = most == 0 ? share : Math.min(share, most);
        long one = Rehearsal.workspaceBytes(config, image, 1);
        long each = images == 1 ? 0 : Rehearsal.workspaceBytes(config, image, 2) - one;
        long sum = stateBytes(
                ModelZoo.build(config.model().name(), image, config.data().classes()));
        return new TaskMemory(images, one + (images - 1) * each, sums.heldByTask() * sum, 0, sums.ofTask() * sum);
    }

    /** P: weights and running averages. */
    public static long stateBytes(Network network) {
        return Float.BYTES
                * ((long) network.weights().size() + network.buffers().size());
    }

    public long total() {
        return activations + gradients + kernels + message;
    }

    private static int affordable(Network network) {
        long multiplyAdds = network.describe().stream()
                .mapToLong(LayerSummary::multiplyAdds)
                .sum();
        return (int) Math.max(1, MOST_MULTIPLY_ADDS / Math.max(1, multiplyAdds));
    }

    private static long kernelsAfter(int images, ShardTask task, long seed) {
        Network network = task.network();
        BatchPlan plan = new BatchPlan(0, images, images, 1);
        task.gradient(ModelState.initial(network, seed), SyntheticImages.of(network.image(), images), 0, plan, 0, 0);
        return task.scratchBytes();
    }
}
