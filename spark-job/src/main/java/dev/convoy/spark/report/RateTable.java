package dev.convoy.spark.report;

import dev.convoy.train.RateCurve;
import dev.convoy.train.RateCurve.Point;
import java.util.Locale;

/** A learning rate range test for people: some of its points, where the loss falls fastest and where it turns, and a suggestion. */
public final class RateTable {
    private static final int ROWS = 12;

    private RateTable() {}

    public static String of(RateCurve curve) {
        TextTable table = new TextTable("rate", "loss", "smoothed");
        int count = curve.points().size();
        int rows = Math.min(ROWS, count);
        for (int row = 0; row < rows; row++) {
            Point point = curve.points().get((int) ((long) row * (count - 1) / Math.max(1, rows - 1)));
            table.row(rate(point.rate()), loss(point.loss()), loss(point.smoothed()));
        }
        return table + "\n" + verdict(curve);
    }

    private static String verdict(RateCurve curve) {
        if (!curve.fell()) {
            return "the loss never fell: begin lower with --from, or take more steps\n";
        }
        String end = curve.stillFalls() ? "the loss still falls at the last rates: go higher with --to\n" : "";
        return "lowest smoothed loss " + loss(curve.lowest().smoothed()) + " at rate "
                + rate(curve.lowest().rate()) + "\n"
                + end
                + "suggestion schedule.rate=" + rate(curve.steepest().rate())
                + " (there the loss falls fastest; a tenth of the rate of the lowest loss, " + rate(curve.careful())
                + ", is the careful choice)\n";
    }

    /** Three digits, plain as long as that stays short. */
    static String rate(double rate) {
        return String.format(Locale.ROOT, rate < 1e-3 ? "%.2e" : "%.3g", rate);
    }

    private static String loss(double loss) {
        return String.format(Locale.ROOT, "%.4f", loss);
    }
}
