package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.LocalSpark;
import dev.convoy.train.GradientSum;
import dev.convoy.train.TreeSum;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeAggregationTest {

    /** One shard per partition, values whose sum depends on the order of additions. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 7, 16, 33, 64})
    void groupsOfNeighboursAddEarlyAndToTheSameBits(int shards) {
        TreeSum expected = new TreeSum(shards);
        IntStream.range(0, shards).forEach(shard -> expected.add(shard, leaf(shard)));
        try (JavaSparkContext spark = LocalSpark.start("local[2]")) {
            JavaRDD<TreeSum> partitions = spark.parallelize(
                            IntStream.range(0, shards).boxed().toList(), shards)
                    .map(shard -> new TreeSum(shards).add(shard, leaf(shard)));
            assertArrayEquals(
                    expected.total().gradient(),
                    TreeAggregation.sum(partitions).total().gradient());
            List<Integer> held = TreeAggregation.grouped(partitions)
                    .map(sum -> sum.nodes().size())
                    .collect();
            if (shards > TreeAggregation.DRIVER_MERGES) {
                assertEquals((int) Math.ceil(Math.sqrt(shards)), held.size());
                assertTrue(
                        held.stream().mapToInt(nodes -> nodes).sum() < shards || shards < 6,
                        "nothing was added within the groups: " + held);
            }
            if (shards == 16) {
                assertEquals(List.of(1, 1, 1, 1), held);
            }
        }
    }

    private static GradientSum leaf(int shard) {
        float[] gradient = {1f / (shard + 3), (float) Math.scalb(1.7, shard % 40), -3f * shard};
        return new GradientSum(1, shard, 0, gradient, new float[0]);
    }
}
