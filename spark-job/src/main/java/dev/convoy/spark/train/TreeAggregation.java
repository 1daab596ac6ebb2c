package dev.convoy.spark.train;

import dev.convoy.spark.data.Contiguous;
import dev.convoy.train.TreeSum;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Brings the partial sums of all partitions together. Partitions hold contiguous runs of shards, so neighbours hold siblings of the
 * {@link TreeSum} and should meet first. Spark's own {@code treeAggregate} groups partition i by {@code i mod m}, where no two
 * siblings meet and nothing is added before the last level; here groups are contiguous.
 */
final class TreeAggregation {
    /** Up to this many partitions the driver adds their sums itself, as they arrive; beyond, executors add them in groups first. */
    static final int DRIVER_MERGES = 4;

    private TreeAggregation() {}

    /** The sum over all partitions; the driver holds at most about the square root of their number of gradients. */
    static TreeSum sum(JavaRDD<TreeSum> partitions) {
        return grouped(partitions).reduce(TreeSum::merge);
    }

    /** One partial sum per group of {@code ceil(sqrt(partitions))} neighbours. */
    static JavaRDD<TreeSum> grouped(JavaRDD<TreeSum> partitions) {
        int count = partitions.getNumPartitions();
        if (count <= DRIVER_MERGES) {
            return partitions;
        }
        int groups = (int) Math.ceil(Math.sqrt(count));
        return partitions
                .mapPartitionsWithIndex(
                        (index, sums) ->
                                List.of(new Tuple2<>(index, sums.next())).iterator(),
                        true)
                .mapToPair(indexed -> indexed)
                .partitionBy(new Contiguous(count, groups))
                .values()
                .mapPartitions(sums -> {
                    TreeSum first = sums.next();
                    sums.forEachRemaining(first::merge);
                    return List.of(first).iterator();
                });
    }
}
