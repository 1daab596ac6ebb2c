package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.Network;
import dev.convoy.nn.ParameterLayout;
import dev.convoy.optim.GradientClip;
import dev.convoy.optim.Optimizer;
import dev.convoy.optim.WeightAverage;
import dev.convoy.train.TrainingListener.RollBack;
import dev.convoy.train.TrainingListener.StepReport;
import dev.convoy.train.TrainingState.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Synchronous SGD, the driver's side: asks the {@link Workers} for the summed gradient of each step, divides it by the true count,
 * clips it and moves the weights. {@code w[t+1] = step(w[t], clip((1/n) sum over samples of dloss/dw))}.
 */
public final class Training {
    /** The weight of the newest batch in the running averages of batch normalisation, as in PyTorch. */
    private static final float NEWEST_SHARE = 0.1f;

    private final RunConfig config;
    private final Network network;
    private final BatchPlan plan;
    private final Workers workers;
    private final List<? extends TrainingListener> listeners;
    private final ModelState state;
    private final Optimizer optimizer;
    private final LearningRate learningRate;
    private final GradientClip clip;
    private final @Nullable WeightAverage averageWeights;
    private final @Nullable WeightAverage averageBuffers;
    private final @Nullable ModelState bestModel;
    private final long allSteps;
    private final long steps;
    private long taken;
    private double rateFactor = 1;
    private List<Long> returns = List.of();
    private EarlyStopping.Best best;
    /** Of the model after the newest step; null before it is evaluated. */
    private @Nullable Evaluation latest;

    private Checkpoints checkpoints = (steps, now) -> Optional.empty();
    private final @Nullable TrainingState beginning;
    /** All that is to be remembered but the live weights and buffers, by name; live. */
    private final Map<String, float[]> arrays;

    /** @param first the values of the network before the first step; changed by training */
    public Training(
            RunConfig config,
            Network network,
            BatchPlan plan,
            Workers workers,
            List<? extends TrainingListener> listeners,
            ModelState first) {
        this.config = config;
        this.network = network;
        this.plan = plan;
        this.workers = workers;
        this.listeners = List.copyOf(listeners);
        this.state = first;
        this.optimizer = Optimizers.of(config, network.weights(), state.weights());
        this.learningRate = new LearningRate(config.schedule());
        this.clip = new GradientClip(
                config.optimizer().clipValue(), config.optimizer().clipNorm());
        double decay = config.optimizer().average();
        this.averageWeights = decay == 0 ? null : new WeightAverage(state.weights(), decay);
        this.averageBuffers = decay == 0 ? null : new WeightAverage(state.buffers(), decay);
        this.best = config.earlyStopping().start();
        this.bestModel = config.earlyStopping().patience() == 0
                ? null
                : new ModelState(state.weights().clone(), state.buffers().clone());
        this.allSteps = (long) config.train().epochs() * plan.stepsPerEpoch();
        int most = config.train().maxSteps();
        this.steps = most == 0 ? allSteps : Math.min(allSteps, most);
        InvalidSettingException.require(
                config.optimizer().lookahead() <= steps,
                "optimizer.lookahead",
                "at most " + steps + ", the steps of the run,",
                config.optimizer().lookahead());
        this.arrays = Collections.unmodifiableMap(arrays());
        this.beginning = config.guard().onDivergence().equals("roll-back") ? now().copy() : null;
    }

