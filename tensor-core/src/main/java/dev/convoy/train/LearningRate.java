package dev.convoy.train;

import dev.convoy.optim.Plateau;
import dev.convoy.optim.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * The learning rate of a run as its settings name it: a schedule, times what a plateau has left of it. Only the plateau has a state,
 * {@link #plateau()}, which a checkpoint has to keep; everything else is a function of the step.
 */
final class LearningRate {
    /** The share of all steps over which one-cycle climbs where nothing is set; fast.ai's. */
    private static final double ONE_CYCLE_CLIMB = 0.25;

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

    /** Goes on from what {@link #plateau()} gave. */
    void restore(Plateau.@Nullable State plateau) {
        state = plateau;
    }

    private static Schedule schedule(RunConfig.Schedule c) {
        double rate = c.rate();
        InvalidSettingException.require(
                !c.name().equals("step") || c.milestones().isEmpty(),
                "schedule.name",
                "multi-step where schedule.milestones are given; step has schedule.period",
                "'step'");
        InvalidSettingException.require(
                !c.name().equals("multi-step") || !c.milestones().isEmpty(),
                "schedule.milestones",
                "at least one share of all steps where schedule.name is multi-step",
                c.milestones());
        if (c.name().equals("one-cycle")) {
            return Schedule.oneCycle(rate, c.warmUp() == 0 ? ONE_CYCLE_CLIMB : c.warmUp());
        }
        Schedule schedule =
                switch (c.name()) {
                    case "constant" -> Schedule.constant(rate);
                    case "step" -> Schedule.step(rate, c.period(), c.gamma());
                    case "multi-step" -> Schedule.multiStep(rate, c.milestones(), c.gamma());
                    case "exponential" -> Schedule.exponential(rate, c.period(), c.gamma());
                    case "polynomial" -> Schedule.polynomial(rate, c.minimum(), c.power());
                    case "cosine" -> Schedule.cosine(rate, c.minimum());
                    case "cosine-restarts" -> Schedule.cosineRestarts(rate, c.minimum(), c.period(), c.stretch());
                    case "triangular" -> Schedule.triangular(rate, c.minimum(), c.period(), 1);
                    case "triangular2" -> Schedule.triangular(rate, c.minimum(), c.period(), 0.5);
                    case "plateau" -> Schedule.constant(1);
                    default ->
                        throw new InvalidSettingException(
                                "schedule.name", String.join(", ", RunConfig.SCHEDULES), c.name());
                };
        return schedule.warmedUp(c.warmUp());
    }
}
