package dev.convoy.spark.plan;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Network;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;

/**
 * The memory of one task at its largest, in bytes. The engine's buffers are those of its own workspace after real passes with one and
 * with two images: they grow by the same amount with each further one.
 *
 * @param images in a pass
 * @param activations and their gradients, for that many images
 * @param gradients of the weights, with the sums of the running averages: the one being computed and the partial sums that wait for
 *     their siblings
 * @param message the serialised sums
 */
public record TaskMemory(int images, long activations, long gradients, long message) {

    /**
     * @param shards of the busiest task
     * @throws IllegalArgumentException if the network or the normalisation does not suit the images
     */
    public static TaskMemory of(RunConfig config, Shape image, int shards, SumTraffic sums) {
        int share = 1 + (config.train().batchSize() - 1) / config.train().shards();
        int most = config.train().microBatch();
        int images = most == 0 ? share : Math.min(share, most);
        ShardTask task = new ShardTask(config, image);
        Network network = task.network();
        ModelState state = ModelState.initial(network, config.train().seed());
        long one = bytes(task, state, image, 1);
        long two = images == 1 ? one : bytes(task, state, image, 2);
        int waiting = Math.max(sums.ofTask(), Integer.SIZE - Integer.numberOfLeadingZeros(shards - 1));
        long sum = stateBytes(network);
        return new TaskMemory(images, one + (images - 1) * (two - one), (1L + waiting) * sum, sums.ofTask() * sum);
    }

    /** P: weights and running averages. */
    public static long stateBytes(Network network) {
        return Float.BYTES
                * ((long) network.weights().size() + network.buffers().size());
    }

    public long total() {
        return activations + gradients + message;
    }

    private static long bytes(ShardTask task, ModelState state, Shape image, int images) {
        ImageBlock block = SyntheticImages.of(image, images);
        task.gradient(state, block, 0, new BatchPlan(0, images, images, 1), 0, 0);
        return task.workspaceBytes();
    }
}
