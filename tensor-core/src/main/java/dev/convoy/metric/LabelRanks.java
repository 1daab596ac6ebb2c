package dev.convoy.metric;

import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * At which rank the label came when the classes are ordered by their scores, counted over samples: an accumulator from which the
 * top-k accuracy follows for every k. Of classes with equal scores the lower index ranks first; a score that is not a number ranks
 * last.
 */
public final class LabelRanks {
    private final long[] counts;

    /** Of no samples. */
    public LabelRanks(int classes) {
        this(new long[classes]);
    }

    private LabelRanks(long[] counts) {
        this.counts = counts;
    }

    /**
     * The record of these counts.
     *
     * @param counts of samples by the rank of their label, which begins at 0
     */
    public static LabelRanks of(long... counts) {
        return new LabelRanks(counts.clone());
    }

    /** Counts sample n of the scores {@code [N, classes]}. */
    public void add(Tensor scores, int n, int label) {
        counts[rank(scores, n, label)]++;
    }

    /** How many classes rank before the label, by the scores of sample n. */
    static int rank(Tensor scores, int n, int label) {
        int classes = scores.shape().extent(1);
        float own = scores.get(n * classes + label);
        int before = 0;
        for (int j = 0; j < classes; j++) {
            float other = scores.get(n * classes + j);
            before += (j < label ? !beats(own, other) : beats(other, own)) ? 1 : 0;
        }
        return before;
    }

    /** The class that ranks first by the scores of sample n. */
    static int best(Tensor scores, int n) {
        int classes = scores.shape().extent(1);
        int best = 0;
        for (int j = 1; j < classes; j++) {
            best = beats(scores.get(n * classes + j), scores.get(n * classes + best)) ? j : best;
        }
        return best;
    }

    private static boolean beats(float a, float b) {
        return a > b || (Float.isNaN(b) && !Float.isNaN(a));
    }

    /**
     * The counts of both.
     *
     * @throws IllegalArgumentException if they have another number of classes
     */
    public LabelRanks plus(LabelRanks other) {
        if (other.counts.length != counts.length) {
            throw new IllegalArgumentException(
                    "label ranks: " + counts.length + " and " + other.counts.length + " classes cannot be added");
        }
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.counts[i];
        }
        return new LabelRanks(sum);
    }

    public int classes() {
        return counts.length;
    }

    /** How many samples by the rank of their label. */
    public long[] counts() {
        return counts.clone();
    }

    /** How many samples have their label among the k best scores. */
    public long within(int k) {
        return Arrays.stream(counts, 0, Math.min(k, counts.length)).sum();
    }

    /** The top-k accuracy: the share of samples with their label among the k best scores, 0 of no samples. */
    public double accuracy(int k) {
        long total = within(counts.length);
        return total == 0 ? 0 : (double) within(k) / total;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelRanks ranks && Arrays.equals(counts, ranks.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "label ranks " + Arrays.toString(counts);
    }
}
