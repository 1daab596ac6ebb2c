package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.Network;
import dev.convoy.optim.Adam;
import dev.convoy.optim.Optimizer;
import dev.convoy.optim.Schedule;
import dev.convoy.optim.Sgd;
import dev.convoy.train.TrainingListener.StepReport;
import java.util.List;

/**
 * Synchronous SGD, the driver's side: asks the {@link Workers} for the summed gradient of each step, divides it by the true count
 * and moves the weights. {@code w[t+1] = step(w[t], (1/n) sum over samples of dloss/dw)}.
 */
public final class Training {
    /** The weight of the newest batch in the running averages of batch normalisation, as in PyTorch. */
    private static final float NEWEST_SHARE = 0.1f;

    private final RunConfig config;
    private final BatchPlan plan;
    private final Workers workers;
    private final List<? extends TrainingListener> listeners;
    private final ModelState state;
    private final Optimizer optimizer;
    private final Schedule schedule;
    private final long allSteps;
    private final long steps;

    public Training(
            RunConfig config,
            Network network,
            BatchPlan plan,
            Workers workers,
            List<? extends TrainingListener> listeners) {
        this.config = config;
        this.plan = plan;
        this.workers = workers;
        this.listeners = List.copyOf(listeners);
        this.state = ModelState.initial(network, config.train().seed());
        this.optimizer = optimizer(config.optimizer(), state.weights().length);
        this.schedule = schedule(config.schedule());
        this.allSteps = (long) config.train().epochs() * plan.stepsPerEpoch();
        int most = config.train().maxSteps();
        this.steps = most == 0 ? allSteps : Math.min(allSteps, most);
    }

    /**
     * Runs to the end.
     *
     * @throws DivergedException when the loss or the gradient is not finite
     */
    public ModelState run() {
        listeners.forEach(listener -> listener.started(config, plan.samples(), steps, plan.stepsPerEpoch()));
        for (long step = 0; step < steps; step++) {
            int epoch = (int) (step / plan.stepsPerEpoch());
            step(step, epoch);
            boolean epochEnds = (step + 1) % plan.stepsPerEpoch() == 0;
            int every = config.train().evaluateEvery();
            if (epochEnds && every > 0 && (epoch + 1) % every == 0 && step + 1 < steps) {
                evaluate(step + 1, epoch);
            }
        }
        requireFinite(state.weights());
        requireFinite(state.buffers());
        Evaluation last = evaluate(steps, (int) ((steps - 1) / plan.stepsPerEpoch()));
        listeners.forEach(listener -> listener.finished(state, last));
        return state;
    }

    private void step(long step, int epoch) {
        GradientSum sum = workers.gradient(state, epoch, (int) (step % plan.stepsPerEpoch()));
        float[] gradient = sum.gradient();
        float[] bufferSums = sum.bufferSums();
        if (gradient == null || bufferSums == null) {
            throw new IllegalStateException("step " + step + " summed no samples");
        }
        requireFinite(sum, gradient, step);
        float share = 1f / sum.count();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= share;
        }
        double rate = schedule.rate(step, allSteps);
        optimizer.step(state.weights(), gradient, (float) rate);
        float[] buffers = state.buffers();
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = Math.fma(NEWEST_SHARE, bufferSums[i] * share - buffers[i], buffers[i]);
        }
        StepReport report = new StepReport(
                epoch, step, sum.count(), sum.lossSum() / sum.count(), (double) sum.correct() / sum.count(), rate);
        listeners.forEach(listener -> listener.stepFinished(report));
    }

    private Evaluation evaluate(long step, int epoch) {
        Evaluation evaluation = workers.evaluate(state);
        listeners.forEach(listener -> listener.evaluated(step, epoch, evaluation));
        return evaluation;
    }

    private void requireFinite(GradientSum sum, float[] gradient, long step) {
        boolean finite = Double.isFinite(sum.lossSum());
        for (int i = 0; finite && i < gradient.length; i++) {
            finite = Float.isFinite(gradient[i]);
        }
        if (!finite) {
            throw new DivergedException("step " + step + ": the loss (" + sum.lossSum() / sum.count()
                    + ") or its gradient is not finite; lower schedule.rate (now "
                    + config.schedule().rate() + ") or lengthen schedule.warm-up");
        }
    }

    private void requireFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new DivergedException("the last step left weights that are not finite; lower schedule.rate (now "
                        + config.schedule().rate() + ") or lengthen schedule.warm-up");
            }
        }
    }

    private static Optimizer optimizer(RunConfig.Optimizer config, int size) {
        return switch (config.name()) {
            case "sgd" -> new Sgd(size, config.momentum(), config.nesterov(), config.weightDecay());
            case "adam" -> new Adam(size, config.beta1(), config.beta2(), config.epsilon(), config.weightDecay());
            default -> throw new InvalidSettingException("optimizer.name", "sgd or adam", config.name());
        };
    }

    private static Schedule schedule(RunConfig.Schedule config) {
        return switch (config.name()) {
            case "constant" -> Schedule.constant(config.rate()).warmedUp(config.warmUp());
            case "step" ->
                Schedule.step(config.rate(), config.milestones(), config.gamma())
                        .warmedUp(config.warmUp());
            case "cosine" -> Schedule.cosine(config.rate()).warmedUp(config.warmUp());
            case "one-cycle" -> Schedule.oneCycle(config.rate(), config.warmUp());
            default ->
                throw new InvalidSettingException(
                        "schedule.name", "constant, step, cosine or one-cycle", config.name());
        };
    }
}
