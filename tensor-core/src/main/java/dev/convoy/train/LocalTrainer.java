package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Network;
import java.util.List;

/** Trains on one thread, without Spark: the same shards, the same sums, the same bits as a cluster. */
public final class LocalTrainer {
    private LocalTrainer() {}

    /**
     * Trains on {@code train} and evaluates on {@code test}.
     *
     * @throws DivergedException when the loss or the gradient is not finite
     */
    public static ModelState train(
            RunConfig config, ImageBlock train, ImageBlock test, List<? extends TrainingListener> listeners) {
        BatchPlan plan = plan(config, train);
        LocalWorkers workers = new LocalWorkers(config, divide(train, plan), plan, divide(test, plan(config, test)));
        Network network = workers.network();
        ModelState first = ModelState.initial(network, config.train().seed());
        return new Training(config, network, plan, workers, listeners, first).run();
    }

    private static BatchPlan plan(RunConfig config, ImageBlock data) {
        return new BatchPlan(
                config.train().seed(),
                data.count(),
                config.train().batchSize(),
                config.train().shards());
    }

    private static ImageBlock[] divide(ImageBlock block, BatchPlan plan) {
        int[][] members = plan.divide(block.ids());
        ImageBlock[] shards = new ImageBlock[members.length];
        for (int shard = 0; shard < shards.length; shard++) {
            shards[shard] = block.select(members[shard]);
        }
        return shards;
    }
}
