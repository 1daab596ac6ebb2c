package dev.convoy.train;

/** Watches a run; called on the driver's thread, in order, but for {@link #warned}. */
public interface TrainingListener {
    /**
     * @param samples of the training set
     * @param taken steps that an earlier run has taken, from whose state this one goes on; 0 at first
     * @param steps the run will have taken at its end
     */
    default void started(RunConfig config, long samples, long taken, long steps, int stepsPerEpoch) {}

    default void stepFinished(StepReport report) {}

    /**
     * During the run and after its last step.
     *
     * @param step after how many steps
     * @param evaluation of the model of so far, on the split the run watches ({@link RunConfig#watched()})
     */
    default void evaluated(long step, int epoch, Evaluation evaluation) {}

    /**
     * After each step and the evaluation that may follow it; once all listeners have heard of those.
     *
     * @param state from which the run could go on; its arrays are live, and change with the next step
     */
    default void betweenSteps(TrainingState state) {}

    /** The run has diverged and returned to an earlier state of it. */
    default void rolledBack(RollBack rollBack) {}

    /**
     * Something is wrong that does not stop the run.
     *
     * @param line what, and what to do; may be told by any thread, at any time
     */
    default void warned(String line) {}

    /**
     * @param state the model
     * @param evaluation of it, on the test set
     */
    default void finished(ModelState state, Evaluation evaluation) {}

    /**
     * A return to an earlier state.
     *
     * @param reason in one line
     * @param step how many steps are taken now
     * @param rateFactor what is left of the learning rate
     * @param count of the returns so far
     * @param most that the settings allow
     */
    record RollBack(String reason, long step, double rateFactor, int count, int most) {}

    /**
     * One step.
     *
     * @param epoch counted from 0
     * @param step counted from 0 over the whole run
     * @param samples of the batch
     * @param loss the batch's mean loss before the step
     * @param accuracy the batch's, before the step
     * @param rate the learning rate
     * @param gradientNorm of the mean loss's gradient, before clipping
     */
    record StepReport(
            int epoch, long step, long samples, double loss, double accuracy, double rate, double gradientNorm) {}
}
