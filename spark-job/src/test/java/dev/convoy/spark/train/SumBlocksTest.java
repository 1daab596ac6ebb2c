package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.guard.ClusterException;
import dev.convoy.spark.guard.SparkFailure;
import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.Test;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** Sums that wait with their executors for the driver. */
class SumBlocksTest {
    private static final ModelState LARGE = new ModelState(new float[StepTopology.INLINE_VALUES + 1], new float[0]);

    /** On an executor: how often it has lost its sums. */
    private static final AtomicInteger LOSSES = new AtomicInteger();

    @Test
    void tasksWhoseSumsAreGoneBeforeTheDriverHasThemRunAgain() {
        try (JavaSparkContext spark = LocalSpark.start("local-cluster[2,1,1024]", conf())) {
            assertSum(spark, losing(2));
            assertSum(spark, losing(0)); // nothing of it stays behind
        }
    }

    @Test
    void sumsThatAreGoneEachTimeEndTheStepWithTheReason() {
        try (JavaSparkContext spark = LocalSpark.start("local-cluster[2,1,1024]", conf())) {
            ClusterException e = assertThrows(ClusterException.class, () -> sum(spark, losing(100)));
            assertTrue(
                    e.getMessage().contains("were lost 3 times before the driver had them (spark.task.maxFailures)"),
                    e.getMessage());
        }
    }

    /** Before a sum is left those of earlier steps are removed, in the background. */
    @Test
    void executorsKeepNoSumsOfEarlierSteps() {
        try (JavaSparkContext spark = LocalSpark.start("local-cluster[2,1,1024]", conf())) {
            for (int step = 0; step < 10; step++) {
                assertSum(spark, (state, shard, block) -> {
                    int most = 8; // of the step before, and of one before whose removal has just begun
                    if (own("sum").size() > most || own("state").size() > 0) {
                        throw new IllegalStateException("left over: " + own("sum") + own("state"));
                    }
                    return gradient(state, shard);
                });
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!own("").isEmpty() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertEquals(List.of(), own(""), "on the driver");
        }
    }

    @Test
    void moreThanTheDriverIsToTakeIsSaidInSparksWords() {
        SparkConf conf = conf().set("spark.driver.maxResultSize", "300k"); // one sum has 257 k
        try (JavaSparkContext spark = LocalSpark.start("local-cluster[2,1,1024]", conf)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> sum(spark, losing(0)));
            String line = SparkFailure.explain(e, "").orElseThrow().getMessage();
            assertTrue(line.contains("is bigger than spark.driver.maxResultSize (0.3 MiB)"), line);
            assertTrue(line.contains("raise it with --conf spark.driver.maxResultSize="), line);
        }
    }

    private static SparkConf conf() {
        return new SparkConf().set("spark.task.maxFailures", "3").set("spark.shuffle.io.maxRetries", "0");
    }

    /** An executor's first tasks, so many, lose their sums between their end and the driver's question. */
    private static ShardGradient losing(int times) {
        return (state, shard, block) -> {
            if (LOSSES.getAndIncrement() < times) {
                TaskCompletionListener remove = task -> own("sum")
                        .forEach(name -> SparkEnv.get().blockManager().removeBlock(BlockId.apply(name), false));
                TaskContext.get().addTaskCompletionListener(remove);
            }
            return gradient(state, shard);
        };
    }

    /** The blocks of this JVM that are not Spark's own. */
    private static List<String> own(String part) {
        return CollectionConverters.asJava(
                        SparkEnv.get().blockManager().getMatchingBlockIds(new AbstractFunction1<BlockId, Object>() {
                            @Override
                            public Object apply(BlockId block) {
                                return block.name().matches("broadcast_4611686018\\d+_" + part + ".*");
                            }
                        }))
                .stream()
                .map(BlockId::name)
                .toList();
    }

    private static void assertSum(JavaSparkContext spark, ShardGradient gradient) {
        float[] sum = sum(spark, gradient).gradient();
        float[] expected = new float[LARGE.weights().length];
        Arrays.fill(expected, 1 + 2 + 3 + 4);
        assertArrayEquals(expected, sum);
    }

    private static GradientSum sum(JavaSparkContext spark, ShardGradient gradient) {
        JavaPairRDD<Integer, ImageBlock> shards = spark.parallelize(
                        IntStream.range(0, 4).boxed().toList(), 4)
                .mapToPair(shard ->
                        new Tuple2<>(shard, new ImageBlock(Shape.of(1, 1, 1), new byte[1], new int[1], new long[1])));
        return StepSum.over(spark, shards, 4).of(LARGE, gradient);
    }

    private static GradientSum gradient(ModelState state, int shard) {
        float[] gradient = new float[state.weights().length];
        Arrays.fill(gradient, shard + 1);
        return new GradientSum(1, 0, 0, gradient, new float[0]);
    }
}
