package dev.convoy.metric;

import dev.convoy.tensor.Tensor;

/**
 * All that is counted of a classifier's answers: an accumulator.
 *
 * @param confusion labels against predictions
 * @param ranks of the labels among the scores
 */
public record Classification(ConfusionMatrix confusion, LabelRanks ranks) {
    /** Of no samples. */
    public static Classification none(int classes) {
        return new Classification(new ConfusionMatrix(classes), new LabelRanks(classes));
    }

    /**
     * Counts every sample of a batch.
     *
     * @param scores {@code [N, classes]}; the best one is the prediction
     * @param labels one per sample
     */
    public void add(Tensor scores, int[] labels) {
        for (int n = 0; n < labels.length; n++) {
            confusion.add(labels[n], LabelRanks.best(scores, n));
            ranks.add(scores, n, labels[n]);
        }
    }

    /** The counts of both. */
    public Classification plus(Classification other) {
        return new Classification(confusion.plus(other.confusion), ranks.plus(other.ranks));
    }
}
