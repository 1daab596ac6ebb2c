package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.spark.LocalSpark;
import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import dev.convoy.train.TreeSum;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** Tasks of one JVM take the arrays of their sums from one place, and fail while they hold some. */
class SpareArraysTest {
    private static final int SHARDS = 6;
    private static final int PARTITIONS = 3;
    private static final int STEPS = 12;
    private static final Shape IMAGE = Shape.of(12, 12, 1);
    private static final BatchPlan PLAN = new BatchPlan(1, 8L * SHARDS, 4 * SHARDS, SHARDS);
    private static final AtomicInteger FAILURES = new AtomicInteger();

    /** A sum whose attempt failed, before or after leaving it, is nobody's; every other array is spoilt before it is used again. */
    @Test
    void attemptsThatFailTakeTheirArraysWithThem() {
        RunConfig config = RunConfig.defaults().with("model.name", "mlp").with("train.shards", SHARDS);
        ShardTask alone = new ShardTask(config, IMAGE);
        ModelState state = ModelState.initial(alone.network(), 1);
        int[] image = IMAGE.toArray();
        FAILURES.set(0);
        try (JavaSparkContext spark = LocalSpark.start("local[3,4]")) {
            JavaPairRDD<Integer, ImageBlock> shards = spark.parallelize(
                            IntStream.range(0, SHARDS).boxed().toList(), PARTITIONS)
                    .mapToPair(shard -> new Tuple2<>(shard, block(shard)));
            for (int step = 0; step < STEPS; step++) {
                int now = step;
                GradientSum sum = StepSum.over(spark, shards, SHARDS).of(state, (current, shard, block) -> {
                    GradientSum one = ShardTasks.with(
                            config, Shape.of(image), task -> task.gradient(current, block, shard, PLAN, now, 0));
                    failFirstAttempts(now, shard);
                    return one;
                });
                assertSum(alone, state, step, sum);
                Arrays.fill(Objects.requireNonNull(sum.gradient()), Float.NaN);
                ShardTasks.giveBack(sum);
            }
        }
        assertTrue(FAILURES.get() >= STEPS, FAILURES + " attempts failed");
    }

    /** Of each step one task at its second shard, when the first one's sum is done, and one after it has left its sum. */
    private static void failFirstAttempts(int step, int shard) {
        TaskContext task = TaskContext.get();
        if (task.attemptNumber() == 0 && shard % 2 == 1) {
            if (shard / 2 == step % PARTITIONS) {
                FAILURES.incrementAndGet();
                throw new IllegalStateException("a first attempt that this test lets fail at shard " + shard);
            }
            if (shard / 2 == (step + 1) % PARTITIONS) {
                TaskCompletionListener fail = ended -> {
                    FAILURES.incrementAndGet();
                    throw new IllegalStateException("a first attempt that this test lets fail at its end");
                };
                task.addTaskCompletionListener(fail);
            }
        }
    }

    private static void assertSum(ShardTask alone, ModelState state, int step, GradientSum sum) {
        TreeSum expected = new TreeSum(SHARDS);
        for (int shard = 0; shard < SHARDS; shard++) {
            expected.add(shard, alone.gradient(state, block(shard), shard, PLAN, step, 0));
        }
        assertArrayEquals(expected.total().gradient(), sum.gradient(), "step " + step);
        assertEquals(expected.total().lossSum(), sum.lossSum());
        assertEquals(expected.total().count(), sum.count());
    }

    private static ImageBlock block(int shard) {
        int count = PLAN.shardSize(shard);
        byte[] pixels = new byte[count * 144];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31 + shard);
        }
        long[] ids =
                IntStream.range(0, count).mapToLong(i -> i * SHARDS + shard).toArray();
        return new ImageBlock(IMAGE, pixels, new int[count], ids);
    }
}
