package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The one place where a step meets Spark: a state goes down to all shards, the sum of what they make of it comes up, in one job. The
 * order of additions is that of {@link dev.convoy.train.TreeSum}, whichever way the sums travel.
 */
public interface StepSum {
    /**
     * The sum over all shards of one step.
     *
     * @param state must not change before this returns
     */
    GradientSum of(ModelState state, ShardGradient gradient);

    /**
     * The way that suits the master.
     *
     * @param shards pairs (shard index, its samples) in contiguous runs of indices {@code 0 .. count-1}
     */
    static StepSum over(JavaSparkContext spark, JavaPairRDD<Integer, ImageBlock> shards, int count) {
        return spark.isLocal() ? new LocalStepSum(spark, shards, count) : new TreeAggregation(spark, shards, count);
    }
}
