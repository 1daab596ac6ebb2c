package dev.convoy.optim;

/**
 * When a value counts as better than the best so far: below {@code best * (1 - threshold)} where lower is better, above {@code best * (1
 * + threshold)} where higher is. The form is PyTorch's ReduceLROnPlateau in its relative mode.
 *
 * @param higherIsBetter as for accuracy; a loss is better lower
 */
public record Improvement(boolean higherIsBetter, double threshold) {
    /** What any value improves on. */
    public double worst() {
        return higherIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    public boolean over(double best, double value) {
        return higherIsBetter ? value > best * (1 + threshold) : value < best * (1 - threshold);
    }
}
