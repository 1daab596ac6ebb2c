package dev.convoy.train;

import dev.convoy.optim.Plateau;
import dev.convoy.optim.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * The learning rate of a run as its settings name it: a schedule, times what a plateau has left of it. Only the plateau has a state,
 * {@link #plateau()}, which a checkpoint has to keep; everything else is a function of the step.
 */
final class LearningRate {
    private final Schedule schedule;
    private final Plateau rule;
    private Plateau.@Nullable State state;

    LearningRate(RunConfig.Schedule config) {
        boolean plateau = config.name().equals("plateau");
        this.schedule = schedule(config);
        this.rule = new Plateau(
                config.watch().equals("accuracy"),
                config.gamma(),
                config.patience(),
                config.threshold(),
                config.minimum());
        this.state = plateau ? rule.start(config.rate()) : null;
    }

    /** @param step counted from 0 */
    double at(long step, long steps) {
        double scheduled = schedule.rate(step, steps);
        return state == null ? scheduled : state.rate() * scheduled;
    }

    /** Hears of an evaluation during the run. */
    void evaluated(Evaluation evaluation) {
        if (state != null) {
            state = rule.next(state, rule.higherIsBetter() ? evaluation.accuracy() : evaluation.loss());
        }
    }

    /** What a run on a plateau schedule has to remember; null on any other. */
    Plateau.@Nullable State plateau() {
        return state;
    }

    private static Schedule schedule(RunConfig.Schedule c) {
        double rate = c.rate();
        InvalidSettingException.require(
                !c.name().equals("step") || c.milestones().isEmpty(),
                "schedule.name",
                "multi-step where schedule.milestones are given; step has schedule.period",
                "'step'");
        return switch (c.name()) {
            case "constant" -> Schedule.constant(rate).warmedUp(c.warmUp());
            case "step" -> Schedule.step(rate, c.period(), c.gamma()).warmedUp(c.warmUp());
            case "multi-step" ->
                Schedule.multiStep(rate, c.milestones(), c.gamma()).warmedUp(c.warmUp());
            case "exponential" ->
                Schedule.exponential(rate, c.period(), c.gamma()).warmedUp(c.warmUp());
            case "polynomial" ->
                Schedule.polynomial(rate, c.minimum(), c.power()).warmedUp(c.warmUp());
            case "cosine" -> Schedule.cosine(rate, c.minimum()).warmedUp(c.warmUp());
            case "cosine-restarts" ->
                Schedule.cosineRestarts(rate, c.minimum(), c.period(), c.stretch())
                        .warmedUp(c.warmUp());
            case "one-cycle" -> Schedule.oneCycle(rate, c.warmUp());
            case "triangular" ->
                Schedule.triangular(rate, c.minimum(), c.period(), 1).warmedUp(c.warmUp());
            case "triangular2" ->
                Schedule.triangular(rate, c.minimum(), c.period(), 0.5).warmedUp(c.warmUp());
            case "plateau" -> Schedule.constant(1).warmedUp(c.warmUp());
            default ->
                throw new InvalidSettingException("schedule.name", String.join(", ", RunConfig.SCHEDULES), c.name());
        };
    }
}
