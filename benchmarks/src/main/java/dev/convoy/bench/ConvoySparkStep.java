package dev.convoy.bench;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.data.Contiguous;
import dev.convoy.spark.train.StepSum;
import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Convoy's step, by the code that trains. */
final class ConvoySparkStep implements SparkStep {
    private final StepSum sum;
    private final int shards;

    ConvoySparkStep(JavaSparkContext spark, int shards) {
        this.shards = shards;
        JavaPairRDD<Integer, ImageBlock> blocks = spark.parallelize(
                        IntStream.range(0, shards).boxed().toList(), shards)
                .mapToPair(shard ->
                        new Tuple2<>(shard, new ImageBlock(Shape.of(1, 1, 1), new byte[1], new int[1], new long[1])))
                .partitionBy(new Contiguous(shards, shards))
                .cache();
        blocks.count();
        JavaPairRDD<Integer, ImageBlock> stamped = blocks.mapPartitionsToPair(
                partition -> {
                    Stamps.taskBegins();
                    return partition;
                },
                true);
        this.sum = StepSum.over(spark, stamped, shards);
    }

    @Override
    public Sum sum(float[] weights, long origin) {
        int count = shards;
        GradientSum total = sum.of(new ModelState(weights, new float[0]), (state, shard, block) -> {
            long hadWeights = System.nanoTime();
            float[] gradient = state.weights().clone();
            float[] stamps = new float[Stamps.PER_SHARD * count];
            Stamps.write(stamps, 0, shard, origin, hadWeights, System.nanoTime());
            return new GradientSum(1, 0, 0, gradient, stamps);
        });
        return new Sum(Objects.requireNonNull(total.gradient()), Objects.requireNonNull(total.bufferSums()), 0);
    }
}
