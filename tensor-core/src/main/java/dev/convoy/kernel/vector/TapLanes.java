package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weight adjoint of a first layer of few filters: lanes are taps, gradients are broadcast. With 25 taps and six filters two vectors of taps
 * times six are twelve products a pixel; vectors of filters, ten of whose lanes are empty, take twenty-five.
 *
 * <p>What a vector of taps reads is contiguous once the lines under the window are woven, {@code [column, line, channel]}: the taps of one
 * pixel, (s, r, c), then follow each other. Where vectors have lanes to spare, more lines are woven than the window has, and serve further
 * output lines, which read them from a later line on. Lanes of no tap sum what is never read.
 */
final class TapLanes {
    /** Lanes at a time: two vectors. */
    private static final int LANES = 2 * MicroKernel.WIDTH;

    private static final float[] ZERO = {0f};
    private static final int FILTERS = SixFilters.FILTERS;
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private float[] woven = new float[0];
    /** {@code [filter, lane]}. */
    private float[] sums = new float[0];
    /** A line of dz of fewer filters, six floats a pixel. */
    private float[] spread = new float[0];

    private int height;
    private int width;
    private int channels;
    private int filters;
    private int rowTaps;
    private int columnTaps;
    private int points;
    private int padTop;
    private int padLeft;
    private int strideHeight;
    private int strideWidth;
    /** Lanes, in whole pairs of vectors. */
    private int lanes;
    /** Lines that are woven together. */
    private int lines;
    /** Output lines that they serve. */
    private int together;

    /** Of what {@link FewChannels} takes; more taps at a time by vectors of filters ({@link FewChannelsSums}) may be fewer products. */
    static boolean fits(ConvGeometry g) {
        int depth = g.window().taps() * g.channels();
        return g.filters() <= FILTERS
                && Packing.ceilDiv(depth, LANES) * 2 * FILTERS
                        < Packing.ceilDiv(depth, FewChannelsSums.TAPS_OF_ONE) * FewChannelsSums.TAPS_OF_ONE;
    }

    private void lay(ConvGeometry g) {
        Window w = g.window();
        height = g.height();
        width = g.width();
        channels = g.channels();
        filters = g.filters();
        rowTaps = w.height();
        columnTaps = w.width();
        points = g.outputWidth();
        padTop = w.padTop();
        padLeft = w.padLeft();
        strideHeight = w.strideHeight();
        strideWidth = w.strideWidth();
        int line = columnTaps * channels;
        lanes = Packing.ceilDiv(rowTaps * line, LANES) * LANES;
        together = Math.min(g.outputHeight(), (lanes / line - rowTaps) / strideHeight + 1);
        lines = rowTaps + (together - 1) * strideHeight;
        int size = ((points - 1) * strideWidth + columnTaps + 1) * lines * channels + lanes;
        woven = Scratch.grown(woven, size);
        // What is padding stays zero.
        Arrays.fill(woven, 0, size, 0f);
        sums = Scratch.grown(sums, FILTERS * lanes);
        spread = Scratch.grown(spread, points * FILTERS);
    }

    /** {@link dev.convoy.kernel.Kernels#conv2dWeightAdjointAdd}. */
    void weightAdjointAdd(ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        lay(g);
        copySums(true, dw, dwAt);
        int outputHeight = g.outputHeight();
        for (int n = 0; n < g.batch(); n++) {
            int image = xAt + n * height * width * channels;
            for (int p = 0; p < outputHeight; p += together) {
                int count = Math.min(together, outputHeight - p);
                weave(p * strideHeight - padTop, rowTaps + (count - 1) * strideHeight, x, image);
                for (int line = 0; line < count; line++) {
                    add(line, dz, dzAt + (n * outputHeight + p + line) * points * filters);
                }
            }
        }
        copySums(false, dw, dwAt);
    }

    private void copySums(boolean load, float[] dw, int dwAt) {
        for (int k = 0; k < filters; k++) {
            for (int r = 0; r < rowTaps; r++) {
                for (int s = 0; s < columnTaps; s++) {
                    for (int c = 0; c < channels; c++) {
                        int weight = dwAt + ((r * columnTaps + s) * channels + c) * filters + k;
                        int sum = k * lanes + (s * lines + r) * channels + c;
                        if (load) {
                            sums[sum] = dw[weight];
                        } else {
                            dw[weight] = sums[sum];
                        }
                    }
                }
            }
        }
    }

    /** {@code woven[padLeft + column, line, c] = x[first + line, column, c]}; zeros where x has no such line. */
    private void weave(int first, int count, float[] x, int image) {
        int step = lines * channels;
        int to = padLeft * step;
        int columns = Math.max(0, Math.min(width, (points - 1) * strideWidth + columnTaps - padLeft));
        int at = image + first * width * channels;
        if (count == 6 && channels == 1 && first >= 0 && first + count <= height) {
            weaveSix(columns, x, at, width, woven, to, step);
            return;
        }
        for (int line = 0; line < count; line++) {
            boolean inside = first + line >= 0 && first + line < height;
            for (int c = 0; c < channels; c++) {
                int lane = to + line * channels + c;
                if (inside) {
                    Packing.gather(1, columns, x, at + line * width * channels + c, channels, 0, woven, lane, step);
                } else {
                    Packing.gather(1, columns, ZERO, 0, 0, 0, woven, lane, step);
                }
            }
        }
    }

