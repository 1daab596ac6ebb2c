package dev.convoy.kernel.vector;

import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The maximum over windows, vectorised over the channels of a pixel. Of channels left over a whole vector is taken as well, wherever that
 * ends within the arrays: what it writes too far later windows overwrite, or it is what was there. Else they go one by one. Each method
 * walks the windows and hands the taps inside the image, rows {@code [r, rEnd)} and columns {@code [s, sEnd)}, to the body below it. There
 * the taps are one loop: C2 boxes a vector that lives through two nested ones.
 */
final class MaxPooling {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    /** The number of each lane. */
    private static final float[] LANES = new float[WIDTH];

    static {
        for (int lane = 0; lane < WIDTH; lane++) {
            LANES[lane] = lane;
        }
    }

    private MaxPooling() {}

    static void forward(PoolGeometry g, float[] x, int xAt, float[] y, int yAt) {
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
                int r = PoolTaps.first(h, w.dilationHeight());
                int rEnd = PoolTaps.end(h, w.dilationHeight(), w.height(), g.height());
                for (int q = 0; q < outputWidth; q++, out += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int s = PoolTaps.first(v, w.dilationWidth());
                    int sEnd = PoolTaps.end(v, w.dilationWidth(), w.width(), g.width());
                    int from = xAt + ((n * g.height() + h) * g.width() + v) * channels + r * rowStep + s * columnStep;
                    window(channels, rEnd - r, sEnd - s, rowStep, columnStep, x, from, y, out, yEnd);
                }
            }
        }
    }

    private static void window(
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

    static void adjoint(
            PoolGeometry g, float[] x, int xAt, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt) {
        Window w = g.window();
        boolean tile = PoolTaps.tile(w);
        int channels = g.channels();
        if (tile && channels < WIDTH) {
            FewChannelPooling.adjoint(g, x, xAt, y, yAt, dy, dyAt, dx, dxAt);
            return;
        }
        int rowStep = w.dilationHeight() * g.width() * channels;
        int columnStep = w.dilationWidth() * channels;
        int outputHeight = g.outputHeight();
        int outputWidth = g.outputWidth();
        int imageSize = g.height() * g.width() * channels;
        int out = 0;
        int dxEnd = dxAt + g.batch() * imageSize;
        for (int n = 0; n < g.batch(); n++) {
            if (tile) {
                PoolTaps.clearRest(g, dx, dxAt + n * imageSize);
            } else {
                Arrays.fill(dx, dxAt + n * imageSize, dxAt + (n + 1) * imageSize, 0f);
            }
            for (int p = 0; p < outputHeight; p++) {
                int h = p * w.strideHeight() - w.padTop();
                int r = PoolTaps.first(h, w.dilationHeight());
                int rEnd = PoolTaps.end(h, w.dilationHeight(), w.height(), g.height());
                for (int q = 0; q < outputWidth; q++, out += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int s = PoolTaps.first(v, w.dilationWidth());
                    int sEnd = PoolTaps.end(v, w.dilationWidth(), w.width(), g.width());
                    int from = ((n * g.height() + h) * g.width() + v) * channels + r * rowStep + s * columnStep;
                    int whole = 0;
                    if (tile) {
                        whole = channels - channels % WIDTH;
                        overwrite(
                                whole,
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
                                dxAt + from);
                        if (whole < channels) {
                            clear(channels - whole, rEnd - r, sEnd - s, rowStep, columnStep, dx, dxAt + from + whole);
                        }
                    }
                    if (whole < channels) {
                        add(
                                channels - whole,
                                rEnd - r,
                                sEnd - s,
                                rowStep,
                                columnStep,
                                x,
                                xAt + from + whole,
                                y,
                                yAt + out + whole,
                                dy,
                                dyAt + out + whole,
                                dx,
                                dxAt + from + whole,
                                dxEnd);
                    }
                }
            }
        }
    }

    /** Of a window that no other overlaps; whole vectors of channels. */
    private static void overwrite(
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
            int dxAt) {
        for (int c = 0; c < channels; c += WIDTH) {
            // A lane that has passed its gradient on becomes NaN, which no tap equals: no mask lives across taps.
            FloatVector wanted = FloatVector.fromArray(SPECIES, y, yAt + c);
            FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt + c);
            int at = c;
            for (int tap = 0, s = 0; tap < rows * columns; tap++) {
                VectorMask<Float> taken =
                        FloatVector.fromArray(SPECIES, x, xAt + at).compare(VectorOperators.EQ, wanted);
                FloatVector.zero(SPECIES).blend(gradient, taken).add(0f).intoArray(dx, dxAt + at);
                wanted = wanted.blend(Float.NaN, taken);
                at += columnStep;
                if (++s == columns) {
                    s = 0;
                    at += rowStep - columns * columnStep;
                }
            }
        }
    }

    private static void clear(int channels, int rows, int columns, int rowStep, int columnStep, float[] dx, int dxAt) {
        for (int r = 0; r < rows; r++) {
            for (int s = 0; s < columns; s++) {
                int at = dxAt + r * rowStep + s * columnStep;
                for (int c = 0; c < channels; c++) {
                    dx[at + c] = 0f;
                }
            }
        }
    }

    private static void add(
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
            // As above; lanes past the last channel never had a gradient to pass on.
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
            addChannel(rows, columns, rowStep, columnStep, x, xAt + c, y[yAt + c], dy[dyAt + c], dx, dxAt + c);
        }
    }

    private static void addChannel(
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
}
