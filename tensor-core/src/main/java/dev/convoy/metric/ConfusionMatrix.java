package dev.convoy.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How often each label was predicted as each class: an accumulator. With the true positives {@code t = count(c, c)},
 * {@code precision(c) = t / predicted(c)}, {@code recall(c) = t / labelled(c)} and their harmonic mean {@code f1(c) = 2 t /
 * (predicted(c) + labelled(c))}. A ratio whose divisor is 0 is 0, as is scikit-learn's by default.
 *
 * <p>Only cells that are not 0 take room: no more than there are samples, however many classes.
 */
public final class ConfusionMatrix {
    private final int classes;
    private final Map<Long, Long> counts = new TreeMap<>();
    private final long[] labelled;
    private final long[] predicted;

    /** What happened at least once: {@code count} samples of {@code label} were predicted as {@code predicted}. */
    public record Cell(int label, int predicted, long count) {}

    /** A matrix of zeros. */
    public ConfusionMatrix(int classes) {
        this.classes = classes;
        this.labelled = new long[classes];
        this.predicted = new long[classes];
    }

    /**
     * The matrix of these cells; those of one place add up.
     *
     * @throws IllegalArgumentException if a cell lies outside or has no count above 0
     */
    public static ConfusionMatrix of(int classes, List<Cell> cells) {
        ConfusionMatrix matrix = new ConfusionMatrix(classes);
        cells.forEach(matrix::add);
        return matrix;
    }

    /**
     * Counts one sample.
     *
     * @throws IllegalArgumentException if one of the two is not a class
     */
    public void add(int label, int predictedAs) {
        add(new Cell(label, predictedAs, 1));
    }

    private void add(Cell cell) {
        if (!isClass(cell.label()) || !isClass(cell.predicted()) || cell.count() < 1) {
            throw new IllegalArgumentException("confusion matrix: expected classes 0.." + (classes - 1)
                    + " and a count of at least 1 but got " + cell);
        }
        counts.merge((long) cell.label() * classes + cell.predicted(), cell.count(), Long::sum);
        labelled[cell.label()] += cell.count();
        predicted[cell.predicted()] += cell.count();
    }

    private boolean isClass(int c) {
        return c >= 0 && c < classes;
    }

    /**
     * The counts of both.
     *
     * @throws IllegalArgumentException if they have another number of classes
     */
    public ConfusionMatrix plus(ConfusionMatrix other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException(
                    "confusion matrix: " + classes + " and " + other.classes + " classes cannot be added");
        }
        ConfusionMatrix sum = of(classes, cells());
        other.cells().forEach(sum::add);
        return sum;
    }

    public int classes() {
        return classes;
    }

    /** The cells that are not 0, by label and then by predicted class. */
    public List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        counts.forEach((at, count) -> cells.add(new Cell((int) (at / classes), (int) (at % classes), count)));
        return cells;
    }

    /** How many samples of this label were predicted so. */
    public long count(int label, int predictedAs) {
        return counts.getOrDefault((long) label * classes + predictedAs, 0L);
    }

    /** How many samples have this label. */
    public long labelled(int c) {
        return labelled[c];
    }

    /** How many samples were predicted as this class. */
    public long predicted(int c) {
        return predicted[c];
    }

    public long total() {
        return Arrays.stream(labelled).sum();
    }

    /** How many samples were predicted as their label. */
    public long correct() {
        return IntStream.range(0, classes).mapToLong(c -> count(c, c)).sum();
    }

    /** The share of samples predicted as their label. */
    public double accuracy() {
        return ratio(correct(), total());
    }

    /** Of the samples predicted as this class, the share that is of it. */
    public double precision(int c) {
        return ratio(count(c, c), predicted[c]);
    }

    /** Of the samples of this class, the share predicted as it. */
    public double recall(int c) {
        return ratio(count(c, c), labelled[c]);
    }

    /** The harmonic mean of precision and recall. */
    public double f1(int c) {
        return ratio(2 * count(c, c), predicted[c] + labelled[c]);
    }

    /** The mean of the classes' precision, each counting alike; classes that occur neither as label nor as prediction are left out. */
    public double macroPrecision() {
        return macro(this::precision);
    }

    /** The mean of the classes' recall, over the classes of {@link #macroPrecision}. */
    public double macroRecall() {
        return macro(this::recall);
    }

    /** The mean of the classes' F1, over the classes of {@link #macroPrecision}; not the F1 of the means. */
    public double macroF1() {
        return macro(this::f1);
    }

    private double macro(IntToDoubleFunction ofClass) {
        return IntStream.range(0, classes)
                .filter(c -> labelled[c] + predicted[c] > 0)
                .mapToDouble(ofClass)
                .average()
                .orElse(0);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfusionMatrix matrix && classes == matrix.classes && counts.equals(matrix.counts);
    }

    @Override
    public int hashCode() {
        return 31 * classes + counts.hashCode();
    }

    @Override
    public String toString() {
        return correct() + " of " + total() + " right in " + classes + " classes";
    }
}