    private static void weaveSix(int count, float[] x, int at, int line, float[] to, int toAt, int toStep) {
        int at1 = at + line;
        int at2 = at1 + line;
        int at3 = at2 + line;
        int at4 = at3 + line;
        int at5 = at4 + line;
        for (int i = 0; i < count; i++) {
            int column = toAt + i * toStep;
            to[column] = x[at + i];
            to[column + 1] = x[at1 + i];
            to[column + 2] = x[at2 + i];
            to[column + 3] = x[at3 + i];
            to[column + 4] = x[at4 + i];
            to[column + 5] = x[at5 + i];
        }
    }

    /** Adds the pixels of one output line, one of those that these woven lines serve. */
    private void add(int line, float[] dz, int dzAt) {
        float[] gradients = dz;
        int from = dzAt;
        if (filters < FILTERS) {
            spreadLine(dz, dzAt);
            gradients = spread;
            from = 0;
        }
        int step = strideWidth * lines * channels;
        int first = line * strideHeight * channels;
        for (int lane = 0; lane < lanes; lane += LANES) {
            six(points, woven, first + lane, step, gradients, from, sums, lane, lanes);
        }
    }

    private void spreadLine(float[] dz, int dzAt) {
        for (int k = 0; k < filters; k++) {
            for (int i = 0; i < points; i++) {
                spread[i * FILTERS + k] = dz[dzAt + i * filters + k];
            }
        }
    }

    /**
     * {@code sums[k * sumsStep + lane] += sum over i ascending of x[xAt + i * xStep + lane] * dz[i * 6 + k]} for two vectors of lanes and six
     * filters.
     */
    private static void six(
            int count, float[] x, int xAt, int xStep, float[] dz, int dzAt, float[] sums, int sumsAt, int sumsStep) {
        FloatVector sum0a = FloatVector.fromArray(SPECIES, sums, sumsAt);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, sums, sumsAt + WIDTH);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, sums, sumsAt + sumsStep);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, sums, sumsAt + sumsStep + WIDTH);
        FloatVector sum2a = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * sumsStep);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * sumsStep + WIDTH);
        FloatVector sum3a = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * sumsStep);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * sumsStep + WIDTH);
        FloatVector sum4a = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * sumsStep);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * sumsStep + WIDTH);
        FloatVector sum5a = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * sumsStep);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * sumsStep + WIDTH);
        for (int i = 0; i < count; i++) {
            int pixel = dzAt + i * FILTERS;
            FloatVector left = FloatVector.fromArray(SPECIES, x, xAt + i * xStep);
            FloatVector right = FloatVector.fromArray(SPECIES, x, xAt + i * xStep + WIDTH);
            sum0a = FloatVector.broadcast(SPECIES, dz[pixel]).fma(left, sum0a);
            sum1a = FloatVector.broadcast(SPECIES, dz[pixel + 1]).fma(left, sum1a);
            sum2a = FloatVector.broadcast(SPECIES, dz[pixel + 2]).fma(left, sum2a);
            sum3a = FloatVector.broadcast(SPECIES, dz[pixel + 3]).fma(left, sum3a);
            sum4a = FloatVector.broadcast(SPECIES, dz[pixel + 4]).fma(left, sum4a);
            sum5a = FloatVector.broadcast(SPECIES, dz[pixel + 5]).fma(left, sum5a);
            sum0b = FloatVector.broadcast(SPECIES, dz[pixel]).fma(right, sum0b);
            sum1b = FloatVector.broadcast(SPECIES, dz[pixel + 1]).fma(right, sum1b);
            sum2b = FloatVector.broadcast(SPECIES, dz[pixel + 2]).fma(right, sum2b);
            sum3b = FloatVector.broadcast(SPECIES, dz[pixel + 3]).fma(right, sum3b);
            sum4b = FloatVector.broadcast(SPECIES, dz[pixel + 4]).fma(right, sum4b);
            sum5b = FloatVector.broadcast(SPECIES, dz[pixel + 5]).fma(right, sum5b);
        }
        sum0a.intoArray(sums, sumsAt);
        sum0b.intoArray(sums, sumsAt + WIDTH);
        sum1a.intoArray(sums, sumsAt + sumsStep);
        sum1b.intoArray(sums, sumsAt + sumsStep + WIDTH);
        sum2a.intoArray(sums, sumsAt + 2 * sumsStep);
        sum2b.intoArray(sums, sumsAt + 2 * sumsStep + WIDTH);
        sum3a.intoArray(sums, sumsAt + 3 * sumsStep);
        sum3b.intoArray(sums, sumsAt + 3 * sumsStep + WIDTH);
        sum4a.intoArray(sums, sumsAt + 4 * sumsStep);
        sum4b.intoArray(sums, sumsAt + 4 * sumsStep + WIDTH);
        sum5a.intoArray(sums, sumsAt + 5 * sumsStep);
        sum5b.intoArray(sums, sumsAt + 5 * sumsStep + WIDTH);
    }
}
