package dev.convoy.train;

/**
 * How well a model does on a data set.
 *
 * @param count samples
 * @param lossSum of their losses
 * @param correct of them predicted right
 */
public record Evaluation(long count, double lossSum, long correct) {
    public static final Evaluation EMPTY = new Evaluation(0, 0, 0);

    public Evaluation plus(Evaluation other) {
        return new Evaluation(count + other.count, lossSum + other.lossSum, correct + other.correct);
    }

    public double accuracy() {
        return (double) correct / count;
    }

    /** The mean loss. */
    public double loss() {
        return lossSum / count;
    }
}
