package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.TreeSum;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The step with a local master. Tasks run in the driver's JVM, so they leave their sums here and return the number under which; no
 * array is serialised. Attempts that fail after leaving a sum, or lose against a copy of themselves, are never asked for it.
 */
final class LocalStepSum implements StepSum {
    private static final AtomicLong NEXT_STEP = new AtomicLong();
    private static final Map<Long, Map<Long, TreeSum>> STEPS = new ConcurrentHashMap<>();

    private final JavaSparkContext spark;
    private final JavaPairRDD<Integer, ImageBlock> partitions;
    private final int shards;

    LocalStepSum(JavaSparkContext spark, JavaPairRDD<Integer, ImageBlock> partitions, int shards) {
        this.spark = spark;
        this.partitions = partitions;
        this.shards = shards;
    }

    @Override
    public GradientSum of(ModelState state, ShardGradient gradient) {
        long step = NEXT_STEP.getAndIncrement();
        Map<Long, TreeSum> left = new ConcurrentHashMap<>();
        STEPS.put(step, left);
        TreeSum total = new TreeSum(shards, ShardTasks::giveBack);
        try (StateMessage message = StateMessage.send(spark, state)) {
            ShardSums sums = new ShardSums(message, gradient, shards);
            StepJob.run(
                    partitions.rdd(),
                    Long.class,
                    (task, partition) -> leave(step, task, sums.of(partition)),
                    attempt -> total.merge(left.remove(attempt)));
            return total.total();
        } finally {
            STEPS.remove(step);
        }
    }

    private static Long leave(long step, TaskContext task, TreeSum sum) {
        Map<Long, TreeSum> left = STEPS.get(step);
        if (left != null) { // else the step is over
            left.put(task.taskAttemptId(), sum);
        }
        return task.taskAttemptId();
    }
}
