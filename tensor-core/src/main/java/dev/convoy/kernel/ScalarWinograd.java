package dev.convoy.kernel;

import static dev.convoy.kernel.Winograd.INPUTS;
import static dev.convoy.kernel.Winograd.POINTS;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link Winograd} in the order the contract states, one tile and channel at a time. */
final class ScalarWinograd {
    /** The array of a thread's {@link #points}, kept for its next calls. */
    private static final ThreadLocal<float[]> KEPT = ThreadLocal.withInitial(() -> new float[0]);

    private final ConvGeometry g;
    private final int outputs;
    private final int taps;
    private final ScalarWinogradLines lines;
    /** A tile of one channel or the weights of one pair of channels, and the same halfway. */
    private final float[] tile = new float[POINTS];

    private final float[] half = new float[POINTS];

    ScalarWinograd(ConvGeometry geometry) {
        g = geometry;
        WinogradForm form = WinogradForm.of(geometry.window());
        outputs = form.outputs();
        taps = form.taps();
        lines = ScalarWinogradLines.of(form);
    }

    /** The memory kept for the calling thread. */
    static long bytes() {
        return (long) Float.BYTES * KEPT.get().length;
    }

    /** Zeros: place for a filter transformed, or for the sums that become one. */
    private float[] points() {
        int size = POINTS * g.channels() * g.filters();
        if (KEPT.get().length < size) {
            KEPT.set(new float[size]);
        } else {
            Arrays.fill(KEPT.get(), 0, size, 0f);
        }
        return KEPT.get();
    }

    void forward(float[] x, int xAt, float[] w, int wAt, float @Nullable [] bias, int biasAt, float[] z, int zAt) {
        int channels = g.channels();
        int filters = g.filters();
        float[] weights = points();
        for (int c = 0; c < channels; c++) {
            for (int k = 0; k < filters; k++) {
                int at = wAt + c * filters + k;
                transformWeight(w, at, channels * filters, taps, weights, c * filters + k, channels * filters);
            }
        }
        Image from = new Image(x, xAt, g.height(), g.width(), channels);
        Image to = new Image(z, zAt, g.outputHeight(), g.outputWidth(), filters);
        float[] begin = bias == null ? new float[filters] : Arrays.copyOfRange(bias, biasAt, biasAt + filters);
        Window window = g.window();
        convolve(from, window.padTop(), window.padLeft(), weights, begin, to);
    }

    void inputAdjointAdd(float[] dz, int dzAt, float[] w, int wAt, float[] dx, int dxAt) {
        int channels = g.channels();
        int filters = g.filters();
        float[] weights = points();
        float[] flipped = new float[taps * taps];
        for (int c = 0; c < channels; c++) {
            for (int k = 0; k < filters; k++) {
                for (int tap = 0; tap < flipped.length; tap++) {
                    flipped[flipped.length - 1 - tap] = w[wAt + (tap * channels + c) * filters + k];
                }
                transformWeight(flipped, 0, 1, taps, weights, k * channels + c, channels * filters);
            }
        }
        Image from = new Image(dz, dzAt, g.outputHeight(), g.outputWidth(), filters);
        Image to = new Image(dx, dxAt, g.height(), g.width(), channels);
        Window window = g.window();
        convolve(from, taps - 1 - window.padTop(), taps - 1 - window.padLeft(), weights, null, to);
    }

    void weightAdjointAdd(float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        int channels = g.channels();
        int filters = g.filters();
        int pairs = channels * filters;
        Image from = new Image(x, xAt, g.height(), g.width(), channels);
        Image gradient = new Image(dz, dzAt, g.outputHeight(), g.outputWidth(), filters);
        float[] inputs = new float[POINTS * channels];
        float[] gradients = new float[POINTS * filters];
        float[] sums = points();
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < gradient.height; p += outputs) {
                for (int q = 0; q < gradient.width; q += outputs) {
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
        for (int pair = 0; pair < pairs; pair++) {
            for (int i = 0; i < INPUTS; i++) {
                lines.weightAdjoint(sums, i * INPUTS * pairs + pair, pairs, half, i * taps, 1);
            }
            for (int s = 0; s < taps; s++) {
                lines.weightAdjoint(half, s, taps, tile, s, taps);
            }
            for (int tap = 0; tap < taps * taps; tap++) {
                dw[dwAt + tap * pairs + pair] += tile[tap];
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
    private void convolve(Image from, int padTop, int padLeft, float[] weights, float @Nullable [] begin, Image to) {
        int channels = from.channels;
        int filters = to.channels;
        float[] inputs = new float[POINTS * channels];
        float[] products = new float[POINTS * filters];
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < to.height; p += outputs) {
                for (int q = 0; q < to.width; q += outputs) {
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
                            lines.output(products, i * INPUTS * filters + k, filters, half, i * outputs, 1);
                        }
                        for (int column = 0; column < outputs; column++) {
                            lines.output(half, column, outputs, tile, column, outputs);
                        }
                        for (int i = 0; i < outputs * outputs; i++) {
                            int h = p + i / outputs;
                            int v = q + i % outputs;
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
    private void transformInput(Image from, int n, int h, int v, float[] to) {
        for (int c = 0; c < from.channels; c++) {
            for (int i = 0; i < POINTS; i++) {
                int row = h + i / INPUTS;
                int column = v + i % INPUTS;
                tile[i] = from.has(row, column) ? from.floats[from.pixel(n, row, column) + c] : 0f;
            }
            for (int column = 0; column < INPUTS; column++) {
                ScalarWinogradLines.input(tile, column, INPUTS, half, column, INPUTS);
            }
            for (int row = 0; row < INPUTS; row++) {
                ScalarWinogradLines.input(half, row * INPUTS, 1, to, row * INPUTS * from.channels + c, from.channels);
            }
        }
    }

    /** {@code A dy A^T} of every filter, down the columns first; {@code to [POINTS, K]}. */
    private void transformGradient(Image from, int n, int p, int q, float[] to) {
        for (int k = 0; k < from.channels; k++) {
            for (int i = 0; i < outputs * outputs; i++) {
                int row = p + i / outputs;
                int column = q + i % outputs;
                tile[i] = from.has(row, column) ? from.floats[from.pixel(n, row, column) + k] : 0f;
            }
            for (int column = 0; column < outputs; column++) {
                lines.outputAdjoint(tile, column, outputs, half, column, outputs);
            }
            for (int row = 0; row < INPUTS; row++) {
                lines.outputAdjoint(half, row * outputs, 1, to, row * INPUTS * from.channels + k, from.channels);
            }
        }
    }

    /** {@code G g G^T}, down the columns first; {@code column} from a tap to the next, {@code row} of them from a row to the next. */
    private void transformWeight(float[] w, int at, int column, int row, float[] to, int toAt, int step) {
        for (int s = 0; s < taps; s++) {
            lines.weight(w, at + s * column, row * column, half, s, taps);
        }
        for (int i = 0; i < INPUTS; i++) {
            lines.weight(half, i * taps, 1, to, toAt + i * INPUTS * step, step);
        }
    }
}
