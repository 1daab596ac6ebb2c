package dev.convoy.spark.report;

import dev.convoy.spark.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The predicted speed-up over the number of executors, from 0.1 (a slow-down) and from 1 to 1,000 on logarithmic axes; in grey the
 * line of as many times faster as there are executors; the plan's own number in black.
 */
public final class SpeedUpPicture {
    private static final int BACKGROUND = 0xffffff;
    private static final int LINE = 0xd0d7de;
    private static final int INK = 0x24292f;
    private static final int CURVE = 0x0969da;
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

    private SpeedUpPicture() {}

    /** Writes a PNG. */
    public static void write(TrainingPlan plan, Path file) throws IOException {
        draw(plan).write(file);
    }

    static Canvas draw(TrainingPlan plan) {
        Canvas canvas = new Canvas(LEFT + SIDE + 5 * PAD, TOP + HEIGHT + 2 * PAD + 2 * LETTER + PAD, BACKGROUND);
        canvas.text(String.format(Locale.ROOT, "%s: speed-up", plan.network().name()), LEFT, PAD, TEXT_SCALE, INK);
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
            int executors = (int) Math.round(Math.pow(10, (double) at / DECADE));
            mark(canvas, at, at, 2, LINE);
            mark(canvas, at, place(plan.speedUp(executors)), 2, CURVE);
        }
        for (int executors : plan.curve()) {
            mark(canvas, place(executors), place(plan.speedUp(executors)), MARK, CURVE);
        }
        int own = plan.cluster().executors();
        mark(canvas, place(own), place(plan.speedUp(own)), MARK, INK);
        return canvas;
    }

    private static void mark(Canvas canvas, int at, int up, int size, int color) {
        if (at <= SIDE && up >= -DECADE && up <= SIDE) {
            canvas.fill(LEFT + at - size / 2, TOP + SIDE - up - size / 2, size, size, color);
        }
    }

    private static int place(double value) {
        return (int) Math.round(DECADE * Math.log10(value));
    }
}
