package dev.convoy.train;

/** Watches a run; called on the driver's thread, in order. */
public interface TrainingListener {
    /**
     * @param samples of the training set
     * @param steps the run will take
     */
    default void started(RunConfig config, long samples, long steps, int stepsPerEpoch) {}

    default void stepFinished(StepReport report) {}

    /** @param step after how many steps; evaluation is on the test set */
    default void evaluated(long step, int epoch, Evaluation evaluation) {}

    default void finished(ModelState state, Evaluation evaluation) {}

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
