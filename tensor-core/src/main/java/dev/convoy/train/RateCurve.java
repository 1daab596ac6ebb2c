package dev.convoy.train;

import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link LearningRateFinder} saw, and what it suggests.
 *
 * @param points by ascending rate
 * @param diverged whether the loss ended the test, rather than the last rate
 */
public record RateCurve(List<Point> points, boolean diverged) {
    /** The share of all points on either side that the smoothed loss averages over. */
    private static final double WINDOW = 0.04;

    /**
     * A step.
     *
     * @param rate its learning rate
     * @param loss of its batch, before the step
     * @param smoothed mean loss of the steps around it
     */
    public record Point(double rate, double loss, double smoothed) {}

    /** The losses smoothed by a window that is the same on both sides, so that nothing is shifted along the rates. */
    static RateCurve of(List<Double> rates, List<Double> losses, boolean diverged) {
        int reach = reach(losses.size());
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            int side = Math.min(reach, Math.min(i, losses.size() - 1 - i));
            double mean = losses.subList(i - side, i + side + 1).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
            points.add(new Point(rates.get(i), losses.get(i), mean));
        }
        return new RateCurve(List.copyOf(points), diverged);
    }

    /** The point of the lowest smoothed loss. */
    public Point lowest() {
        return points.get(lowestIndex());
    }

    /**
     * The point before the lowest where the smoothed loss falls fastest over the logarithm of the rate, between the points some steps to
     * either side; the first if it never falls. Only falls below all that came before count: recovering from a bump, which a rate
     * already too high has made, is no progress. Its rate is the one to train with.
     */
    public Point steepest() {
        int lowest = lowestIndex();
        int reach = reach(points.size());
        double[] least = points.stream().mapToDouble(Point::smoothed).toArray();
        for (int i = 1; i < least.length; i++) {
            least[i] = Math.min(least[i - 1], least[i]);
        }
        int steepest = 0;
        double steepestSlope = 0;
        for (int i = 1; i < lowest; i++) {
            int from = Math.max(0, i - reach);
            int to = Math.min(lowest, i + reach);
            double slope = (least[to] - least[from]) / (to - from);
            if (slope < steepestSlope) {
                steepestSlope = slope;
                steepest = i;
            }
        }
        return points.get(steepest);
    }

    /** The careful choice: a tenth of the rate of the lowest loss. */
    public double careful() {
        return lowest().rate() / 10;
    }

    /** Whether the loss was still falling at the last rates, so that higher ones may be better. */
    public boolean stillFalls() {
        return !diverged && lowestIndex() >= points.size() - 1 - 2 * reach(points.size());
    }

    /** Whether the loss fell before it turned, so that there is something to suggest. */
    public boolean fell() {
        return lowestIndex() > 0 && lowest().smoothed() < points.get(0).smoothed();
    }

    private static int reach(int points) {
        return Math.max(1, (int) (WINDOW * points));
    }

    private int lowestIndex() {
        int lowest = 0;
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).smoothed() < points.get(lowest).smoothed()) {
                lowest = i;
            }
        }
        return lowest;
    }
}
