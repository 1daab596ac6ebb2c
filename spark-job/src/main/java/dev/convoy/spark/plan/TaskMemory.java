package dev.convoy.spark.plan;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;

/**
 * The memory of one task at its largest, in bytes, after real passes with one, two and some images. The workspace grows by the same amount
 * with each further image. The kernels' buffers do not: they hold a block at a time, and some images fill it.
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
     * Passes on the calling thread; what its kernels needed before, if that was more, is counted too.
     *
     * @throws IllegalArgumentException if the network or the normalisation does not suit the images
     */
    public static TaskMemory of(RunConfig config, Shape image, SumTraffic sums) {
        int share = 1 + (config.train().batchSize() - 1) / config.train().shards();
        int most = config.train().microBatch();
        int images = most == 0 ? share : Math.min(share, most);
        ShardTask task = new ShardTask(config, image);
        Network network = task.network();
        ModelState state = ModelState.initial(network, config.train().seed());
        long one = workspaceAfter(1, task, state);
        long each = images == 1 ? 0 : workspaceAfter(2, task, state) - one;
        workspaceAfter(Math.min(images, affordable(network)), task, state); // grows the kernels' buffers
        long sum = stateBytes(network);
        return new TaskMemory(
                images, one + (images - 1) * each, sums.heldByTask() * sum, task.scratchBytes(), sums.ofTask() * sum);
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

    private static long workspaceAfter(int images, ShardTask task, ModelState state) {
        ImageBlock block = SyntheticImages.of(task.network().image(), images);
        task.gradient(state, block, 0, new BatchPlan(0, images, images, 1), 0, 0);
        return task.workspaceBytes();
    }
}
