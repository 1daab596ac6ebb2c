package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.block.Blocks;
import dev.convoy.spark.data.Contiguous;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.TreeSum;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;

/**
 * The step on a cluster. Partitions hold contiguous runs of shards, so neighbours hold siblings of the {@link TreeSum} and should meet
 * first. Spark's own {@code treeAggregate} groups partition i by {@code i mod m}, where no two siblings meet and nothing is added
 * before the last level; here groups are contiguous.
 */
final class TreeAggregation implements StepSum {
    private final JavaSparkContext spark;
    private final JavaPairRDD<Integer, ImageBlock> partitions;
    private final int shards;
    private int mostHeld;

    TreeAggregation(JavaSparkContext spark, JavaPairRDD<Integer, ImageBlock> partitions, int shards) {
        this.spark = spark;
        this.partitions = partitions;
        this.shards = shards;
    }

    /** The driver holds at most about the square root of the number of partitions of gradients. */
    @Override
    public GradientSum of(ModelState state, ShardGradient gradient) {
        TreeSum total = new TreeSum(shards);
        mostHeld = 0;
        try (StateMessage message = StateMessage.send(spark, state)) {
            ShardSums sums = new ShardSums(message, gradient, shards);
            boolean inResults = StateMessage.isSmall(state) || StateMessage.bytes(state) > Blocks.LARGEST;
            int count = partitions.getNumPartitions();
            int groups = StepTopology.groups(count);
            if (groups == 0) {
                collect(partitions.rdd(), (task, partition) -> sums.of(partition), inResults, total);
            } else {
                collect(grouped(sums, count, groups).rdd(), (task, group) -> mergeAll(group), inResults, total);
            }
        }
        return total.total();
    }

    /** Sums come within the tasks' results or as blocks. */
    private <T> void collect(RDD<T> rdd, StepJob.Work<T, TreeSum> work, boolean inResults, TreeSum total) {
        if (inResults) {
            StepJob.run(rdd, TreeSum.class, work, arrived -> merge(total, arrived));
        } else {
            new SumBlocks<>(rdd, work, shards, arrived -> merge(total, arrived)).run();
        }
    }

    private void merge(TreeSum total, TreeSum arrived) {
        mostHeld = Math.max(mostHeld, total.nodes().size() + arrived.nodes().size());
        total.merge(arrived);
    }

    /** The most gradients that the driver had at once in the last step. */
    int mostHeld() {
        return mostHeld;
    }

    /** The partial sums of a group of neighbours in each partition. */
    private JavaPairRDD<Integer, TreeSum> grouped(ShardSums sums, int count, int groups) {
        return partitions
                .mapPartitionsToPair(
                        partition -> List.of(new Tuple2<>(TaskContext.getPartitionId(), sums.of(partition)))
                                .iterator(),
                        true)
                .partitionBy(new Contiguous(count, groups));
    }

    private static TreeSum mergeAll(Iterator<Tuple2<Integer, TreeSum>> group) {
        TreeSum first = group.next()._2;
        group.forEachRemaining(next -> first.merge(next._2));
        return first;
    }
}
