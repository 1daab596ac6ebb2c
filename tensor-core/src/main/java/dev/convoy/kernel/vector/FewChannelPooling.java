package dev.convoy.kernel.vector;

import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adjoint of the maximum over windows side by side, of fewer channels than a vector has lanes. A pixel's vector ends among the pixels
 * behind it. So the lines under a line of windows are written to a buffer first, from left to right, where the next pixel overwrites
 * what was written too far; and none is read back, which would wait for two stores at once.
 */
final class FewChannelPooling {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private FewChannelPooling() {}

    /** {@link dev.convoy.kernel.Kernels#maxPoolAdjoint} for windows that {@linkplain PoolTaps#tile tile}. */
    static void adjoint(
            PoolGeometry g, float[] x, int xAt, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt) {
        Window w = g.window();
        int channels = g.channels();
        int rowStep = g.width() * channels;
        int imageSize = g.height() * rowStep;
        int pixels = Math.min(g.width(), g.outputWidth() * w.strideWidth() - w.padLeft());
        int lineStep = rowStep + WIDTH;
        float[] lines = Scratch.ofThread().first(Math.min(w.height(), g.height()) * lineStep);
        int room = Math.min(y.length - yAt, dy.length - dyAt) - WIDTH;
        int out = 0;
        for (int n = 0; n < g.batch(); n++) {
            PoolTaps.clearRest(g, dx, dxAt + n * imageSize);
            for (int p = 0; p < g.outputHeight(); p++) {
                int top = p * w.strideHeight() - w.padTop();
                int h = Math.max(0, top);
                int rows = Math.min(g.height(), top + w.height()) - h;
                int line = n * imageSize + h * rowStep;
                for (int q = 0; q < g.outputWidth(); q++, out += channels) {
                    int left = q * w.strideWidth() - w.padLeft();
                    int v = Math.max(0, left);
                    int columns = Math.min(g.width(), left + w.width()) - v;
                    int from = xAt + line + v * channels;
                    boolean whole =
                            out <= room && from + (rows - 1) * rowStep + (columns - 1) * channels <= x.length - WIDTH;
                    if (whole) {
                        window(
                                rows,
                                columns,
                                channels,
                                x,
                                from,
                                rowStep,
                                y,
                                yAt + out,
                                dy,
                                dyAt + out,
                                lines,
                                v * channels,
                                lineStep);
                    } else {
                        oneByOne(
                                rows,
                                columns,
                                channels,
                                x,
                                from,
                                rowStep,
                                y,
                                yAt + out,
                                dy,
                                dyAt + out,
                                lines,
                                v * channels,
                                lineStep);
                    }
                }
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(lines, row * lineStep, dx, dxAt + line + row * rowStep, pixels * channels);
                }
            }
        }
    }

    private static void window(
            int rows,
            int columns,
            int channels,
            float[] x,
            int xAt,
            int rowStep,
            float[] y,
            int yAt,
            float[] dy,
            int dyAt,
            float[] to,
            int toAt,
            int toStep) {
        // A lane that has passed its gradient on becomes NaN, which no tap equals: no mask lives across taps.
        FloatVector wanted = FloatVector.fromArray(SPECIES, y, yAt);
        FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyAt);
        int from = xAt;
        int target = toAt;
        for (int tap = 0, s = 0; tap < rows * columns; tap++) {
            VectorMask<Float> taken = FloatVector.fromArray(SPECIES, x, from).compare(VectorOperators.EQ, wanted);
            FloatVector.zero(SPECIES).blend(gradient, taken).add(0f).intoArray(to, target);
            wanted = wanted.blend(Float.NaN, taken);
            from += channels;
            target += channels;
            if (++s == columns) {
                s = 0;
                from += rowStep - columns * channels;
                target += toStep - columns * channels;
            }
        }
    }

    private static void oneByOne(
            int rows,
            int columns,
            int channels,
            float[] x,
            int xAt,
            int rowStep,
            float[] y,
            int yAt,
            float[] dy,
            int dyAt,
            float[] to,
            int toAt,
            int toStep) {
        for (int c = 0; c < channels; c++) {
            boolean passed = false;
            for (int r = 0; r < rows; r++) {
                for (int s = 0; s < columns; s++) {
                    boolean taken = !passed && x[xAt + r * rowStep + s * channels + c] == y[yAt + c];
                    to[toAt + r * toStep + s * channels + c] = taken ? 0f + dy[dyAt + c] : 0f;
                    passed |= taken;
                }
            }
        }
    }
}
