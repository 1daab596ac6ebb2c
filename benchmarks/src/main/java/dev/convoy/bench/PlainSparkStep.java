package dev.convoy.bench;

import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The step as a competent user writes it, after Spark ML's own optimizers: the weights are broadcast, {@code treeAggregate} of depth 2 adds
 * in place, and its zero value is empty, so that no zeros travel. Kryo is on, all else as Spark has it.
 */
final class PlainSparkStep implements SparkStep {
    private static final float[] EMPTY = {};

    private final JavaSparkContext spark;
    private final JavaRDD<Integer> shards;
    private final int count;

    PlainSparkStep(JavaSparkContext spark, int shards) {
        this.spark = spark;
        this.count = shards;
        JavaRDD<Integer> indices = spark.parallelize(
                        IntStream.range(0, shards).boxed().toList(), shards)
                .cache();
        indices.count();
        this.shards = indices.mapPartitions(
                partition -> {
                    Stamps.taskBegins();
                    return partition;
                },
                true);
    }

    @Override
    public Sum sum(float[] weights, long origin) {
        int all = count;
        Broadcast<float[]> current = spark.broadcast(weights);
        try {
            float[] sum = shards.treeAggregate(
                    EMPTY, (total, shard) -> add(total, current.value(), shard, all, origin), PlainSparkStep::add, 2);
            return new Sum(sum, sum, weights.length);
        } finally {
            current.destroy();
        }
    }

    private static float[] add(float[] total, float[] weights, int shard, int shards, long origin) {
        long hadWeights = System.nanoTime();
        float[] sum = total.length > 0 ? total : new float[weights.length + Stamps.PER_SHARD * shards];
        for (int i = 0; i < weights.length; i++) {
            sum[i] += weights[i];
        }
        Stamps.write(sum, weights.length, shard, origin, hadWeights, System.nanoTime());
        return sum;
    }

    private static float[] add(float[] one, float[] other) {
        if (one.length == 0) {
            return other;
        }
        for (int i = 0; i < other.length; i++) {
            one[i] += other[i];
        }
        return one;
    }
}
