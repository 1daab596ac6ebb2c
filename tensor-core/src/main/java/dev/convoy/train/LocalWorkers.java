package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Network;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** All shards on one thread: what every cluster has to return to the bit. */
public final class LocalWorkers implements Workers {
    private final SpareArrays spare = new SpareArrays();
    private final ShardTask task;
    private final BatchPlan plan;
    private final Map<Split, ImageBlock[]> splits = new EnumMap<>(Split.class);

    /**
     * @param train the whole training set, from which the settings may hold out a share to validate on
     * @param test the whole test set
     */
    public LocalWorkers(RunConfig config, ImageBlock train, ImageBlock test) {
        this.task = new ShardTask(config, train.image(), spare);
        this.plan = SplitPlan.of(config, Split.TRAINING, train.count()).plan();
        for (Split split : config.splits()) {
            splits.put(split, shards(config, split, split == Split.TEST ? test : train));
        }
    }

    private static ImageBlock[] shards(RunConfig config, Split split, ImageBlock source) {
        SplitPlan division = SplitPlan.of(config, split, source.count());
        int[][] members = division.plan().divide(division.subset().places(source.ids()));
        ImageBlock[] shards = new ImageBlock[members.length];
        for (int shard = 0; shard < shards.length; shard++) {
            shards[shard] = source.select(members[shard]);
        }
        return shards;
    }

    public Network network() {
        return task.network();
    }

    /** A few words on the kernels they compute with. */
    public String kernels() {
        return task.kernels();
    }

    /** Which samples each step takes. */
    public BatchPlan plan() {
        return plan;
    }

    private ImageBlock[] shards(Split split) {
        return Objects.requireNonNull(splits.get(split), () -> "the settings have no " + split + " split");
    }

    @Override
    public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
        ImageBlock[] shards = shards(Split.TRAINING);
        TreeSum sum = new TreeSum(shards.length, spare::giveBack);
        for (int shard = 0; shard < shards.length; shard++) {
            sum.add(shard, task.gradient(state, shards[shard], shard, plan, epoch, stepOfEpoch));
        }
        return sum.total();
    }

    @Override
    public void takeBack(GradientSum sum) {
        spare.giveBack(sum);
    }

    @Override
    public List<Divergence> diagnose(ModelState state, int epoch, int stepOfEpoch) {
        ImageBlock[] shards = shards(Split.TRAINING);
        List<Divergence> found = new ArrayList<>();
        for (int shard = 0; shard < shards.length; shard++) {
            task.diagnose(state, shards[shard], shard, plan, epoch, stepOfEpoch).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public Evaluation evaluate(ModelState state, Split split) {
        Evaluation total = Evaluation.EMPTY;
        for (ImageBlock shard : shards(split)) {
            total = total.plus(task.evaluate(state, shard));
        }
        return total;
    }
}
