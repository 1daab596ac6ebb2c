package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Network;
import java.util.ArrayList;
import java.util.List;

/** All shards on one thread: what every cluster has to return to the bit. */
public final class LocalWorkers implements Workers {
    private final ShardTask task;
    private final ImageBlock[] train;
    private final BatchPlan plan;
    private final ImageBlock[] test;

    /**
     * @param train the shards as {@code plan} divides them
     * @param test shards to evaluate on
     */
    public LocalWorkers(RunConfig config, ImageBlock[] train, BatchPlan plan, ImageBlock[] test) {
        this.task = new ShardTask(config, train[0].image());
        this.train = train.clone();
        this.plan = plan;
        this.test = test.clone();
    }

    public Network network() {
        return task.network();
    }

    @Override
    public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
        TreeSum sum = new TreeSum(train.length);
        for (int shard = 0; shard < train.length; shard++) {
            sum.add(shard, task.gradient(state, train[shard], shard, plan, epoch, stepOfEpoch));
        }
        return sum.total();
    }

    @Override
    public List<Divergence> diagnose(ModelState state, int epoch, int stepOfEpoch) {
        List<Divergence> found = new ArrayList<>();
        for (int shard = 0; shard < train.length; shard++) {
            task.diagnose(state, train[shard], shard, plan, epoch, stepOfEpoch).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public Evaluation evaluate(ModelState state) {
        Evaluation total = Evaluation.EMPTY;
        for (ImageBlock shard : test) {
            total = total.plus(task.evaluate(state, shard));
        }
        return total;
    }
}
