package dev.convoy.train;

import dev.convoy.metric.Classification;
import org.jspecify.annotations.Nullable;

/**
 * How well a model does on a data set.
 *
 * @param count samples
 * @param lossSum of their losses
 * @param correct of them predicted right
 * @param classes what was counted per class; null where only the sums are known, as in a stored model's description
 */
public record Evaluation(
        long count, double lossSum, long correct, @Nullable Classification classes) {
    /** Of no samples. */
    public static final Evaluation EMPTY = new Evaluation(0, 0, 0);

    /** The sums alone. */
    public Evaluation(long count, double lossSum, long correct) {
        this(count, lossSum, correct, null);
    }

    /** Both together; what is counted per class stays known if it is known of every sample. */
    public Evaluation plus(Evaluation other) {
        if (count == 0) {
            return other;
        }
        if (other.count == 0) {
            return this;
        }
        return new Evaluation(
                count + other.count,
                lossSum + other.lossSum,
                correct + other.correct,
                classes == null || other.classes == null ? null : classes.plus(other.classes));
    }

    public double accuracy() {
        return (double) correct / count;
    }

    /** The mean loss. */
    public double loss() {
        return lossSum / count;
    }
}
