package dev.convoy.spark.train;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Every task of a Spark context that has ended, as Spark tells of it. */
final class EndedTasks extends SparkListener {
    /**
     * One attempt of a task.
     *
     * @param step that a watched run was at, or -1
     * @param reason {@code Success}, or Spark's class of the failure
     * @param bytesFetched from shuffle files: what a lost block of the data is made of again
     */
    record Ended(
            long step,
            long task,
            String executor,
            int stage,
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
    private final Map<Integer, Long> steps = new ConcurrentHashMap<>();

    private EndedTasks(JavaSparkContext spark) {
        this.spark = spark;
    }

    static EndedTasks of(JavaSparkContext spark) {
        EndedTasks tasks = new EndedTasks(spark);
        spark.sc().addSparkListener(tasks);
        return tasks;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted event) {
        steps.put(event.stageInfo().stageId(), Long.valueOf(event.properties().getProperty(Watcher.STEP, "-1")));
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
        TaskMetrics metrics = event.taskMetrics();
        ended.add(new Ended(
                steps.get(event.stageId()),
                event.taskInfo().taskId(),
                event.taskInfo().executorId(),
                event.stageId(),
                event.taskInfo().partitionId(),
                event.reason().getClass().getSimpleName().replace("$", ""),
                metrics == null ? 0 : metrics.shuffleReadMetrics().totalBytesRead(),
                event.taskInfo().speculative()));
    }

    /** All until now: events reach listeners late, so this waits until they have. */
    List<Ended> list() throws Exception {
        spark.sc().listenerBus().waitUntilEmpty();
        return List.copyOf(ended);
    }

    /** Those of one step. */
    List<Ended> of(long step) throws Exception {
        return list().stream().filter(task -> task.step() == step).toList();
    }

    /** The attempts that succeeded. */
    Set<Long> succeeded() throws Exception {
        return list().stream().filter(Ended::succeeded).map(Ended::task).collect(Collectors.toSet());
    }
}
