package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * The learning rate range test: a short run whose rate grows from far too low to far too high by the same factor at each step, {@code
 * rate(t) = from (to/from)^(t / (steps - 1))}. Where the loss falls fastest the rate is good; where it turns, too high. It is a run like
 * any other on the schedule {@code exponential}, with a factor above 1, so that it tests what the settings would train. It ends early when
 * the loss has left its best value far behind, or is no longer finite. Source: Smith, "Cyclical learning rates for training neural
 * networks", 2017, section 3.3.
 */
public final class LearningRateFinder implements TrainingListener {
    /** Of the average that decides about the end; the newest tenth weighs as in fast.ai's momentum. */
    private static final double DECAY = 0.9;

    /** How far above its best that average ends the test. */
    private static final double DIVERGED = 4;

    /**
     * @param from the first learning rate
     * @param to the last
     * @param steps how many there are
     */
    public record Range(double from, double to, int steps) {
        public Range {
            InvalidSettingException.require(from > 0 && Double.isFinite(from), "--from", "a positive number", from);
            InvalidSettingException.require(
                    to > from && Double.isFinite(to), "--to", "a number above --from (" + from + ")", to);
            InvalidSettingException.require(steps >= 10, "--steps", "at least 10", steps);
        }
    }

    private final List<Double> rates = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private double sum;
    private double weight;
    private double best = Double.POSITIVE_INFINITY;

    private final List<? extends TrainingListener> listeners;

    private LearningRateFinder(List<? extends TrainingListener> listeners) {
        this.listeners = listeners;
    }

    /** Gradients only: the test evaluates nothing. */
    private record Steps(Workers workers) implements Workers {
        @Override
        public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
            return workers.gradient(state, epoch, stepOfEpoch);
        }

        @Override
        public void takeBack(GradientSum sum) {
            workers.takeBack(sum);
        }

        @Override
        public Evaluation evaluate(ModelState state, Split split) {
            return Evaluation.EMPTY;
        }
    }

    /**
     * Runs the test.
     *
     * @param listeners hear of the start and of each step
     * @param first the values to begin with; changed
     * @throws DivergedException if the very first loss is not finite
     */
    public static RateCurve find(
            RunConfig config,
            Range range,
            Network network,
            BatchPlan plan,
            Workers workers,
            List<? extends TrainingListener> listeners,
            ModelState first) {
        LearningRateFinder finder = new LearningRateFinder(listeners);
        boolean diverged = false;
        try {
            new Training(settings(config, range, plan), network, plan, new Steps(workers), List.of(finder), first)
                    .run();
        } catch (DivergedException e) {
            if (finder.losses.isEmpty()) {
                throw e;
            }
            diverged = true;
        }
        return RateCurve.of(finder.rates, finder.losses, diverged);
    }

    /** The settings of the test: those of the run, on its own schedule and without what ends, repeats or stores a run. */
    static RunConfig settings(RunConfig config, Range range, BatchPlan plan) {
        int epochs = (range.steps() + plan.stepsPerEpoch() - 1) / plan.stepsPerEpoch();
        double allSteps = (double) epochs * plan.stepsPerEpoch();
        return config.shortened(range.steps())
                .with("train.epochs", epochs)
                .with("schedule.name", "exponential")
                .with("schedule.minimum", 0.0)
                .with("schedule.rate", range.from())
                .with("schedule.gamma", range.to() / range.from())
                .with("schedule.period", (range.steps() - 1) / allSteps)
                .with("schedule.warm-up", 0.0);
    }

    @Override
    public void started(RunConfig config, long samples, long taken, long steps, int stepsPerEpoch) {
        listeners.forEach(listener -> listener.started(config, samples, taken, steps, stepsPerEpoch));
    }

    @Override
    public void stepFinished(StepReport report) {
        listeners.forEach(listener -> listener.stepFinished(report));
        rates.add(report.rate());
        losses.add(report.loss());
        sum = DECAY * sum + (1 - DECAY) * report.loss();
        weight = DECAY * weight + (1 - DECAY);
        double average = sum / weight;
        best = Math.min(best, average);
        if (average > DIVERGED * best) {
            throw new DivergedException("step " + report.step() + ": the loss has left its best value far behind");
        }
    }
}