    /** Where a run that diverges finds the states to return to, if {@code guard.on-divergence} lets it. */
    public void rollBackTo(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    /** The values before the first step, if the run may return to them; empty if it may not. */
    public Optional<ModelState> firstValues() {
        return Optional.ofNullable(beginning).map(TrainingState::values);
    }

    /**
     * Goes on from an earlier state of a run with the same settings and data, instead of from what was there.
     *
     * @throws IllegalArgumentException if it is not of such a run: an array is missing, of another length, or not known
     */
    public void restore(TrainingState from) {
        if (!from.arrays().keySet().equals(arrays.keySet())) {
            throw new IllegalArgumentException("the state holds the arrays "
                    + new TreeSet<>(from.arrays().keySet()) + " but this run has " + arrays.keySet());
        }
        copy("weights", from.values().weights(), state.weights());
        copy("buffers", from.values().buffers(), state.buffers());
        arrays.forEach(
                (name, array) -> copy(name, Objects.requireNonNull(from.arrays().get(name)), array));
        learningRate.restore(from.progress().plateau());
        rateFactor = from.progress().rateFactor();
        returns = from.progress().returns();
        best = from.progress().best();
        latest = null;
        taken = from.step();
    }

    private static void copy(String name, float[] from, float[] to) {
        if (from.length != to.length) {
            throw new IllegalArgumentException(
                    "the state's " + name + " has " + from.length + " values but this run's has " + to.length);
        }
        System.arraycopy(from, 0, to, 0, to.length);
    }

    /** All that is to be remembered; live. */
    private TrainingState now() {
        Progress progress = new Progress(learningRate.plateau(), rateFactor, returns, best);
        return new TrainingState(taken, state, arrays, progress);
    }

    private Map<String, float[]> arrays() {
        Map<String, float[]> arrays = new TreeMap<>();
        optimizer.state().forEach((name, array) -> arrays.put("optimizer." + name, array));
        if (averageWeights != null && averageBuffers != null) {
            averageWeights.state().forEach((name, array) -> arrays.put("average.weights." + name, array));
            averageBuffers.state().forEach((name, array) -> arrays.put("average.buffers." + name, array));
        }
        if (bestModel != null) {
            arrays.put("best.weights", bestModel.weights());
            arrays.put("best.buffers", bestModel.buffers());
        }
        return arrays;
    }

    /**
     * Runs to the end, or until early stopping ends it, and returns the model: what the last step left, or what the optimizer or the
     * average make of all steps, or with early stopping the best of those that were evaluated.
     *
     * @throws DivergedException when the loss, the gradient or a weight is not finite, and the settings allow no (further) return to a
     *     checkpoint
     */
    public ModelState run() {
        listeners.forEach(listener -> listener.started(config, plan.samples(), taken, steps, plan.stepsPerEpoch()));
        while (taken < steps && !config.earlyStopping().isOver(best)) {
            try {
                step(taken);
            } catch (DivergedException e) {
                rollBack(e);
                continue;
            }
            taken++;
            if (isEvaluationDue()) {
                evaluate();
            }
            TrainingState now = now();
            listeners.forEach(listener -> listener.betweenSteps(now));
        }
        if (!isEvaluationDue()) {
            evaluate(); // the last model competes too; not part of the state above, since a longer run would not do it
        }
        ModelState earlier = best.step() == 0 || best.step() == taken ? null : bestModel;
        ModelState model = earlier == null ? model() : earlier;
        Evaluation known = earlier == null && config.watched() == Split.TEST ? latest : null;
        Evaluation test = known == null ? workers.evaluate(model, Split.TEST) : known;
        listeners.forEach(listener -> listener.finished(model, test));
        return model;
    }

    private boolean isEvaluationDue() {
        int epochs = config.train().evaluateEvery();
        int every = config.train().evaluateEverySteps();
        boolean epochsEnd = epochs > 0 && taken % ((long) epochs * plan.stepsPerEpoch()) == 0;
        return epochsEnd || (every > 0 && taken % every == 0);
    }

    /** Evaluates the model of so far on the split that the run watches. */
    private void evaluate() {
        Evaluation evaluation = workers.evaluate(model(), config.watched());
        int epoch = (int) ((taken - 1) / plan.stepsPerEpoch());
        listeners.forEach(listener -> listener.evaluated(taken, epoch, evaluation));
        learningRate.evaluated(evaluation);
        best = config.earlyStopping().next(best, evaluation, taken);
        if (bestModel != null && best.step() == taken) {
            copy("weights", model().weights(), bestModel.weights());
            copy("buffers", model().buffers(), bestModel.buffers());
        }
        latest = evaluation;
    }

    /** The values to evaluate and to keep. */
    private ModelState model() {
        return averageWeights == null || averageBuffers == null
                ? new ModelState(optimizer.evaluated(state.weights()), state.buffers())
                : new ModelState(averageWeights.values(), averageBuffers.values());
    }

    private void step(long step) {
        latest = null;
        int epoch = (int) (step / plan.stepsPerEpoch());
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
        if (!Double.isFinite(sum.lossSum()) || !Double.isFinite(norm)) {
            int stepOfEpoch = (int) (step % plan.stepsPerEpoch());
            throw DivergedException.inStep(step, sum, learningRate(step), workers.diagnose(state, epoch, stepOfEpoch));
        }
        clip.apply(gradient, norm);
        double rate = learningRate(step);
        optimizer.step(state.weights(), gradient, (float) rate);
        float[] buffers = state.buffers();
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = Math.fma(NEWEST_SHARE, bufferSums[i] * share - buffers[i], buffers[i]);
        }
        requireFinite(network.weights(), state.weights(), step);
        requireFinite(network.buffers(), buffers, step);
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
        workers.takeBack(sum);
        listeners.forEach(listener -> listener.stepFinished(report));
    }

    private double learningRate(long step) {
        return rateFactor * learningRate.at(step, allSteps);
    }

    private void requireFinite(ParameterLayout layout, float[] values, long step) {
        int first = Finite.firstNot(values);
        if (first >= 0) {
            throw DivergedException.afterStep(step, layout.at(first).name(), learningRate(step));
        }
    }

    /**
     * Returns, with a lower rate, to the newest checkpoint of those that the settings ask for by step, but not twice in a row to the
     * same: weights on their way to infinity may have been finite there still. Before the first of them it begins anew. To which follows
     * from the steps alone, not from what lies there, and so it ends where that one is missing. A run that is killed meanwhile, and
     * resumed, diverges at the same step once more and returns to the same state.
     */
    private void rollBack(DivergedException failure) {
        Guard guard = config.guard();
        if (beginning == null) {
            throw failure;
        }
        if (returns.size() >= guard.rollBacks()) { // more, if the run was resumed with another setting
            throw new DivergedException(failure.getMessage() + "; the run has rolled back "
                    + (returns.size() == 1 ? "once" : returns.size() + " times")
                    + " before, and guard.roll-backs allows no more");
        }
        double lower = rateFactor * guard.rateFactor();
        Progress now = now().progress();
        long to = config.checkpoint().newestDue(taken, now.lastReturn(), plan.stepsPerEpoch());
        List<Long> further = new ArrayList<>(returns);
        further.add(to);
        restore(
                to == 0
                        ? beginning
                        : checkpoints
                                .after(to, now)
                                .orElseThrow(() -> new DivergedException(failure.getMessage()
                                        + "; the checkpoint after step " + to
                                        + ", to which it would return, is not there any"
                                        + " more: --resume with the folder of an older one takes those steps again")));
        rateFactor = lower;
        returns = List.copyOf(further);
        RollBack rollBack = new RollBack(
                String.valueOf(failure.getMessage()), taken, rateFactor, returns.size(), guard.rollBacks());
        listeners.forEach(listener -> listener.rolledBack(rollBack));
    }
}
