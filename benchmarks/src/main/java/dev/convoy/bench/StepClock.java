package dev.convoy.bench;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Divides the time of a step into phases, from the driver's own clock, the tasks' {@link Stamps} and what Spark tells its listeners. Spark
 * cuts its times to whole milliseconds, so half of one is added; over many steps that is right.
 */
final class StepClock extends SparkListener {
    /**
     * The parts of one step, in milliseconds; all but {@code update} make up {@code total}. Where tasks run side by side it is their mean.
     *
     * @param broadcast the weights: until the driver has them in pieces, plus until a task has put them together
     * @param schedule from the job's start until a task begins on its partition
     * @param compute the gradient, which is local work
     * @param serialise a task's result
     * @param aggregate all the rest: results travelling, read and added
     * @param update norm and step on the driver, after {@code total}
     */
    record Phases(
            double total,
            double broadcast,
            double schedule,
            double compute,
            double serialise,
            double aggregate,
            double update) {
        static final List<String> NAMES =
                List.of("step", "broadcast", "schedule", "compute", "serialise", "aggregate", "update");

        /** Where they stand among the values. */
        static final int TOTAL = 0;

        static final int COMPUTE = 3;
        static final int UPDATE = 6;

        double[] values() {
            return new double[] {total, broadcast, schedule, compute, serialise, aggregate, update};
        }
    }

    private static final class Step {
        private double startMillis;
        private double jobStart;
        private double total;
        private double update;
        private double serialise;
        private int tasks;
        private SparkStep.Sum sum = new SparkStep.Sum(new float[0], new float[0], 0);
    }

    private final Queue<Step> awaitingJob = new ArrayDeque<>();
    private final List<Step> done = new ArrayList<>();
    private Step current = new Step();
    private long origin;

    StepClock(JavaSparkContext spark) {
        spark.sc().addSparkListener(this);
    }

    /** When the step that is being timed began. */
    long origin() {
        return origin;
    }

    SparkStep.Sum time(Supplier<SparkStep.Sum> call) {
        Step step = new Step();
        synchronized (this) {
            awaitingJob.add(step);
        }
        current = step;
        Instant now = Instant.now();
        step.startMillis = now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
        origin = System.nanoTime();
        SparkStep.Sum sum = call.get();
        step.total = (System.nanoTime() - origin) / 1e6;
        int stamps = sum.stamps().length - sum.offset();
        float[] kept = new float[stamps];
        System.arraycopy(sum.stamps(), sum.offset(), kept, 0, stamps);
        step.sum = new SparkStep.Sum(kept, kept, 0);
        return sum;
    }

    void timeUpdate(Runnable update) {
        long begin = System.nanoTime();
        update.run();
        current.update = (System.nanoTime() - begin) / 1e6;
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart start) {
        Step step = awaitingJob.peek();
        if (step != null) {
            step.jobStart = start.time() + 0.5;
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        Step step = awaitingJob.peek();
        if (step != null && end.taskMetrics() != null) {
            long millis = end.taskMetrics().resultSerializationTime();
            step.serialise += millis == 0 ? 0 : millis + 0.5;
            step.tasks++;
        }
    }

    @Override
    public synchronized void onJobEnd(SparkListenerJobEnd end) {
        Step step = awaitingJob.poll();
        if (step != null) {
            done.add(step);
            notifyAll();
        }
    }

    /** The phases of the last {@code steps} steps, once Spark has told all of them. */
    synchronized List<Phases> read(int steps) {
        try {
            while (done.size() < steps) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        List<Phases> phases = done.stream().map(StepClock::phases).toList();
        done.clear();
        return phases;
    }

    private static Phases phases(Step step) {
        double sent = step.jobStart - step.startMillis;
        double began = Stamps.mean(step.sum.stamps(), 0, 0);
        double hadWeights = Stamps.mean(step.sum.stamps(), 0, 1);
        double hadGradient = Stamps.mean(step.sum.stamps(), 0, 2);
        double serialise = step.serialise / Math.max(1, step.tasks);
        return new Phases(
                step.total,
                sent + hadWeights - began,
                began - sent,
                hadGradient - hadWeights,
                serialise,
                step.total - hadGradient - serialise,
                step.update);
    }
}
