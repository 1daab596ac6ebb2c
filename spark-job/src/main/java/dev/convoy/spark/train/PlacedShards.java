package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.data.Shards;
import dev.convoy.train.SplitPlan;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A data set's shards in the memory of the executors there are, for as long as a run lasts. An executor that comes later holds none of
 * them, and Spark, which puts a block where it is first made, would fetch one for it over the network in every step. So when executors
 * have come, or their cores are not as many as before, the shards are divided anew over all of them; what a step returns does not change.
 */
final class PlacedShards implements AutoCloseable {
    /** For so many steps the executors must have stayed the same: they come and go in groups, and dividing reads all data. */
    static final int STEADY_STEPS = 10;

    /**
     * What the shards are divided for.
     *
     * @param addresses of the executors; a new one has a new address
     * @param partitions that their cores suggest
     */
    private record Executors(Set<String> addresses, int partitions) {
        boolean suit(Executors now) {
            return partitions == now.partitions && addresses.containsAll(now.addresses);
        }
    }

    private final JavaSparkContext spark;
    private final IdxSource source;
    private final SplitPlan division;
    private final int tasksPerCore;
    private Executors latest;
    private Executors dividedFor;
    private JavaPairRDD<Integer, ImageBlock> shards;
    private int steadySteps;

    PlacedShards(JavaSparkContext spark, IdxSource source, SplitPlan division) {
        this.spark = spark;
        this.source = source;
        this.division = division;
        this.tasksPerCore = StepTopology.tasksPerCore(spark.getConf());
        // A job cannot run before an executor is there; asked earlier, a cluster's parallelism is that of none.
        spark.parallelize(List.of(0), 1).count();
        this.latest = executors();
        this.dividedFor = latest;
        this.shards = divide(latest.partitions());
    }

    private JavaPairRDD<Integer, ImageBlock> divide(int partitions) {
        return Shards.divide(spark, source, division.subset(), division.plan(), partitions);
    }

    /** The shards as they are divided now. */
    JavaPairRDD<Integer, ImageBlock> now() {
        return shards;
    }

    /** The shards for the next step, divided anew if that has become worthwhile. */
    JavaPairRDD<Integer, ImageBlock> forNextStep() {
        Executors now = executors();
        steadySteps = now.equals(latest) ? steadySteps + 1 : 0;
        latest = now;
        return steadySteps >= STEADY_STEPS ? over(now) : shards;
    }

    /** The shards for an evaluation, which reads all of them anyway: divided anew with any change. */
    JavaPairRDD<Integer, ImageBlock> forEvaluation() {
        return over(executors());
    }

    private JavaPairRDD<Integer, ImageBlock> over(Executors now) {
        if (!dividedFor.suit(now)) {
            shards.unpersist(false);
            shards = divide(now.partitions());
            dividedFor = now;
        }
        return shards;
    }

    @Override
    public void close() {
        shards.unpersist(false);
    }

    private Executors executors() {
        long wanted = (long) spark.defaultParallelism() * tasksPerCore;
        return new Executors(
                CollectionConverters.asJava(spark.sc().getExecutorMemoryStatus())
                        .keySet(),
                (int) Math.min(division.plan().shards(), wanted));
    }
}
