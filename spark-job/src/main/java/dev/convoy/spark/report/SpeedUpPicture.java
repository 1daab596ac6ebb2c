package dev.convoy.spark.report;

import dev.convoy.spark.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Predicted speed-ups over the number of executors, from 0.1 (a slow-down) and from 1 to 1,000 on logarithmic axes; in grey the line of
 * as many times faster as there are executors.
 */
public final class SpeedUpPicture {
    private static final int BACKGROUND = 0xffffff;
    private static final int LINE = 0xd0d7de;
    private static final int INK = 0x24292f;
    private static final int[] CURVES = {0x0969da, 0x1a7f37, 0xcf222e, 0x8250df};
    private static final int TEXT_SCALE = 2;
    private static final int LETTER = PixelFont.HEIGHT * TEXT_SCALE;
    private static final int PAD = 12;
    private static final int DECADES = 3;
    private static final int DECADE = 160;
    private static final int SIDE = DECADES * DECADE;
    private static final int HEIGHT = SIDE + DECADE;
    private static final int LEFT = PAD + 4 * PixelFont.ADVANCE * TEXT_SCALE + PAD;
    private static final int TOP = PAD + LETTER + PAD;
    private static final int MARK = 7;

    /**
     * A line from number to number of executors.
     *
     * @param name as it stands in the picture; none if empty
     * @param speedUps by the number of executors
     * @param marked numbers with a mark on the line
     */
    public record Curve(String name, NavigableMap<Integer, Double> speedUps, List<Integer> marked) {}

    private SpeedUpPicture() {}

    /** Writes a PNG of a plan, with a black mark at its own number of executors. */
    public static void write(TrainingPlan plan, Path file) throws IOException {
        NavigableMap<Integer, Double> speedUps = new TreeMap<>();
        for (int at = 0; at <= SIDE; at++) {
            int executors = (int) Math.round(Math.pow(10, (double) at / DECADE));
            speedUps.put(executors, plan.speedUp(executors));
        }
        plan.curve().forEach(executors -> speedUps.put(executors, plan.speedUp(executors)));
        Canvas canvas = draw(
                String.format(Locale.ROOT, "%s: speed-up", plan.network().name()),
                List.of(new Curve("", speedUps, plan.curve())));
        int own = plan.cluster().executors();
        mark(canvas, place(own), place(plan.speedUp(own)), MARK, INK);
        canvas.write(file);
    }

    /** Writes a PNG of at most four curves. */
    public static void write(String title, List<Curve> curves, Path file) throws IOException {
        draw(title, curves).write(file);
    }

    private static Canvas draw(String title, List<Curve> curves) {
        Canvas canvas = new Canvas(LEFT + SIDE + 5 * PAD, TOP + HEIGHT + 2 * PAD + 2 * LETTER + PAD, BACKGROUND);
        canvas.text(title, LEFT, PAD, TEXT_SCALE, INK);
        for (int decade = -1; decade <= DECADES; decade++) {
            String name = decade < 0 ? "0.1" : Integer.toString((int) Math.pow(10, decade));
            int offset = decade * DECADE;
            int width = PixelFont.width(name) * TEXT_SCALE;
            canvas.fill(LEFT, TOP + SIDE - offset, SIDE + 1, 1, LINE);
            canvas.text(name, LEFT - PAD - width, TOP + SIDE - offset - LETTER / 2, TEXT_SCALE, INK);
            if (decade >= 0) {
                canvas.fill(LEFT + offset, TOP, 1, HEIGHT + 1, LINE);
                canvas.text(name, LEFT + offset - width / 2, TOP + HEIGHT + PAD, TEXT_SCALE, INK);
            }
        }
        canvas.text("executors", LEFT, TOP + HEIGHT + 2 * PAD + LETTER, TEXT_SCALE, INK);
        for (int at = 0; at <= SIDE; at++) {
            mark(canvas, at, at, 2, LINE);
        }
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            draw(canvas, curve, CURVES[i]);
            canvas.text(curve.name, LEFT + PAD, TOP + PAD + i * (LETTER + PAD), TEXT_SCALE, CURVES[i]);
        }
        return canvas;
    }

    /** From each point straight to the next, a column of pixels at a time. */
    private static void draw(Canvas canvas, Curve curve, int color) {
        int lastAt = 0;
        int lastUp = place(curve.speedUps.firstEntry().getValue());
        for (var point : curve.speedUps.entrySet()) {
            int at = place(point.getKey());
            int up = place(point.getValue());
            for (int x = lastAt; x < at; x++) {
                mark(canvas, x, lastUp + (up - lastUp) * (x - lastAt) / (at - lastAt), 2, color);
            }
            mark(canvas, at, up, curve.marked.contains(point.getKey()) ? MARK : 2, color);
            lastAt = at;
            lastUp = up;
        }
    }

    private static void mark(Canvas canvas, int at, int up, int size, int color) {
        if (at <= SIDE + MARK / 2 && up >= -DECADE && up <= SIDE) {
            canvas.fill(LEFT + at - size / 2, TOP + SIDE - up - size / 2, size, size, color);
        }
    }

    private static int place(double value) {
        return (int) Math.round(DECADE * Math.log10(value));
    }
}
