package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
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
        ShardTask task = new ShardTask(config, train.image());
        ImageBlock[] shards = divide(train, plan);
        ImageBlock[] testShards = divide(test, plan(config, test));
        Workers workers = new Workers() {
            @Override
            public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
                TreeSum sum = new TreeSum(shards.length);
                for (int shard = 0; shard < shards.length; shard++) {
                    sum.add(shard, task.gradient(state, shards[shard], shard, plan, epoch, stepOfEpoch));
                }
                return sum.total();
            }

            @Override
            public Evaluation evaluate(ModelState state) {
                Evaluation total = Evaluation.EMPTY;
                for (ImageBlock shard : testShards) {
                    total = total.plus(task.evaluate(state, shard));
                }
                return total;
            }
        };
        return new Training(config, task.network(), plan, workers, listeners).run();
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
