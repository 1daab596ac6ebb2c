package dev.convoy.kernel;

import static dev.convoy.kernel.Winograd.INPUTS;
import static dev.convoy.kernel.Winograd.OUTPUTS;
import static dev.convoy.kernel.Winograd.POINTS;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link Winograd} in the order the contract states, one tile and channel at a time. */
final class ScalarWinograd {
    private static final int TAPS = 3;

    private ScalarWinograd() {}

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
        int channels = g.channels();
        int filters = g.filters();
        float[] weights = new float[POINTS * channels * filters];
        for (int c = 0; c < channels; c++) {
            for (int k = 0; k < filters; k++) {
                int at = wAt + c * filters + k;
                transformWeight(w, at, channels * filters, TAPS, weights, c * filters + k, channels * filters);
            }
        }
        Image from = new Image(x, xAt, g.height(), g.width(), channels);
        Image to = new Image(z, zAt, g.outputHeight(), g.outputWidth(), filters);
        float[] begin = bias == null ? new float[filters] : Arrays.copyOfRange(bias, biasAt, biasAt + filters);
        Window window = g.window();
        convolve(g.batch(), from, window.padTop(), window.padLeft(), weights, begin, to);
    }

    static void inputAdjointAdd(ConvGeometry g, float[] dz, int dzAt, float[] w, int wAt, float[] dx, int dxAt) {
        int channels = g.channels();
        int filters = g.filters();
        float[] weights = new float[POINTS * channels * filters];
        float[] flipped = new float[TAPS * TAPS];
        for (int c = 0; c < channels; c++) {
            for (int k = 0; k < filters; k++) {
                for (int tap = 0; tap < flipped.length; tap++) {
                    flipped[flipped.length - 1 - tap] = w[wAt + (tap * channels + c) * filters + k];
                }
                transformWeight(flipped, 0, 1, TAPS, weights, k * channels + c, channels * filters);
            }
        }
        Image from = new Image(dz, dzAt, g.outputHeight(), g.outputWidth(), filters);
        Image to = new Image(dx, dxAt, g.height(), g.width(), channels);
        Window window = g.window();
        convolve(g.batch(), from, TAPS - 1 - window.padTop(), TAPS - 1 - window.padLeft(), weights, null, to);
    }

    static void weightAdjointAdd(ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        int channels = g.channels();
        int filters = g.filters();
        int pairs = channels * filters;
        Image from = new Image(x, xAt, g.height(), g.width(), channels);
        Image gradient = new Image(dz, dzAt, g.outputHeight(), g.outputWidth(), filters);
        float[] inputs = new float[POINTS * channels];
        float[] gradients = new float[POINTS * filters];
        float[] sums = new float[POINTS * pairs];
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < gradient.height; p += OUTPUTS) {
                for (int q = 0; q < gradient.width; q += OUTPUTS) {
                    transformInput(
                            from, n, p - g.window().padTop(), q - g.window().padLeft(), inputs);
                    transformGradient(gradient, n, p, q, gradients);
                    for (int point = 0; point < POINTS; point++) {
                        for (int c = 0; c < channels; c++) {
                            float value = inputs[point * channels + c];
                            int to = (point * channels + c) * filters;
                            for (int k = 0; k < filters; k++) {
                                sums[to + k] = Math.fma(value, gradients[point * filters + k], sums[to + k]);
                            }
                        }
                    }
                }
            }
        }
        float[] half = new float[INPUTS * TAPS];
        for (int pair = 0; pair < pairs; pair++) {
            for (int i = 0; i < INPUTS; i++) {
                weightAdjoint(sums, i * INPUTS * pairs + pair, pairs, half, i * TAPS, 1);
            }
            float[] whole = new float[TAPS * TAPS];
            for (int s = 0; s < TAPS; s++) {
                weightAdjoint(half, s, TAPS, whole, s, TAPS);
            }
            for (int tap = 0; tap < whole.length; tap++) {
                dw[dwAt + tap * pairs + pair] += whole[tap];
            }
        }
    }

    private record Image(float[] floats, int at, int height, int width, int channels) {
        int pixel(int n, int h, int v) {
            return at + ((n * height + h) * width + v) * channels;
        }

        boolean has(int h, int v) {
            return h >= 0 && h < height && v >= 0 && v < width;
        }
    }

    /** @param begin what each sum is added to, or null for what is there */
    private static void convolve(
            int batch, Image from, int padTop, int padLeft, float[] weights, float @Nullable [] begin, Image to) {
        int channels = from.channels;
        int filters = to.channels;
        float[] inputs = new float[POINTS * channels];
        float[] products = new float[POINTS * filters];
        float[] half = new float[INPUTS * OUTPUTS];
        float[] tile = new float[OUTPUTS * OUTPUTS];
        for (int n = 0; n < batch; n++) {
            for (int p = 0; p < to.height; p += OUTPUTS) {
                for (int q = 0; q < to.width; q += OUTPUTS) {
                    transformInput(from, n, p - padTop, q - padLeft, inputs);
                    Arrays.fill(products, 0f);
                    for (int point = 0; point < POINTS; point++) {
                        for (int c = 0; c < channels; c++) {
                            float value = inputs[point * channels + c];
                            int row = (point * channels + c) * filters;
                            for (int k = 0; k < filters; k++) {
                                int at = point * filters + k;
                                products[at] = Math.fma(value, weights[row + k], products[at]);
                            }
                        }
                    }
                    for (int k = 0; k < filters; k++) {
                        for (int i = 0; i < INPUTS; i++) {
                            output(products, i * INPUTS * filters + k, filters, half, i * OUTPUTS, 1);
                        }
                        for (int column = 0; column < OUTPUTS; column++) {
                            output(half, column, OUTPUTS, tile, column, OUTPUTS);
                        }
                        for (int i = 0; i < tile.length; i++) {
                            int h = p + i / OUTPUTS;
                            int v = q + i % OUTPUTS;
                            if (to.has(h, v)) {
                                int at = to.pixel(n, h, v) + k;
                                to.floats[at] = tile[i] + (begin == null ? to.floats[at] : begin[k]);
                            }
                        }
                    }
                }
            }
        }
    }

    /** {@code B^T d B} of every channel, down the columns first; {@code to [POINTS, C]}. */
    private static void transformInput(Image from, int n, int h, int v, float[] to) {
        float[] tile = new float[POINTS];
        float[] half = new float[POINTS];
        for (int c = 0; c < from.channels; c++) {
            for (int i = 0; i < POINTS; i++) {
                int row = h + i / INPUTS;
                int column = v + i % INPUTS;
                tile[i] = from.has(row, column) ? from.floats[from.pixel(n, row, column) + c] : 0f;
            }
            for (int column = 0; column < INPUTS; column++) {
                input(tile, column, INPUTS, half, column, INPUTS);
            }
            for (int row = 0; row < INPUTS; row++) {
                input(half, row * INPUTS, 1, to, row * INPUTS * from.channels + c, from.channels);
            }
        }
    }

    /** {@code A dy A^T} of every filter, down the columns first; {@code to [POINTS, K]}. */
    private static void transformGradient(Image from, int n, int p, int q, float[] to) {
        float[] tile = new float[OUTPUTS * OUTPUTS];
        float[] half = new float[INPUTS * OUTPUTS];
        for (int k = 0; k < from.channels; k++) {
            for (int i = 0; i < tile.length; i++) {
                int row = p + i / OUTPUTS;
                int column = q + i % OUTPUTS;
                tile[i] = from.has(row, column) ? from.floats[from.pixel(n, row, column) + k] : 0f;
            }
            for (int column = 0; column < OUTPUTS; column++) {
                outputAdjoint(tile, column, OUTPUTS, half, column, OUTPUTS);
            }
            for (int row = 0; row < INPUTS; row++) {
                outputAdjoint(half, row * OUTPUTS, 1, to, row * INPUTS * from.channels + k, from.channels);
            }
        }
    }

    /** {@code G g G^T}, down the columns first; {@code column} from a tap to the next, {@code row} of them from a row to the next. */
    private static void transformWeight(float[] w, int at, int column, int row, float[] to, int toAt, int step) {
        float[] half = new float[INPUTS * TAPS];
        for (int s = 0; s < TAPS; s++) {
            weight(w, at + s * column, row * column, half, s, TAPS);
        }
        for (int i = 0; i < INPUTS; i++) {
            weight(half, i * TAPS, 1, to, toAt + i * INPUTS * step, step);
        }
    }

    /** {@code B^T d} of six numbers. */
    private static void input(float[] d, int at, int step, float[] to, int toAt, int toStep) {
        float d1 = d[at + step];
        float d2 = d[at + 2 * step];
        float d3 = d[at + 3 * step];
        float d4 = d[at + 4 * step];
        float evenA = Math.fma(-Winograd.Q, d2, d4);
        float oddA = Math.fma(-Winograd.Q, d1, d3);
        float evenB = Math.fma(-Winograd.P, d2, d4);
        float oddB = Math.fma(-Winograd.P, d1, d3);
        to[toAt] = Math.fma(-Winograd.P_PLUS_Q, d2, Math.fma(Winograd.PQ, d[at], d4));
        to[toAt + toStep] = Math.fma(Winograd.A, oddA, evenA);
        to[toAt + 2 * toStep] = Math.fma(-Winograd.A, oddA, evenA);
        to[toAt + 3 * toStep] = Math.fma(Winograd.B, oddB, evenB);
        to[toAt + 4 * toStep] = Math.fma(-Winograd.B, oddB, evenB);
        to[toAt + 5 * toStep] = Math.fma(-Winograd.P_PLUS_Q, d3, Math.fma(Winograd.PQ, d1, d[at + 5 * step]));
    }

    /** {@code A^T m}: four numbers of six. */
    private static void output(float[] m, int at, int step, float[] to, int toAt, int toStep) {
        float sumA = m[at + step] + m[at + 2 * step];
        float differenceA = m[at + step] - m[at + 2 * step];
        float sumB = m[at + 3 * step] + m[at + 4 * step];
        float differenceB = m[at + 3 * step] - m[at + 4 * step];
        to[toAt] = m[at] + (sumA + sumB);
        to[toAt + toStep] = Math.fma(Winograd.B, differenceB, Winograd.A * differenceA);
        to[toAt + 2 * toStep] = Math.fma(Winograd.Q, sumB, Winograd.P * sumA);
        to[toAt + 3 * toStep] =
                Math.fma(Winograd.B3, differenceB, Math.fma(Winograd.A3, differenceA, m[at + 5 * step]));
    }

    /** {@code A y}: six numbers of four. */
    private static void outputAdjoint(float[] y, int at, int step, float[] to, int toAt, int toStep) {
        float y1 = y[at + step];
        float y2 = y[at + 2 * step];
        float y3 = y[at + 3 * step];
        float evenA = Math.fma(Winograd.P, y2, y[at]);
        float oddA = Math.fma(Winograd.A3, y3, Winograd.A * y1);
        float evenB = Math.fma(Winograd.Q, y2, y[at]);
        float oddB = Math.fma(Winograd.B3, y3, Winograd.B * y1);
        to[toAt] = y[at];
        to[toAt + toStep] = evenA + oddA;
        to[toAt + 2 * toStep] = evenA - oddA;
        to[toAt + 3 * toStep] = evenB + oddB;
        to[toAt + 4 * toStep] = evenB - oddB;
        to[toAt + 5 * toStep] = y3;
    }

    /** {@code G g}: six numbers of three. */
    private static void weight(float[] g, int at, int step, float[] to, int toAt, int toStep) {
        float g1 = g[at + step];
        float g2 = g[at + 2 * step];
        float evenA = Math.fma(Winograd.P, g2, g[at]);
        float evenB = Math.fma(Winograd.Q, g2, g[at]);
        to[toAt] = g[at] * Winograd.WEIGHT_0;
        to[toAt + toStep] = Math.fma(Winograd.A, g1, evenA) * Winograd.WEIGHT_A;
        to[toAt + 2 * toStep] = Math.fma(-Winograd.A, g1, evenA) * Winograd.WEIGHT_A;
        to[toAt + 3 * toStep] = Math.fma(Winograd.B, g1, evenB) * Winograd.WEIGHT_B;
        to[toAt + 4 * toStep] = Math.fma(-Winograd.B, g1, evenB) * Winograd.WEIGHT_B;
        to[toAt + 5 * toStep] = g2;
    }

    /** {@code G^T m}: three numbers of six. */
    private static void weightAdjoint(float[] m, int at, int step, float[] to, int toAt, int toStep) {
        float sumA = (m[at + step] + m[at + 2 * step]) * Winograd.WEIGHT_A;
        float differenceA = (m[at + step] - m[at + 2 * step]) * Winograd.WEIGHT_A;
        float sumB = (m[at + 3 * step] + m[at + 4 * step]) * Winograd.WEIGHT_B;
        float differenceB = (m[at + 3 * step] - m[at + 4 * step]) * Winograd.WEIGHT_B;
        to[toAt] = Math.fma(m[at], Winograd.WEIGHT_0, sumA + sumB);
        to[toAt + toStep] = Math.fma(Winograd.B, differenceB, Winograd.A * differenceA);
        to[toAt + 2 * toStep] = Math.fma(Winograd.Q, sumB, Math.fma(Winograd.P, sumA, m[at + 5 * step]));
    }
}
