package dev.convoy.spark.report;

import dev.convoy.metric.ConfusionMatrix;
import dev.convoy.metric.ConfusionMatrix.Cell;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A confusion matrix as a picture: a row per label, a column per prediction, each cell as dark as its share of the row: blue where
 * right, red where wrong. The shade follows the share's square root, so that few mistakes show. Cells hold their counts as far as
 * they have room.
 */
public final class ConfusionPicture {
    /** More would not fit {@link Canvas#LARGEST} at the smallest size of a cell. */
    public static final int MOST_CLASSES = 2500;

    private static final int BACKGROUND = 0xffffff;
    private static final int LINE = 0xd0d7de;
    private static final int INK = 0x24292f;
    private static final int RIGHT = 0x0969da;
    private static final int WRONG = 0xcf222e;
    private static final int TEXT_SCALE = 2;
    private static final int LETTER = PixelFont.HEIGHT * TEXT_SCALE;
    private static final int PAD = 8;
    private static final int SIDE = 960;
    private static final int SMALLEST_CELL = 3;
    private static final int SMALLEST_GRID = 200;

    private ConfusionPicture() {}

    /** Writes a PNG. */
    public static void write(ConfusionMatrix confusion, Path file) throws IOException {
        draw(confusion).write(file);
    }

    static Canvas draw(ConfusionMatrix confusion) {
        int classes = confusion.classes();
        int cell = cellSize(confusion);
        int left = PAD + Math.max(width("label"), width(Integer.toString(classes - 1))) + PAD;
        int top = PAD + LETTER + PAD + LETTER + PAD;
        int side = classes * cell + 1;
        Canvas canvas = new Canvas(left + side + PAD, top + side + PAD, BACKGROUND);
        canvas.text("predicted", left, PAD, TEXT_SCALE, INK);
        canvas.text("label", PAD, PAD + LETTER + PAD, TEXT_SCALE, INK);
        canvas.fill(left, top, side, side, LINE);
        canvas.fill(left + 1, top + 1, side - 2, side - 2, BACKGROUND);
        for (Cell count : confusion.cells()) {
            drawCell(canvas, confusion, count, left + count.predicted() * cell, top + count.label() * cell, cell);
        }
        int widest = Math.max(width(Integer.toString(classes - 1)), LETTER) + PAD;
        int every = (widest + cell - 1) / cell; // as many names as there is room for
        for (int c = 0; c < classes; c += every) {
            String name = Integer.toString(c);
            int middle = c * cell + (cell + 1) / 2;
            canvas.text(name, left + middle - width(name) / 2, top - PAD / 2 - LETTER, TEXT_SCALE, INK);
            canvas.text(name, left - PAD / 2 - width(name), top + middle - LETTER / 2, TEXT_SCALE, INK);
        }
        return canvas;
    }

    private static void drawCell(Canvas canvas, ConfusionMatrix confusion, Cell count, int x, int y, int cell) {
        double share = (double) count.count() / confusion.labelled(count.label());
        int color = mix(BACKGROUND, count.label() == count.predicted() ? RIGHT : WRONG, Math.sqrt(share));
        canvas.fill(x + 1, y + 1, cell - 1, cell - 1, color);
        String text = Long.toString(count.count());
        if (width(text) + PAD <= cell) {
            canvas.text(
                    text,
                    x + (cell + 1 - width(text)) / 2,
                    y + (cell + 1 - LETTER) / 2,
                    TEXT_SCALE,
                    share > 0.25 ? BACKGROUND : INK);
        }
    }

    /** Room for the longest count where the picture does not grow too large, else what fits. */
    private static int cellSize(ConfusionMatrix confusion) {
        long most = confusion.cells().stream().mapToLong(Cell::count).max().orElse(0);
        int room = width(Long.toString(most)) + PAD + 2;
        int classes = Math.max(1, confusion.classes());
        int fitting = Math.max(SMALLEST_CELL, SIDE / classes);
        return Math.max(Math.min(room, fitting), Math.min(fitting, SMALLEST_GRID / classes));
    }

    private static int width(String text) {
        return PixelFont.width(text) * TEXT_SCALE;
    }

    private static int mix(int from, int to, double share) {
        int color = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int begin = from >> shift & 0xff;
            int end = to >> shift & 0xff;
            color |= (int) Math.round(begin + share * (end - begin)) << shift;
        }
        return color;
    }
}
