package dev.convoy.spark.plan;

import dev.convoy.spark.data.Contiguous;
import dev.convoy.spark.train.StepTopology;
import dev.convoy.train.GradientSum;
import dev.convoy.train.TreeSum;

/**
 * How many partial sums of P bytes a step moves, counted with the {@link TreeSum} that adds them. A run of shards that is no whole
 * subtree leaves several sums behind, so this is no smooth function of the numbers of shards and tasks.
 *
 * @param tasks T, each with a contiguous run of shards
 * @param groups of neighbouring tasks whose sums meet on an executor; 0 if the driver adds them itself
 * @param heldByTask the most sums a task holds at a time: those that wait for their siblings and the one being computed
 * @param ofTask the most sums a task sends
 * @param intoGroup the most sums that come to a group
 * @param outOfGroup the most sums a group sends on
 * @param toDriver all sums that come to the driver
 */
public record SumTraffic(
        int tasks, int groups, int heldByTask, int ofTask, int intoGroup, int outOfGroup, int toDriver) {
    /** @param shards S, at least as many as tasks */
    public static SumTraffic of(int shards, int tasks) {
        int groups = StepTopology.groups(tasks);
        Contiguous placement = new Contiguous(shards, tasks);
        Contiguous grouping = new Contiguous(tasks, Math.max(1, groups));
        int receivers = grouping.numPartitions();
        int[] into = new int[receivers];
        TreeSum[] merged = new TreeSum[receivers];
        int heldByTask = 0;
        int ofTask = 0;
        int shard = 0;
        for (int task = 0; task < tasks; task++) {
            TreeSum sum = new TreeSum(shards);
            for (; shard < shards && placement.getPartition(shard) == task; shard++) {
                heldByTask = Math.max(heldByTask, sum.nodes().size() + 1);
                sum.add(shard, GradientSum.EMPTY);
            }
            int nodes = sum.nodes().size();
            ofTask = Math.max(ofTask, nodes);
            int receiver = grouping.getPartition(task);
            into[receiver] += nodes;
            merged[receiver] = merged[receiver] == null ? sum : merged[receiver].merge(sum);
        }
        if (groups == 0) {
            return new SumTraffic(tasks, 0, heldByTask, ofTask, 0, 0, into[0]);
        }
        int intoGroup = 0;
        int outOfGroup = 0;
        int toDriver = 0;
        for (int group = 0; group < groups; group++) {
            int out = merged[group].nodes().size();
            intoGroup = Math.max(intoGroup, into[group]);
            outOfGroup = Math.max(outOfGroup, out);
            toDriver += out;
        }
        return new SumTraffic(tasks, groups, heldByTask, ofTask, intoGroup, outOfGroup, toDriver);
    }
}
