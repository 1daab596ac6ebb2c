package dev.convoy.spark.guard;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * What a task is doing, carried to the driver by the executors' heartbeats; what comes with a task's result is dropped. A task that has not
 * entered any phase is still fetching its shards or the weights.
 */
public final class Phase extends AccumulatorV2<String, String> {
    /** By which the driver's listeners know it. */
    static final String NAME = "convoy phase";

    private static final String NONE = "";

    private volatile String now = NONE;

    /** One for the tasks of a run. */
    public static Phase register(JavaSparkContext spark) {
        Phase phase = new Phase();
        spark.sc().register(phase, NAME);
        return phase;
    }

    /** The task does this from now on. */
    public void enter(String phase) {
        now = phase;
    }

    @Override
    public boolean isZero() {
        return now.equals(NONE);
    }

    @Override
    public AccumulatorV2<String, String> copy() {
        Phase copy = new Phase();
        copy.now = now;
        return copy;
    }

    @Override
    public void reset() {
        now = NONE;
    }

    @Override
    public void add(String phase) {
        enter(phase);
    }

    @Override
    public void merge(AccumulatorV2<String, String> other) {
        // the phases of two tasks have no sum
    }

    @Override
    public String value() {
        return now;
    }
}
