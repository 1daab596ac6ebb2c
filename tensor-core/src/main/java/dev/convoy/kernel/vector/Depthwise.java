package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Convolution where each channel has its own filter ({@code C/g = K/g = 1}), vectorised over the channels:
 * {@code z[n,p,q,c] = bias[c] + sum over r, s of x[.., c] * w[r,s,c]}. A tap in the padding takes part with the value 0.
 */
final class Depthwise {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private Depthwise() {}

    static boolean fits(ConvGeometry g) {
        return g.groups() > 1 && g.channelsPerGroup() == 1 && g.filtersPerGroup() == 1;
    }

    static void forward(
            ConvGeometry g,
            float[] x,
            int xAt,
            float[] w,
            int wAt,
            float @Nullable [] bias,
            int biasAt,
            float[] z,
            int zAt) {
        Window window = g.window();
        int channels = g.channels();
        int to = zAt;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, to += channels) {
                    if (bias == null) {
                        Arrays.fill(z, to, to + channels, 0f);
                    } else {
                        System.arraycopy(bias, biasAt, z, to, channels);
                    }
                    int tap = wAt;
                    for (int r = 0; r < window.height(); r++) {
                        int row = p * window.strideHeight() + r * window.dilationHeight() - window.padTop();
                        for (int s = 0; s < window.width(); s++, tap += channels) {
                            int column = q * window.strideWidth() + s * window.dilationWidth() - window.padLeft();
                            if (isInside(g, row, column)) {
                                int pixel = xAt + ((n * g.height() + row) * g.width() + column) * channels;
                                multiplyAdd(channels, x, pixel, w, tap, z, to);
                            } else {
                                multiplyZeroAdd(channels, w, tap, z, to);
                            }
                        }
                    }
                }
            }
        }
    }

    private static boolean isInside(ConvGeometry g, int row, int column) {
        return row >= 0 && row < g.height() && column >= 0 && column < g.width();
    }

    /** {@code dx[n,h,v,c] += sum over r, s descending of dz[n,p,q,c] * w[r,s,c]}; which p and q: {@link dev.convoy.kernel.Kernels}. */
    static void inputAdjointAdd(ConvGeometry g, float[] dz, int dzAt, float[] w, int wAt, float[] dx, int dxAt) {
        int to = dxAt;
        for (int n = 0; n < g.batch(); n++) {
            for (int h = 0; h < g.height(); h++) {
                for (int v = 0; v < g.width(); v++, to += g.channels()) {
                    inputAdjointPixel(g, dz, dzAt, n, h, v, w, wAt, dx, to);
                }
            }
        }
    }

    private static void inputAdjointPixel(
            ConvGeometry g, float[] dz, int dzAt, int n, int h, int v, float[] w, int wAt, float[] dx, int to) {
        Window window = g.window();
        int channels = g.channels();
        for (int r = window.height() - 1; r >= 0; r--) {
            int down = h + window.padTop() - r * window.dilationHeight();
            if (Math.floorMod(down, window.strideHeight()) != 0) {
                continue;
            }
            int p = Math.floorDiv(down, window.strideHeight());
            for (int s = window.width() - 1; s >= 0; s--) {
                int right = v + window.padLeft() - s * window.dilationWidth();
                if (Math.floorMod(right, window.strideWidth()) != 0) {
                    continue;
                }
                int q = Math.floorDiv(right, window.strideWidth());
                int tap = wAt + (r * window.width() + s) * channels;
                if (p >= 0 && p < g.outputHeight() && q >= 0 && q < g.outputWidth()) {
                    int from = dzAt + ((n * g.outputHeight() + p) * g.outputWidth() + q) * channels;
                    multiplyAdd(channels, dz, from, w, tap, dx, to);
                } else {
                    multiplyZeroAdd(channels, w, tap, dx, to);
                }
            }
        }
    }

    /** {@code dw[r,s,c] += sum over n, p, q ascending of x[.., c] * dz[n,p,q,c]}. */
    static void weightAdjointAdd(ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        Window window = g.window();
        int channels = g.channels();
        int from = dzAt;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, from += channels) {
                    int tap = dwAt;
                    for (int r = 0; r < window.height(); r++) {
                        int row = p * window.strideHeight() + r * window.dilationHeight() - window.padTop();
                        for (int s = 0; s < window.width(); s++, tap += channels) {
                            int column = q * window.strideWidth() + s * window.dilationWidth() - window.padLeft();
                            if (isInside(g, row, column)) {
                                int pixel = xAt + ((n * g.height() + row) * g.width() + column) * channels;
                                multiplyAdd(channels, x, pixel, dz, from, dw, tap);
                            } else {
                                multiplyZeroAdd(channels, dz, from, dw, tap);
                            }
                        }
                    }
                }
            }
        }
    }

    /** {@code c[i] = fma(a[i], b[i], c[i])}. */
    private static void multiplyAdd(int size, float[] a, int aAt, float[] b, int bAt, float[] c, int cAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector.fromArray(SPECIES, a, aAt + i)
                    .fma(FloatVector.fromArray(SPECIES, b, bAt + i), FloatVector.fromArray(SPECIES, c, cAt + i))
                    .intoArray(c, cAt + i);
        }
        for (; i < size; i++) {
            c[cAt + i] = Math.fma(a[aAt + i], b[bAt + i], c[cAt + i]);
        }
    }

    /** {@code c[i] = fma(0, b[i], c[i])}: what a tap in the padding adds, which is not nothing for -0, infinities and NaN. */
    private static void multiplyZeroAdd(int size, float[] b, int bAt, float[] c, int cAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector.zero(SPECIES)
                    .fma(FloatVector.fromArray(SPECIES, b, bAt + i), FloatVector.fromArray(SPECIES, c, cAt + i))
                    .intoArray(c, cAt + i);
        }
        for (; i < size; i++) {
            c[cAt + i] = Math.fma(0f, b[bAt + i], c[cAt + i]);
        }
    }
}
