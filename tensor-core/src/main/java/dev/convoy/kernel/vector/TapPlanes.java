package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Some lines of an image of few channels, once for each column of taps and each channel, moved so that what output pixel i reads through
 * tap t is {@code floats[columns[t] + i]}: i counts the pixels of all lines, and where a line ends does not show. Padding is part of it. A
 * kernel has no edges then, and its addresses need no table.
 *
 * <p>Only columns are copied: a tap one row below reads one line further on. With a stride, lines that an output line does not read
 * together lie in planes of their own.
 */
final class TapPlanes {
    float[] floats = new float[0];
    /** Where each tap (r, s, c) begins; behind them, so many copies of the first that kernels may read past the last. */
    int[] columns = new int[0];

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    /** The padded lines, turned: {@code [line, channel, phase of the horizontal stride, column]}. */
    private float[] turned = new float[0];

    private int height;
    private int width;
    private int channels;
    private int points;
    private int taps;
    private int padTop;
    private int padLeft;
    private int rowTaps;
    private int strideHeight;
    private int strideWidth;
    private int rowPhases;
    private int columnPhases;
    private int lineColumns;
    private int lineSize;
    private int planeSize;

    /** Lays out at most so many output lines. */
    void lay(ConvGeometry g, int lines) {
        Window w = g.window();
        height = g.height();
        width = g.width();
        channels = g.channels();
        points = g.outputWidth();
        taps = w.width();
        padTop = w.padTop();
        padLeft = w.padLeft();
        rowTaps = w.height();
        strideHeight = w.strideHeight();
        strideWidth = w.strideWidth();
        rowPhases = Math.min(strideHeight, rowTaps);
        columnPhases = Math.min(strideWidth, taps);
        lineColumns = points + (taps - 1) / strideWidth;
        // Rows are copied by whole vectors, and the last may be written too far.
        planeSize = (lines + (rowTaps - 1) / strideHeight) * points + WIDTH;
        floats = Scratch.grown(floats, taps * channels * rowPhases * planeSize + SixFilters.PIXELS);
        lineSize = channels * columnPhases * lineColumns;
        int size = ((lines - 1) * strideHeight + rowTaps) * lineSize;
        turned = Scratch.grown(turned, size + WIDTH);
        Arrays.fill(turned, 0, size, 0f);
        layTaps();
    }

    private void layTaps() {
        int depth = rowTaps * taps * channels;
        columns = Scratch.grown(columns, depth + FewChannelsSums.MOST_TAPS);
        int l = 0;
        for (int r = 0; r < rowTaps; r++) {
            for (int plane = 0; plane < taps * channels; plane++) {
                columns[l++] = (plane * rowPhases + r % strideHeight) * planeSize + r / strideHeight * points;
            }
        }
        Arrays.fill(columns, depth, depth + FewChannelsSums.MOST_TAPS, columns[0]);
    }

    /** Takes what {@code lines} output lines from {@code first} on read of the image at {@code at}. */
    void build(int first, int lines, float[] x, int at) {
        int count = (lines - 1) * strideHeight + rowTaps;
        for (int i = 0; i < count; i++) {
            int h = first * strideHeight - padTop + i;
            if (i % strideHeight >= rowPhases) {
                continue;
            }
            if (h < 0 || h >= height) {
                Arrays.fill(turned, i * lineSize, (i + 1) * lineSize, 0f);
            } else {
                turn(x, at + h * width * channels, i * lineSize);
            }
        }
        for (int phase = 0; phase < rowPhases; phase++) {
            int rows = Packing.ceilDiv(count - phase, strideHeight);
            for (int s = 0; s < taps; s++) {
                for (int c = 0; c < channels; c++) {
                    int from = phase * lineSize + (c * columnPhases + s % strideWidth) * lineColumns + s / strideWidth;
                    copyRows(rows, from, ((s * channels + c) * rowPhases + phase) * planeSize);
                }
            }
        }
    }

    /** One line; the padding to its left and right stays zero. */
    private void turn(float[] x, int at, int to) {
        for (int phase = 0; phase < columnPhases; phase++) {
            int begin = Math.min(lineColumns, Math.max(0, Packing.ceilDiv(padLeft - phase, strideWidth)));
            int end = Math.max(begin, Math.min(lineColumns, Packing.ceilDiv(width + padLeft - phase, strideWidth)));
            int from = at + (begin * strideWidth + phase - padLeft) * channels;
            int step = strideWidth * channels;
            int column = to + phase * lineColumns + begin;
            if (step == 1) {
                System.arraycopy(x, from, turned, column, end - begin);
            } else if (channels == 3) {
                turnThree(end - begin, x, from, step, column);
            } else {
                for (int c = 0; c < channels; c++) {
                    int lane = column + c * columnPhases * lineColumns;
                    Packing.gather(1, end - begin, x, from + c, step, 0, turned, lane, 1);
                }
            }
        }
    }

    private void turnThree(int count, float[] x, int from, int step, int to) {
        int second = to + columnPhases * lineColumns;
        int third = second + columnPhases * lineColumns;
        float[] out = turned;
        for (int i = 0; i < count; i++) {
            int pixel = from + i * step;
            out[to + i] = x[pixel];
            out[second + i] = x[pixel + 1];
            out[third + i] = x[pixel + 2];
        }
    }

    /** From right to left: what the last vector of a row writes too far is the next row's first, which comes later. */
    private void copyRows(int rows, int from, int to) {
        int step = strideHeight * lineSize;
        for (int q = (points - 1) / WIDTH * WIDTH; q >= 0; q -= WIDTH) {
            for (int row = 0; row < rows; row++) {
                FloatVector.fromArray(SPECIES, turned, from + q + row * step).intoArray(floats, to + q + row * points);
            }
        }
    }
}
