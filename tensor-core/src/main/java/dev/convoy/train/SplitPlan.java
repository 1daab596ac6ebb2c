package dev.convoy.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.Subset;

/**
 * A split as a run divides it.
 *
 * @param subset which samples of its source belong to it
 * @param plan how those are dealt to shards, and which of them each step takes
 */
public record SplitPlan(Subset subset, BatchPlan plan) {
    /**
     * @param samples of the split's source: of the training set for training and validation, which share it, or of the test set
     * @throws InvalidSettingException if there is no validation split, or one of the two has no sample
     */
    public static SplitPlan of(RunConfig config, Split split, long samples) {
        RunConfig.Train train = config.train();
        Subset subset =
                switch (split) {
                    case TRAINING -> Subset.remaining(train.seed(), samples, held(train, samples));
                    case VALIDATION -> Subset.heldOut(train.seed(), samples, held(train, samples));
                    case TEST -> Subset.all(samples);
                };
        InvalidSettingException.require(
                subset.count() > 0, "train.validation", "a share above 0 for a validation split", train.validation());
        return new SplitPlan(subset, new BatchPlan(train.seed(), subset.count(), train.batchSize(), train.shards()));
    }

    private static long held(RunConfig.Train train, long samples) {
        long held = (long) StrictMath.rint(train.validation() * samples);
        InvalidSettingException.require(
                train.validation() == 0 || (held > 0 && held < samples),
                "train.validation",
                "a share that holds out at least one of the " + samples + " samples and leaves one",
                train.validation());
        return held;
    }
}
