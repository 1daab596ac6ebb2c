package dev.convoy.spark.guard;

import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reports the tasks that are late, once each: running for some seconds, and for several times as long as other tasks take. Stops
 * nothing. It learns of tasks from Spark's events and looks at its clock when a heartbeat comes, the driver's own among them, so that a
 * frozen executor is noticed too; a step costs it two entries in a map.
 */
public final class TaskWatch extends SparkListener implements TrainingListener {
    private static final double MUCH_LONGER = 3;
    private static final int REMEMBERED = 64;
    private static final String GC_TIME = "internal.metrics.jvmGCTime";

    private static final class Running {
        private final TaskInfo task;
        private final int stage;
        private String phase = "";
        private long collecting;
        private boolean reported;

        Running(TaskInfo task, int stage) {
            this.task = task;
            this.stage = stage;
        }
    }

    private final double lateMillis;
    private final int shards;
    private final Consumer<String> tell;
    private final LongSupplier clock;

    private final Map<Long, Running> running = new HashMap<>();
    private final Map<Integer, Integer> tasksOfStage = new HashMap<>();
    private final Deque<Long> durations = new ArrayDeque<>();
    private long step;

    /**
     * @param lateSeconds after which a task may be late
     * @param shards S
     * @param tell hears of each; called by Spark's listener thread
     */
    public TaskWatch(double lateSeconds, int shards, Consumer<String> tell) {
        this(lateSeconds, shards, tell, System::currentTimeMillis);
    }

    /** @param clock in milliseconds, as Spark stamps its tasks */
    TaskWatch(double lateSeconds, int shards, Consumer<String> tell, LongSupplier clock) {
        this.lateMillis = lateSeconds * 1000;
        this.shards = shards;
        this.tell = tell;
        this.clock = clock;
    }

    @Override
    public synchronized void started(RunConfig config, long samples, long taken, long steps, int stepsPerEpoch) {
        step = taken;
    }

    @Override
    public synchronized void rolledBack(RollBack rollBack) {
        step = rollBack.step();
    }

    @Override
    public synchronized void stepFinished(StepReport report) {
        step = report.step() + 1;
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        tasksOfStage.put(submitted.stageInfo().stageId(), submitted.stageInfo().numTasks());
    }

    @Override
    public synchronized void onTaskStart(SparkListenerTaskStart start) {
        running.put(start.taskInfo().taskId(), new Running(start.taskInfo(), start.stageId()));
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        running.remove(end.taskInfo().taskId());
        if (end.taskInfo().successful()) {
            durations.add(end.taskInfo().duration());
            if (durations.size() > REMEMBERED) {
                durations.remove();
            }
        }
    }

    /** A copy of a task that is no longer needed need not end for the step to go on. */
    @Override
    public synchronized void onStageCompleted(SparkListenerStageCompleted completed) {
        int stage = completed.stageInfo().stageId();
        tasksOfStage.remove(stage);
        running.values().removeIf(task -> task.stage == stage);
    }

    @Override
    public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
        for (var update : CollectionConverters.asJava(heartbeat.accumUpdates())) {
            Running task = running.get(((Number) update._1()).longValue());
            if (task != null) {
                for (AccumulableInfo info : CollectionConverters.asJava(update._4())) {
                    note(task, info);
                }
            }
        }
        look();
    }

    private static void note(Running task, AccumulableInfo info) {
        String name = info.name().isDefined() ? info.name().get() : "";
        Object value = info.update().isDefined() ? info.update().get() : null;
        if (name.equals(GC_TIME) && value instanceof Number millis) {
            task.collecting = millis.longValue();
        } else if (name.equals(Phase.NAME) && value instanceof String phase) {
            task.phase = phase;
        }
    }

    private void look() {
        long now = clock.getAsLong();
        for (Running late : running.values()) {
            long millis = now - late.task.launchTime();
            if (!late.reported && !isAlone(late) && millis > lateMillis && millis > MUCH_LONGER * usual()) {
                late.reported = true;
                tell.accept(describe(late, millis));
            }
        }
    }

    /** The reading of the data is one task of its own size, with nothing to be compared to. */
    private boolean isAlone(Running task) {
        return task.phase.isEmpty() && tasksOfStage.getOrDefault(task.stage, 0) == 1;
    }

    /** The median of the last tasks' times, in milliseconds; 0 before the first. */
    private double usual() {
        long[] sorted = durations.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** Neighbouring shards share a task, in every stage of a step. */
    private String shards(Running late) {
        Integer tasks = tasksOfStage.get(late.stage);
        if (tasks == null) {
            return "partition " + late.task.index();
        }
        long first = ((long) late.task.index() * shards + tasks - 1) / tasks;
        long last = ((late.task.index() + 1L) * shards + tasks - 1) / tasks - 1;
        return first >= last ? "shard " + first : "shards " + first + " to " + last;
    }

    private String describe(Running late, long millis) {
        TaskInfo task = late.task;
        return String.format(
                Locale.ROOT,
                "step %d: a task is late: %s, running for %.1f s where others take %.1f s, on executor %s (%s), attempt %d,"
                        + " %.0f %% of it garbage collection, phase: %s",
                step + 1,
                shards(late),
                millis / 1000.0,
                usual() / 1000,
                task.executorId(),
                task.host(),
                task.attemptNumber() + 1,
                100.0 * late.collecting / millis,
                late.phase.isEmpty() ? "fetching its shards or the weights" : late.phase);
    }
}
