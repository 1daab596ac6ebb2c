package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.Network;
import dev.convoy.optim.GradientClip;
import dev.convoy.optim.Optimizer;
import dev.convoy.optim.WeightAverage;
import dev.convoy.train.TrainingListener.StepReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Synchronous SGD, the driver's side: asks the {@link Workers} for the summed gradient of each step, divides it by the true count,
 * clips it and moves the weights. {@code w[t+1] = step(w[t], clip((1/n) sum over samples of dloss/dw))}.
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
    private final LearningRate learningRate;
    private final GradientClip clip;
    private final @Nullable WeightAverage averageWeights;
    private final @Nullable WeightAverage averageBuffers;
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
        this.optimizer = Optimizers.of(config, network.weights(), state.weights());
        this.learningRate = new LearningRate(config.schedule());
        this.clip = new GradientClip(
                config.optimizer().clipValue(), config.optimizer().clipNorm());
        double decay = config.optimizer().average();
        this.averageWeights = decay == 0 ? null : new WeightAverage(state.weights(), decay);
        this.averageBuffers = decay == 0 ? null : new WeightAverage(state.buffers(), decay);
        this.allSteps = (long) config.train().epochs() * plan.stepsPerEpoch();
        int most = config.train().maxSteps();
        this.steps = most == 0 ? allSteps : Math.min(allSteps, most);
        InvalidSettingException.require(
                config.optimizer().lookahead() <= steps,
                "optimizer.lookahead",
                "at most " + steps + ", the steps of the run,",
                config.optimizer().lookahead());
    }

    /**
     * Runs to the end and returns the model: what the last step left, or what the optimizer or the average make of all steps.
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
                learningRate.evaluated(evaluate(step + 1, epoch));
            }
        }
        requireFinite(state.weights());
        requireFinite(state.buffers());
        Evaluation last = evaluate(steps, (int) ((steps - 1) / plan.stepsPerEpoch()));
        ModelState model = model();
        listeners.forEach(listener -> listener.finished(model, last));
        return model;
    }

    /** The values to evaluate and to keep. */
    private ModelState model() {
        return averageWeights == null || averageBuffers == null
                ? new ModelState(optimizer.evaluated(state.weights()), state.buffers())
                : new ModelState(averageWeights.values(), averageBuffers.values());
    }

    private void step(long step, int epoch) {
        GradientSum sum = workers.gradient(state, epoch, (int) (step % plan.stepsPerEpoch()));
        float[] gradient = sum.gradient();
        float[] bufferSums = sum.bufferSums();
        if (gradient == null || bufferSums == null) {
            throw new IllegalStateException("step " + step + " summed no samples");
        }
        float share = 1f / sum.count();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= share;
        }
        double norm = GradientClip.norm(gradient);
        requireFinite(sum, norm, step);
        clip.apply(gradient, norm);
        double rate = learningRate.at(step, allSteps);
        optimizer.step(state.weights(), gradient, (float) rate);
        float[] buffers = state.buffers();
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = Math.fma(NEWEST_SHARE, bufferSums[i] * share - buffers[i], buffers[i]);
        }
        if (averageWeights != null && averageBuffers != null) {
            averageWeights.update(state.weights());
            averageBuffers.update(buffers);
        }
        StepReport report = new StepReport(
                epoch,
                step,
                sum.count(),
                sum.lossSum() / sum.count(),
                (double) sum.correct() / sum.count(),
                rate,
                norm);
        listeners.forEach(listener -> listener.stepFinished(report));
    }

    private Evaluation evaluate(long step, int epoch) {
        Evaluation evaluation = workers.evaluate(model());
        listeners.forEach(listener -> listener.evaluated(step, epoch, evaluation));
        return evaluation;
    }

    private void requireFinite(GradientSum sum, double norm, long step) {
        if (!Double.isFinite(sum.lossSum()) || !Double.isFinite(norm)) {
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
}
