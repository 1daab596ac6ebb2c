package dev.convoy.spark.guard;

import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;

/** All that watches over one run on a cluster, from its first job to its last. */
public final class Guards implements AutoCloseable {
    private final JavaSparkContext spark;
    private final RunConfig config;
    private final List<? extends TrainingListener> listeners;
    private final ExecutorWatch executors;
    private final TaskWatch tasks;
    private final Phase phase;

    private Guards(
            JavaSparkContext spark, RunConfig config, String checkpoints, List<? extends TrainingListener> listeners) {
        this.spark = spark;
        this.config = config;
        this.listeners = List.copyOf(listeners);
        String resume =
                checkpoints.isBlank() ? "" : "--resume auto goes on from the newest checkpoint in " + checkpoints;
        this.executors = new ExecutorWatch(spark, config.guard().executorSeconds(), resume, this::warn);
        this.tasks = new TaskWatch(config.guard().lateSeconds(), config.train().shards(), this::warn);
        this.phase = Phase.register(spark);
    }

    /**
     * Begins to watch.
     *
     * @param checkpoints the folder from which what is lost may be resumed; empty for none
     * @param listeners hear what the operator should, some of it on Spark's own thread
     */
    public static Guards over(
            JavaSparkContext spark, RunConfig config, String checkpoints, List<? extends TrainingListener> listeners) {
        Guards guards = new Guards(spark, config, checkpoints, listeners);
        guards.executors.start();
        if (config.guard().lateSeconds() > 0) {
            spark.sc().addSparkListener(guards.tasks);
        }
        return guards;
    }

    /** What tasks say they are doing. */
    public Phase phase() {
        return phase;
    }

    /** To be told of the run's steps. */
    public TrainingListener listener() {
        return tasks;
    }

    /**
     * Tests driver and executors, does the work and says at its beginning and again at its end what was wrong with them.
     *
     * @throws ClusterException if the cluster fails for a known reason
     */
    public <R> R during(Function<SelfTest, R> work) {
        try {
            SelfTest test = SelfTest.run(spark, config.kernels());
            test.warnings().forEach(this::warn);
            R result = work.apply(test);
            test.warnings().forEach(this::warn);
            return result;
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            executors.explain(e);
            throw e;
        }
    }

    private void warn(String line) {
        listeners.forEach(listener -> listener.warned(line));
    }

    @Override
    public void close() {
        executors.stop();
        if (!spark.sc().isStopped()) {
            spark.sc().removeSparkListener(tasks);
        }
    }
}
