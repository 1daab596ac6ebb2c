package dev.convoy.spark.guard;

import dev.convoy.spark.guard.ClusterException.Problem;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.JobSucceeded$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run that has work but no executor to do it, which Spark would wait for without end, and knows afterwards what became of the
 * executors. It looks at its clock with the driver's own heartbeat ({@link #CLOCK}): no thread, and nothing per step.
 */
public final class ExecutorWatch extends SparkListener {
    /** The setting of Spark's for the time between two looks; 10 s where nobody sets it. */
    public static final String CLOCK = "spark.driver.metrics.pollingInterval";

    /** Spark's words for the jobs that a look has cancelled. */
    private static final String CANCELLED = "cancelled as part of cancellation of all jobs";

    private static final int REASONS = 3;
    private static final double NANOS = 1e-9;
    private static final double SECONDS_BETWEEN_WORDS = 10;

    private final JavaSparkContext spark;
    private final double patience;
    private final String resume;
    private final Consumer<String> tell;
    private final LongSupplier nanoTime;

    /** What became of the executors that were lost since a job has last succeeded: of those before, the run has got over. */
    private final Map<String, String> removed = new LinkedHashMap<>();

    private int jobs;
    private boolean waiting;
    private long waitingSince;
    private long lastTold;
    private @Nullable String failure;

    /**
     * @param patience seconds without an executor after which the running jobs are cancelled
     * @param resume how to go on later, for the message; empty if nothing has been kept
     * @param tell hears that there is none, every ten seconds; called by Spark's listener thread
     */
    public ExecutorWatch(JavaSparkContext spark, double patience, String resume, Consumer<String> tell) {
        this(spark, patience, resume, tell, System::nanoTime);
    }

    /** @param nanoTime a clock as {@link System#nanoTime()} */
    ExecutorWatch(
            JavaSparkContext spark, double patience, String resume, Consumer<String> tell, LongSupplier nanoTime) {
        this.spark = spark;
        this.patience = patience;
        this.resume = resume;
        this.tell = tell;
        this.nanoTime = nanoTime;
    }

    /** Begins to watch; a local master, which is its own executor, needs none. */
    public void start() {
        if (!spark.isLocal()) {
            spark.sc().addSparkListener(this);
        }
    }

    /** Ends it. */
    public void stop() {
        if (!spark.sc().isStopped()) {
            spark.sc().removeSparkListener(this);
        }
    }

    /**
     * Says in one line why a job failed, where that is known.
     *
     * @throws ClusterException with that line, in place of the failure
     */
    public synchronized void explain(Exception jobFailure) {
        if (failure != null && isCancelled(jobFailure)) {
            throw new ClusterException(Problem.FAILED, failure, jobFailure);
        }
        SparkFailure.explain(jobFailure, String.join("; ", removed.values())).ifPresent(explained -> {
            throw explained;
        });
    }

    /** A look may have cancelled no job, because an executor came just then: what ends the run later has another reason. */
    private static boolean isCancelled(Throwable jobFailure) {
        for (Throwable cause = jobFailure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(CANCELLED)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart start) {
        jobs++;
    }

    @Override
    public synchronized void onJobEnd(SparkListenerJobEnd end) {
        jobs = Math.max(0, jobs - 1); // one may have begun before this watch
        if (end.jobResult() == JobSucceeded$.MODULE$) {
            removed.clear();
        }
    }

    @Override
    public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved event) {
        removed.put(event.executorId(), event.reason());
        if (removed.size() > REASONS) {
            removed.remove(removed.keySet().iterator().next());
        }
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
        if (heartbeat.execId().equals("driver")) {
            look(nanoTime.getAsLong());
        }
    }

    private synchronized void look(long now) {
        boolean missing = jobs > 0 && spark.sc().statusTracker().getExecutorInfos().length <= 1; // the driver
        if (!missing) {
            waiting = false;
            return;
        }
        if (!waiting) {
            waiting = true;
            waitingSince = now;
            lastTold = now - (long) (SECONDS_BETWEEN_WORDS / NANOS);
        }
        double waited = (now - waitingSince) * NANOS;
        if (waited < patience) {
            if ((now - lastTold) * NANOS < SECONDS_BETWEEN_WORDS) {
                return;
            }
            lastTold = now;
            tell.accept(String.format(
                    Locale.ROOT,
                    "no executor to work on: %s; waiting for one, %.0f s of at most %.0f (guard.executor-seconds)",
                    whatHappened(),
                    waited,
                    patience));
        } else {
            failure = String.format(
                    Locale.ROOT,
                    "no executor for %.0f s (guard.executor-seconds): %s; do the cluster's workers run, with --executor-memory and"
                            + " cores to spare?%s",
                    patience,
                    whatHappened(),
                    resume.isEmpty() ? "" : " " + resume);
            spark.sc().cancelAllJobs(); // with every further look too: one job may be over by now and the next begun
        }
    }

    private String whatHappened() {
        if (removed.isEmpty()) {
            return "none has come";
        }
        return removed.entrySet().stream()
                .map(lost -> "executor " + lost.getKey() + " ("
                        + lost.getValue().lines().findFirst().orElse("no reason given") + ")")
                .collect(Collectors.joining(", ", "the last ones were lost: ", ""));
    }
}
