package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;

/**
 * The phases of an input adjoint. Pixels {@code h = first + j * stride} of one phase are reached through the same taps, those with
 * {@code first + padTop - r * dilation} divisible by the stride; each reads line {@code (first + padTop - r * dilation) / stride + j} of
 * dz. So a phase is a convolution of dz of stride 1, with its taps in descending order, and no dilated dz is ever built.
 */
final class InputPhases {
    private InputPhases() {}

    /**
     * Lays out the image of dz and every phase that has taps; returns their number.
     *
     * @param inRows whether dz is laid out with its channels last, for rows of patches to be copied, or turned
     * @param images how many images are convolved at a time
     * @param wAt the first weight of the group
     */
    static int lay(Scratch scratch, ConvGeometry g, boolean inRows, int images, float[] w, int wAt) {
        Window window = g.window();
        int firstLine = first(window.padTop(), window.height(), window.dilationHeight(), window.strideHeight());
        int firstColumn = first(window.padLeft(), window.width(), window.dilationWidth(), window.strideWidth());
        int lines = (g.height() - 1 + window.padTop()) / window.strideHeight() - firstLine + 1;
        int columns = (g.width() - 1 + window.padLeft()) / window.strideWidth() - firstColumn + 1;
        if (inRows) {
            scratch.padded.set(lines, firstLine, columns, firstColumn, g.filtersPerGroup());
            scratch.padded.clear(images, g.outputHeight(), g.outputWidth(), g.filters());
        } else {
            scratch.image.setChannels(g.filtersPerGroup());
            scratch.image.setLines(lines, firstLine, 1, 1, 1);
            scratch.image.setColumns(columns, firstColumn, 1, 1, 1);
        }
        int phases = 0;
        for (int h = 0; h < Math.min(window.strideHeight(), g.height()); h++) {
            for (int v = 0; v < Math.min(window.strideWidth(), g.width()); v++) {
                if (layPhase(scratch, scratch.phase(phases), g, inRows, images, h, v, firstLine, firstColumn, w, wAt)) {
                    phases++;
                }
            }
        }
        return phases;
    }

    /** The smallest line of dz, or column, that any pixel reads. */
    static int first(int pad, int taps, int dilation, int stride) {
        return Math.floorDiv(pad - (taps - 1) * dilation, stride);
    }

    /** Pixels of a phase to be taken at a time. */
    static int rowsTogether(ConvGeometry g) {
        long weights = (long) g.window().taps() * g.channelsPerGroup() * g.filtersPerGroup();
        return weights > PackedRight.MOST_KEPT ? Gemm.MANY_ROWS : Gemm.ROWS;
    }

    /** Pixels of the largest phase of an image. */
    static int rowsPerImage(ConvGeometry g) {
        return Packing.ceilDiv(g.height(), g.window().strideHeight())
                * Packing.ceilDiv(g.width(), g.window().strideWidth());
    }

    /** Whether every pixel takes part in some sum: a stride may step over pixels that no tap then reaches. */
    static boolean reachAll(ConvGeometry g) {
        Window w = g.window();
        for (int line = 0; line < Math.min(w.strideHeight(), g.height()); line++) {
            if (!isLineReached(w, line)) {
                return false;
            }
        }
        for (int column = 0; column < Math.min(w.strideWidth(), g.width()); column++) {
            if (!isColumnReached(w, column)) {
                return false;
            }
        }
        return true;
    }

    /** Clears the pixels that take part in no sum. */
    static void clearUnreached(ConvGeometry g, float[] dx, int dxAt) {
        if (reachAll(g)) {
            return;
        }
        int lineSize = g.width() * g.channels();
        for (int line = 0; line < g.batch() * g.height(); line++) {
            int at = dxAt + line * lineSize;
            if (!isLineReached(g.window(), line % g.height())) {
                Arrays.fill(dx, at, at + lineSize, 0f);
                continue;
            }
            for (int column = 0; column < g.width(); column++) {
                if (!isColumnReached(g.window(), column)) {
                    Arrays.fill(dx, at + column * g.channels(), at + (column + 1) * g.channels(), 0f);
                }
            }
        }
    }

    private static boolean isLineReached(Window w, int line) {
        return isReached(line, w.padTop(), w.height(), w.dilationHeight(), w.strideHeight());
    }

    private static boolean isColumnReached(Window w, int column) {
        return isReached(column, w.padLeft(), w.width(), w.dilationWidth(), w.strideWidth());
    }

    private static boolean isReached(int pixel, int pad, int taps, int dilation, int stride) {
        for (int tap = 0; tap < taps; tap++) {
            if (Math.floorMod(pixel + pad - tap * dilation, stride) == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean layPhase(
            Scratch scratch,
            Phase phase,
            ConvGeometry g,
            boolean inRows,
            int images,
            int h,
            int v,
            int firstLine,
            int firstColumn,
            float[] w,
            int wAt) {
        Window window = g.window();
        int filters = g.filtersPerGroup();
        int lineSize = inRows ? scratch.padded.lineSize() : scratch.image.lineSize();
        int imageSize = inRows ? scratch.padded.imageSize() : scratch.image.imageSize();
        phase.taps = Scratch.grown(phase.taps, window.taps());
        int[] columns = phase.patches.columns(window.taps() * filters);
        int taps = 0;
        for (int r = window.height() - 1; r >= 0; r--) {
            int down = h + window.padTop() - r * window.dilationHeight();
            if (Math.floorMod(down, window.strideHeight()) != 0) {
                continue;
            }
            for (int s = window.width() - 1; s >= 0; s--) {
                int right = v + window.padLeft() - s * window.dilationWidth();
                if (Math.floorMod(right, window.strideWidth()) != 0) {
                    continue;
                }
                int line = Math.floorDiv(down, window.strideHeight()) - firstLine;
                int column = Math.floorDiv(right, window.strideWidth()) - firstColumn;
                for (int k = 0; k < filters; k++) {
                    int at = inRows ? column * filters + k : scratch.image.columnAt(k, column);
                    columns[taps * filters + k] = line * lineSize + at;
                }
                phase.taps[taps++] = wAt + (r * window.width() + s) * g.channelsPerGroup() * g.filters();
            }
        }
        if (taps == 0) {
            return false;
        }
        int lines = Packing.ceilDiv(g.height() - h, window.strideHeight());
        int points = Packing.ceilDiv(g.width() - v, window.strideWidth());
        int dxLine = g.width() * g.channels();
        phase.patches.setContiguousRows(inRows, taps * filters);
        phase.bases.set(points, lines, imageSize, lineSize, inRows ? filters : 1);
        int rows = images * lines * points;
        phase.bases.fill(0, 0, rows, phase.patches.rows(rows));
        phase.pixels.set(
                points,
                lines,
                g.height() * dxLine,
                window.strideHeight() * dxLine,
                window.strideWidth() * g.channels());
        phase.origin = h * dxLine + v * g.channels();
        RightOperand weights = phase.flipped.set(w, g.filters(), filters, phase.taps);
        if (inRows) {
            int rowsInAll = g.batch() * lines * points;
            phase.weights.packFor(rowsInAll, Gemm.MANY_ROWS, weights, 0, g.channelsPerGroup(), 0, taps * filters);
        } else {
            phase.weights.pack(weights, 0, g.channelsPerGroup(), 0, taps * filters);
        }
        return true;
    }
}
