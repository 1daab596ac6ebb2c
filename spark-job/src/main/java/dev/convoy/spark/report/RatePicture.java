package dev.convoy.spark.report;

import dev.convoy.train.RateCurve;
import dev.convoy.train.RateCurve.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A learning rate range test as a picture: the smoothed loss as a line and each batch's as a dot, over the logarithm of the rate, with
 * the rate where it is lowest, a tenth of that, and the suggestion.
 */
public final class RatePicture {
    private static final int BACKGROUND = 0xffffff;
    private static final int GRID = 0xeaeef2;
    private static final int INK = 0x24292f;
    private static final int DOT = 0xb6d4f7;
    private static final int CURVE = 0x0969da;
    private static final int CAREFUL = 0x8250df;
    private static final int LOWEST = 0xcf222e;
    private static final int SUGGESTED = 0x1a7f37;
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int LEFT = 90;
    private static final int TOP = 92;
    private static final int RIGHT = 30;
    private static final int BOTTOM = 70;
    private static final int TEXT_SCALE = 2;
    private static final int LETTER = PixelFont.HEIGHT * TEXT_SCALE;
    private static final int PAD = 8;
    private static final int TICKS = 6;

    private final Canvas canvas = new Canvas(WIDTH, HEIGHT, BACKGROUND);
    private final double lowestPower;
    private final double highestPower;
    private final double lowestLoss;
    private final double highestLoss;

    private RatePicture(RateCurve curve) {
        List<Point> points = curve.points();
        lowestPower = Math.log10(points.get(0).rate());
        highestPower = Math.max(Math.log10(points.get(points.size() - 1).rate()), lowestPower + 1e-9);
        double first = points.get(0).smoothed();
        double bottom = curve.lowest().smoothed();
        double top = points.stream().mapToDouble(Point::smoothed).max().orElseThrow();
        // A loss that has run away would press everything else flat.
        double shown = Math.max(Math.min(top, Math.max(1.5 * first, 2 * bottom)), bottom + 1e-6);
        double margin = 0.05 * (shown - bottom);
        lowestLoss = bottom - margin;
        highestLoss = shown + margin;
    }

    /** Writes a PNG. */
    public static void write(RateCurve curve, Path file) throws IOException {
        draw(curve).write(file);
    }

    static Canvas draw(RateCurve curve) {
        RatePicture picture = new RatePicture(curve);
        picture.axes();
        for (Point point : curve.points()) {
            picture.dot(point.rate(), point.loss());
        }
        if (curve.fell()) {
            picture.mark(curve.lowest().rate(), "lowest", LOWEST, 0);
            picture.mark(curve.careful(), "a tenth of it", CAREFUL, 1);
            picture.mark(curve.steepest().rate(), "suggestion, falls fastest", SUGGESTED, 2);
        }
        picture.line(curve.points());
        return picture.canvas;
    }

    private void axes() {
        for (int power = (int) Math.ceil(lowestPower - 1e-9); power <= highestPower + 1e-9; power++) {
            int x = x(Math.pow(10, power));
            canvas.fill(x, TOP, 1, plotHeight(), GRID);
            centred("1e" + power, x, TOP + plotHeight() + PAD, INK);
        }
        double step = niceStep((highestLoss - lowestLoss) / TICKS);
        int digits = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        for (double tick = Math.ceil(lowestLoss / step) * step; tick <= highestLoss; tick += step) {
            int y = y(tick);
            canvas.fill(LEFT, y, plotWidth(), 1, GRID);
            String text = String.format(Locale.ROOT, "%." + digits + "f", tick);
            canvas.text(text, LEFT - PAD - width(text), y - LETTER / 2, TEXT_SCALE, INK);
        }
        canvas.fill(LEFT, TOP, 2, plotHeight(), INK);
        canvas.fill(LEFT, TOP + plotHeight() - 2, plotWidth(), 2, INK);
        canvas.text("smoothed loss", PAD, PAD, TEXT_SCALE, INK);
        centred("learning rate", LEFT + plotWidth() / 2, HEIGHT - PAD - LETTER, INK);
    }

    /** A rate as a line from top to bottom; its label, in the same colour, above the plot in a row of its own. */
    private void mark(double rate, String label, int color, int row) {
        int x = x(rate);
        if (x < LEFT || x > LEFT + plotWidth()) {
            return;
        }
        canvas.fill(x, TOP, 2, plotHeight(), color);
        String text = label + " " + RateTable.rate(rate);
        int left = Math.max(PAD, Math.min(x - width(text) / 2, WIDTH - PAD - width(text)));
        canvas.text(text, left, PAD + (row + 1) * (LETTER + PAD), TEXT_SCALE, color);
    }

    private void dot(double rate, double loss) {
        int y = y(loss);
        if (y >= TOP && y < TOP + plotHeight() - 2) {
            canvas.fill(x(rate) - 2, y - 2, 5, 5, DOT);
        }
    }

    /** From each point to the next, a column of pixels at a time. */
    private void line(List<Point> points) {
        for (int i = 0; i + 1 < points.size(); i++) {
            int from = x(points.get(i).rate());
            int to = Math.max(from + 1, x(points.get(i + 1).rate()));
            int begin = y(points.get(i).smoothed());
            int end = y(points.get(i + 1).smoothed());
            for (int x = from; x < to; x++) {
                int y = begin + (end - begin) * (x - from) / (to - from);
                int next = begin + (end - begin) * (x + 1 - from) / (to - from);
                int top = Math.max(TOP, Math.min(y, next) - 1);
                int bottom = Math.min(TOP + plotHeight() - 2, Math.max(y, next) + 2);
                canvas.fill(x, top, 2, bottom - top, CURVE);
            }
        }
    }

    /** 1, 2 or 5 times a power of ten, at least {@code step}. */
    private static double niceStep(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double times = step / power;
        return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }

    private void centred(String text, int x, int y, int color) {
        int left = Math.min(x - width(text) / 2, WIDTH - PAD - width(text));
        canvas.text(text, left, y, TEXT_SCALE, color);
    }

    private static int width(String text) {
        return PixelFont.width(text) * TEXT_SCALE;
    }

    private static int plotWidth() {
        return WIDTH - LEFT - RIGHT;
    }

    private static int plotHeight() {
        return HEIGHT - TOP - BOTTOM;
    }

    private int x(double rate) {
        double share = (Math.log10(rate) - lowestPower) / (highestPower - lowestPower);
        return LEFT + (int) Math.round(share * plotWidth());
    }

    /** Far values stay numbers of pixels. */
    private int y(double loss) {
        double share = Math.max(-4, Math.min(4, (loss - lowestLoss) / (highestLoss - lowestLoss)));
        return TOP + (int) Math.round((1 - share) * plotHeight());
    }
}
