package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.LocalSpark;
import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.TreeSum;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

/** Both ways of a {@link StepSum}, with one shard per partition and values whose sum depends on the order of additions. */
class TreeAggregationTest {
    private static final ModelState SMALL = new ModelState(new float[] {2, 3, 5}, new float[] {7});

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 7, 16, 33, 64})
    void groupsOfNeighboursAddEarlyAndToTheSameBits(int shards) {
        try (JavaSparkContext spark = LocalSpark.start("local[2]")) {
            TreeAggregation tree = new TreeAggregation(spark, shards(spark, shards), shards);
            assertSame(expected(SMALL, shards), tree.of(SMALL, TreeAggregationTest::gradient));
            assertSame(
                    expected(SMALL, shards),
                    new LocalStepSum(spark, shards(spark, shards), shards).of(SMALL, TreeAggregationTest::gradient));
            if (shards == 16 || shards == 64) {
                assertTrue(
                        tree.mostHeld() <= Math.sqrt(shards),
                        "the driver held " + tree.mostHeld() + " gradients of " + shards + " partitions");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2,3]", "local-cluster[2,1,1024]"})
    void attemptsThatFailLeaveNothingInTheSum(String master) {
        try (JavaSparkContext spark = LocalSpark.start(master)) {
            GradientSum sum = StepSum.over(spark, shards(spark, 4), 4).of(SMALL, (state, shard, block) -> {
                GradientSum gradient = gradient(state, shard, block);
                if (shard % 2 == 1 && TaskContext.get().attemptNumber() < 2) {
                    throw new IllegalStateException("injected: shard " + shard + " fails twice");
                }
                return gradient;
            });
            assertSame(expected(SMALL, 4), sum);
        }
    }

    /** In small: one message, and one gradient, four times Kryo's largest buffer, directly and through groups. */
    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void aModelMayBeLargerThanKryosBuffer(int shards) {
        SparkConf conf =
                new SparkConf().set("spark.kryoserializer.buffer", "64k").set("spark.kryoserializer.buffer.max", "1m");
        assertClusterSum("local-cluster[2,1,1024]", conf, 1 << 20, shards);
    }

    @Test
    @Tag("slow")
    void aModelMayBeLargerThanKryosDefaultBuffer() {
        SparkConf conf = new SparkConf().set("spark.executor.memory", "2g");
        assertClusterSum("local-cluster[2,1,2048]", conf, 20_000_000, 2);
        assertClusterSum("local[2]", new SparkConf(), 20_000_000, 2);
    }

    private static void assertClusterSum(String master, SparkConf conf, int parameters, int shards) {
        ModelState state = new ModelState(new float[parameters], new float[] {7});
        for (int i = 0; i < parameters; i++) {
            state.weights()[i] = i;
        }
        try (JavaSparkContext spark = LocalSpark.start(master, conf)) {
            assertSame(
                    expected(state, shards),
                    StepSum.over(spark, shards(spark, shards), shards).of(state, TreeAggregationTest::gradient));
        }
    }

    private static JavaPairRDD<Integer, ImageBlock> shards(JavaSparkContext spark, int shards) {
        return spark.parallelize(IntStream.range(0, shards).boxed().toList(), shards)
                .mapToPair(shard -> new Tuple2<>(
                        shard, new ImageBlock(Shape.of(1, 1, 1), new byte[1], new int[1], new long[] {shard})));
    }

    private static GradientSum gradient(ModelState state, int shard, ImageBlock block) {
        assertEquals(shard, block.ids()[0]);
        float[] gradient = state.weights().clone();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = Math.scalb(gradient[i] / (shard + 3), shard % 20) - shard;
        }
        return new GradientSum(1, shard, 0, gradient, state.buffers().clone());
    }

    private static GradientSum expected(ModelState state, int shards) {
        TreeSum expected = new TreeSum(shards);
        for (int shard = 0; shard < shards; shard++) {
            ImageBlock block = new ImageBlock(Shape.of(1, 1, 1), new byte[1], new int[1], new long[] {shard});
            expected.add(shard, gradient(state, shard, block));
        }
        return expected.total();
    }

    private static void assertSame(GradientSum expected, GradientSum sum) {
        assertArrayEquals(expected.gradient(), sum.gradient());
        assertArrayEquals(expected.bufferSums(), sum.bufferSums());
        assertEquals(expected.count(), sum.count());
        assertEquals(expected.lossSum(), sum.lossSum());
    }
}
