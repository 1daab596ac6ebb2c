package dev.convoy.kernel.vector;

import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Maximum and average over windows, vectorised over the channels of a pixel. Of channels left over the maximum takes a whole vector as well
 * wherever that ends within the arrays: what it writes too far later windows overwrite, or it is what was there. Else, and for averages,
 * they go one by one. Each method walks the windows and hands the taps inside the image, rows {@code [r, rEnd)} and columns {@code [s, sEnd)}, to the body below it. There the
 * taps are one loop: C2 boxes a vector that lives through two nested ones.
 */
final class Pooling {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    /** The number of each lane. */
    private static final float[] LANES = new float[WIDTH];

    static {
        for (int lane = 0; lane < WIDTH; lane++) {
            LANES[lane] = lane;
        }
    }

    private Pooling() {}

    /** The first tap inside the image, for a window that begins at {@code from}. */
    private static int firstTap(int from, int dilation) {
        return Math.max(0, Packing.ceilDiv(-from, dilation));
    }

    /** One past the last tap inside the image. */
    private static int endTap(int from, int dilation, int taps, int size) {
        return Math.min(taps, Packing.ceilDiv(size - from, dilation));
    }

    static void max(PoolGeometry g, float[] x, int xAt, float[] y, int yAt) {
        Window w = g.window();
        int channels = g.channels();
        int rowStep = w.dilationHeight() * g.width() * channels;
        int columnStep = w.dilationWidth() * channels;
        int outputHeight = g.outputHeight();
        int outputWidth = g.outputWidth();
        int out = yAt;
        int yEnd = yAt + g.batch() * outputHeight * outputWidth * channels;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < outputHeight; p++) {
                int h = p * w.strideHeight() - w.padTop();
                int r = firstTap(h, w.dilationHeight());
                int rEnd = endTap(h, w.dilationHeight(), w.height(), g.height());
                for (int q = 0; q < outputWidth; q++, out += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int s = firstTap(v, w.dilationWidth());
                    int sEnd = endTap(v, w.dilationWidth(), w.width(), g.width());
                    int from = xAt + ((n * g.height() + h) * g.width() + v) * channels + r * rowStep + s * columnStep;
                    maxWindow(channels, rEnd - r, sEnd - s, rowStep, columnStep, x, from, y, out, yEnd);
                }
            }
        }
    }

    private static void maxWindow(
            int channels,
            int rows,
            int columns,
            int rowStep,
            int columnStep,
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            int yEnd) {
        int lastTap = xAt + (rows - 1) * rowStep + (columns - 1) * columnStep;
        int room = Math.min(x.length - lastTap, yEnd - yAt);
        int c = 0;
        for (; c < channels && c + WIDTH <= room; c += WIDTH) {
            FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            int at = xAt + c;
            for (int tap = 0, s = 0; tap < rows * columns; tap++) {
                FloatVector value = FloatVector.fromArray(SPECIES, x, at);
                best = best.blend(value, value.compare(VectorOperators.GT, best));
                best = best.blend(value, value.compare(VectorOperators.NE, value));
                at += columnStep;
                if (++s == columns) {
                    s = 0;
                    at += rowStep - columns * columnStep;
                }
            }
            best.intoArray(y, yAt + c);
        }
        for (; c < channels; c++) {
            float best = Float.NEGATIVE_INFINITY;
            for (int r = 0; r < rows; r++) {
                for (int s = 0; s < columns; s++) {
                    float value = x[xAt + r * rowStep + s * columnStep + c];
                    if (value > best || Float.isNaN(value)) {
                        best = value;
                    }
                }
            }
            y[yAt + c] = best;
        }
    }

    static void maxAdjointAdd(
            PoolGeometry g, float[] x, int xAt, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt) {
        Window w = g.window();
        int channels = g.channels();
        int rowStep = w.dilationHeight() * g.width() * channels;
        int columnStep = w.dilationWidth() * channels;
        int outputHeight = g.outputHeight();
        int outputWidth = g.outputWidth();
        int out = 0;
        int dxEnd = dxAt + g.batch() * g.height() * g.width() * channels;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < outputHeight; p++) {
                int h = p * w.strideHeight() - w.padTop();
                int r = firstTap(h, w.dilationHeight());
                int rEnd = endTap(h, w.dilationHeight(), w.height(), g.height());
                for (int q = 0; q < outputWidth; q++, out += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int s = firstTap(v, w.dilationWidth());
                    int sEnd = endTap(v, w.dilationWidth(), w.width(), g.width());
                    int from = ((n * g.height() + h) * g.width() + v) * channels + r * rowStep + s * columnStep;
                    maxWindowAdjointAdd(
                            channels,
                            rEnd - r,
                            sEnd - s,
                            rowStep,
                            columnStep,
                            x,
                            xAt + from,
                            y,
                            yAt + out,
                            dy,
                            dyAt + out,
                            dx,
                            dxAt + from,
                            dxEnd);
                }
            }
        }
    }

    private static void maxWindowAdjointAdd(
            int channels,
            int rows,
            int columns,
            int rowStep,
            int columnStep,
            float[] x,
            int xAt,
            float[] y,
            int yAt,
            float[] dy,
            int dyAt,
            float[] dx,
            int dxAt,
            int dxEnd) {
        int lastTap = (rows - 1) * rowStep + (columns - 1) * columnStep;
        int room =
                Math.min(Math.min(x.length - xAt, dxEnd - dxAt) - lastTap, Math.min(y.length - yAt, dy.length - dyAt));
        int c = 0;
        for (; c < channels && c + WIDTH <= room; c += WIDTH) {
            // A lane that has passed its gradient on becomes NaN, which no tap equals: no mask lives across taps. Lanes
            // past the
            // last channel never had one.
            FloatVector wanted = FloatVector.fromArray(SPECIES, y, yAt + c)
                    .blend(Float.NaN, FloatVector.fromArray(SPECIES, LANES, 0).compare(VectorOperators.GE, (float)
                            (channels - c)));
            FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + c);
            int at = c;
            for (int tap = 0, s = 0; tap < rows * columns; tap++) {
                VectorMask<Float> taken =
                        FloatVector.fromArray(SPECIES, x, xAt + at).compare(VectorOperators.EQ, wanted);
                FloatVector before = FloatVector.fromArray(SPECIES, dx, dxAt + at);
                before.blend(before.add(gradient), taken).intoArray(dx, dxAt + at);
                wanted = wanted.blend(Float.NaN, taken);
                at += columnStep;
                if (++s == columns) {
                    s = 0;
                    at += rowStep - columns * columnStep;
                }
            }
        }
        for (; c < channels; c++) {
            maxChannelAdjointAdd(
                    rows, columns, rowStep, columnStep, x, xAt + c, y[yAt + c], dy[dyAt + c], dx, dxAt + c);
        }
    }

    private static void maxChannelAdjointAdd(
            int rows,
            int columns,
            int rowStep,
            int columnStep,
            float[] x,
            int xAt,
            float wanted,
            float gradient,
            float[] dx,
            int dxAt) {
        for (int r = 0; r < rows; r++) {
            for (int s = 0; s < columns; s++) {
                int at = r * rowStep + s * columnStep;
                if (x[xAt + at] == wanted) {
                    dx[dxAt + at] += gradient;
                    return;
                }
            }
        }
    }

    static void average(PoolGeometry g, boolean countPadding, float[] x, int xAt, float[] y, int yAt) {
        Window w = g.window();
        int channels = g.channels();
        int rowStep = w.dilationHeight() * g.width() * channels;
        int columnStep = w.dilationWidth() * channels;
        int outputHeight = g.outputHeight();
        int outputWidth = g.outputWidth();
        int out = yAt;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < outputHeight; p++) {
                int h = p * w.strideHeight() - w.padTop();
                int r = firstTap(h, w.dilationHeight());
                int rEnd = endTap(h, w.dilationHeight(), w.height(), g.height());
                int rows = g.countedRows(p, countPadding);
                for (int q = 0; q < outputWidth; q++, out += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int s = firstTap(v, w.dilationWidth());
                    int sEnd = endTap(v, w.dilationWidth(), w.width(), g.width());
                    float share = 1f / (rows * g.countedColumns(q, countPadding));
                    int from = xAt + ((n * g.height() + h) * g.width() + v) * channels + r * rowStep + s * columnStep;
                    averageWindow(channels, rEnd - r, sEnd - s, rowStep, columnStep, share, x, from, y, out);
                }
            }
        }
    }

    private static void averageWindow(
            int channels,
            int rows,
            int columns,
            int rowStep,
            int columnStep,
            float share,
            float[] x,
            int xAt,
            float[] y,
            int yAt) {
        int c = 0;
        for (; c + WIDTH <= channels; c += WIDTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            int at = xAt + c;
            for (int tap = 0, s = 0; tap < rows * columns; tap++) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, at));
                at += columnStep;
                if (++s == columns) {
                    s = 0;
                    at += rowStep - columns * columnStep;
                }
            }
            sum.mul(share).intoArray(y, yAt + c);
        }
        for (; c < channels; c++) {
            float sum = 0f;
            for (int r = 0; r < rows; r++) {
                for (int s = 0; s < columns; s++) {
                    sum += x[xAt + r * rowStep + s * columnStep + c];
                }
            }
            y[yAt + c] = sum * share;
        }
    }

    static void averageAdjointAdd(PoolGeometry g, boolean countPadding, float[] dy, int dyAt, float[] dx, int dxAt) {
        Window w = g.window();
        int channels = g.channels();
        int rowStep = w.dilationHeight() * g.width() * channels;
        int columnStep = w.dilationWidth() * channels;
        int outputHeight = g.outputHeight();
        int outputWidth = g.outputWidth();
        int from = dyAt;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < outputHeight; p++) {
                int h = p * w.strideHeight() - w.padTop();
                int rEnd = endTap(h, w.dilationHeight(), w.height(), g.height());
                int rows = g.countedRows(p, countPadding);
                for (int q = 0; q < outputWidth; q++, from += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int sEnd = endTap(v, w.dilationWidth(), w.width(), g.width());
                    float share = 1f / (rows * g.countedColumns(q, countPadding));
                    int window = dxAt + ((n * g.height() + h) * g.width() + v) * channels;
                    for (int r = firstTap(h, w.dilationHeight()); r < rEnd; r++) {
                        for (int s = firstTap(v, w.dilationWidth()); s < sEnd; s++) {
                            addShare(channels, share, dy, from, dx, window + r * rowStep + s * columnStep);
                        }
                    }
                }
            }
        }
    }

    private static void addShare(int channels, float share, float[] dy, int dyAt, float[] dx, int dxAt) {
        int c = 0;
        for (; c + WIDTH <= channels; c += WIDTH) {
            FloatVector.fromArray(SPECIES, dx, dxAt + c)
                    .add(FloatVector.fromArray(SPECIES, dy, dyAt + c).mul(share))
                    .intoArray(dx, dxAt + c);
        }
        for (; c < channels; c++) {
            dx[dxAt + c] += dy[dyAt + c] * share;
        }
    }
}
