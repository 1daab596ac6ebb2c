package dev.convoy.spark.train;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Every task of a Spark context that has ended, as Spark tells of it. */
final class EndedTasks extends SparkListener {
    /**
     * One attempt of a task.
     *
     * @param reason {@code Success}, or Spark's class of the failure
     * @param bytesFetched from shuffle files: what a lost block of the data is made of again
     */
    record Ended(
            long task,
            int stage,
            int stageAttempt,
            int partition,
            String reason,
            long bytesFetched,
            boolean speculative) {
        boolean succeeded() {
            return reason.equals("Success");
        }
    }

    private final JavaSparkContext spark;
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

    private EndedTasks(JavaSparkContext spark) {
        this.spark = spark;
    }

    static EndedTasks of(JavaSparkContext spark) {
        EndedTasks tasks = new EndedTasks(spark);
        spark.sc().addSparkListener(tasks);
        return tasks;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
        TaskMetrics metrics = event.taskMetrics();
        ended.add(new Ended(
                event.taskInfo().taskId(),
                event.stageId(),
                event.stageAttemptId(),
                event.taskInfo().index(),
                event.reason().getClass().getSimpleName().replace("$", ""),
                metrics == null ? 0 : metrics.shuffleReadMetrics().totalBytesRead(),
                event.taskInfo().speculative()));
    }

    /** All until now: events reach listeners late, so this waits until they have. */
    List<Ended> list() throws Exception {
        spark.sc().listenerBus().waitUntilEmpty();
        return List.copyOf(ended);
    }

    /** The attempts that succeeded. */
    Set<Long> succeeded() throws Exception {
        return list().stream().filter(Ended::succeeded).map(Ended::task).collect(Collectors.toSet());
    }
}
