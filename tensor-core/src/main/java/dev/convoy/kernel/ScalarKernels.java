package dev.convoy.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The readable reference: each method is its formula in {@link Kernels}, in the order stated there. */
final class ScalarKernels implements Kernels {
    private static final int STRIPES = 8;

    private final ConvolutionAlgorithm algorithm;
    private final String reason;

    /** @param reason why not the vector kernels, for people */
    ScalarKernels(ConvolutionAlgorithm algorithm, String reason) {
        this.algorithm = algorithm;
        this.reason = reason;
    }

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public String description() {
        return "scalar (" + reason + ")";
    }

    @Override
    public long scratchBytes() {
        return ScalarWinograd.bytes();
    }

    @Override
    public void gemmAdd(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] b,
            int bOffset,
            int bRowStride,
            int bColumnStride,
            float[] c,
            int cOffset,
            int cRowStride) {
        for (int i = 0; i < m; i++) {
            int cRow = cOffset + i * cRowStride;
            for (int l = 0; l < k; l++) {
                float value = a[aOffset + i * aRowStride + l * aColumnStride];
                int bRow = bOffset + l * bRowStride;
                for (int j = 0; j < n; j++) {
                    c[cRow + j] = Math.fma(value, b[bRow + j * bColumnStride], c[cRow + j]);
                }
            }
        }
    }

    @Override
    public void conv2d(
            ConvGeometry g,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float @Nullable [] bias,
            int biasOffset,
            float[] z,
            int zOffset) {
        assert g.isZeroPadded() : g;
        if (algorithm.isWinograd(g)) {
            new ScalarWinograd(g).forward(x, xOffset, w, wOffset, bias, biasOffset, z, zOffset);
            return;
        }
        Window window = g.window();
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int out = zOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.filters()) {
                    for (int k = 0; k < g.filters(); k++) {
                        z[out + k] = bias == null ? 0f : bias[biasOffset + k];
                    }
                    for (int r = 0; r < window.height(); r++) {
                        for (int s = 0; s < window.width(); s++) {
                            int pixel = inputPixel(g, n, p, q, r, s);
                            for (int c = 0; c < perGroup; c++) {
                                int row = wOffset + ((r * window.width() + s) * perGroup + c) * g.filters();
                                for (int group = 0; group < g.groups(); group++) {
                                    float value =
                                            pixel < 0 ? 0f : x[xOffset + pixel * g.channels() + group * perGroup + c];
                                    int first = group * filtersPerGroup;
                                    for (int k = first; k < first + filtersPerGroup; k++) {
                                        z[out + k] = Math.fma(value, w[row + k], z[out + k]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public void conv2dInputAdjointAdd(
            ConvGeometry g, float[] dz, int dzOffset, float[] w, int wOffset, float[] dx, int dxOffset) {
        assert g.isZeroPadded() : g;
        if (algorithm.isWinograd(g)) {
            new ScalarWinograd(g).inputAdjointAdd(dz, dzOffset, w, wOffset, dx, dxOffset);
            return;
        }
        Window window = g.window();
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int together = HalvingWindow.fits(g) ? 1 : g.filters();
        for (int n = 0; n < g.batch(); n++) {
            for (int h = 0; h < g.height(); h++) {
                for (int v = 0; v < g.width(); v++) {
                    int pixel = dxOffset + ((n * g.height() + h) * g.width() + v) * g.channels();
                    for (int first = 0; first < g.filters(); first += together) {
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
                                boolean inside = p >= 0 && p < g.outputHeight() && q >= 0 && q < g.outputWidth();
                                int from = dzOffset + ((n * g.outputHeight() + p) * g.outputWidth() + q) * g.filters();
                                int tap = wOffset + (r * window.width() + s) * perGroup * g.filters();
                                for (int k = first; k < first + together; k++) {
                                    float value = inside ? dz[from + k] : 0f;
                                    int group = k / filtersPerGroup * perGroup;
                                    for (int c = 0; c < perGroup; c++) {
                                        int at = pixel + group + c;
                                        dx[at] = Math.fma(value, w[tap + c * g.filters() + k], dx[at]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public void conv2dWeightAdjointAdd(
            ConvGeometry g, float[] x, int xOffset, float[] dz, int dzOffset, float[] dw, int dwOffset) {
        assert g.isZeroPadded() : g;
        if (algorithm.isWinograd(g)) {
            new ScalarWinograd(g).weightAdjointAdd(x, xOffset, dz, dzOffset, dw, dwOffset);
            return;
        }
        Window window = g.window();
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int from = dzOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, from += g.filters()) {
                    for (int r = 0; r < window.height(); r++) {
                        for (int s = 0; s < window.width(); s++) {
                            int pixel = inputPixel(g, n, p, q, r, s);
                            for (int c = 0; c < perGroup; c++) {
                                int row = dwOffset + ((r * window.width() + s) * perGroup + c) * g.filters();
                                for (int group = 0; group < g.groups(); group++) {
                                    float value =
                                            pixel < 0 ? 0f : x[xOffset + pixel * g.channels() + group * perGroup + c];
                                    int first = group * filtersPerGroup;
                                    for (int k = first; k < first + filtersPerGroup; k++) {
                                        dw[row + k] = Math.fma(value, dz[from + k], dw[row + k]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /** The pixel index {@code (n*H + h)*W + w} that output (p, q) reads through tap (r, s), or -1 in the padding. */
    private static int inputPixel(ConvGeometry g, int n, int p, int q, int r, int s) {
        return pixel(g.window(), g.height(), g.width(), n, p, q, r, s);
    }

    private static int pixel(Window window, int height, int width, int n, int p, int q, int r, int s) {
        int h = p * window.strideHeight() + r * window.dilationHeight() - window.padTop();
        int v = q * window.strideWidth() + s * window.dilationWidth() - window.padLeft();
        return h < 0 || h >= height || v < 0 || v >= width ? -1 : (n * height + h) * width + v;
    }

    @Override
    public void channelMoments(int rows, int channels, float[] x, int xOffset, float[] mean, float[] variance) {
        RunningMoments moments = new RunningMoments();
        moments.reset(channels);
        int size = moments.nextBlock(rows);
        float[] centre = new float[channels];
        channelSum(size, channels, x, xOffset, centre, 0);
        for (int c = 0; c < channels; c++) {
            centre[c] /= size;
        }
        for (int from = 0; from < rows; from += size) {
            size = moments.nextBlock(rows);
            float[] sums = new float[STRIPES * channels];
            float[] squares = new float[STRIPES * channels];
            for (int row = 0; row < size; row++) {
                int stripe = row % STRIPES * channels;
                for (int c = 0; c < channels; c++) {
                    float deviation = x[xOffset + (from + row) * channels + c] - centre[c];
                    sums[stripe + c] += deviation;
                    squares[stripe + c] = Math.fma(deviation, deviation, squares[stripe + c]);
                }
            }
            combine(channels, sums, sums, 0);
            combine(channels, squares, squares, 0);
            moments.add(size, centre, sums, squares);
            moments.mean(centre);
        }
        moments.mean(mean);
        moments.variance(variance);
    }

    @Override
    public void channelSumAndDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            float[] dz,
            int dzOffset,
            float[] sum,
            float[] dot) {
        channelSum(rows, channels, dz, dzOffset, sum, 0);
        channelCentredDot(rows, channels, x, xOffset, centre, 0, dz, dzOffset, dot, 0);
    }

    @Override
    public void channelAffineRelu(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] scale,
            float[] shift,
            float @Nullable [] residual,
            int residualOffset,
            float[] y,
            int yOffset) {
        channelAffine(rows, channels, x, xOffset, scale, 0, shift, 0, y, yOffset);
        for (int i = 0; residual != null && i < rows * channels; i++) {
            y[yOffset + i] += residual[residualOffset + i];
        }
        relu(rows * channels, y, yOffset, y, yOffset);
    }

    @Override
    public void channelReluSumAndDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            float[] scale,
            float[] shift,
            float[] dy,
            int dyOffset,
            float[] sum,
            float[] dot) {
        float[] sums = new float[STRIPES * channels];
        float[] dots = new float[STRIPES * channels];
        for (int row = 0; row < rows; row++) {
            int stripe = row % STRIPES * channels;
            for (int c = 0; c < channels; c++) {
                int at = row * channels + c;
                float value = x[xOffset + at];
                float dz = rectified(value, scale[c], shift[c], dy[dyOffset + at]);
                sums[stripe + c] += dz;
                dots[stripe + c] = Math.fma(value - centre[c], dz, dots[stripe + c]);
            }
        }
        combine(channels, sums, sum, 0);
        combine(channels, dots, dot, 0);
    }

    @Override
    public void channelReluCombine(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] scale,
            float[] shift,
            float[] dy,
            int dyOffset,
            float[] slope,
            float[] constant,
            float[] out,
            int outOffset) {
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                int at = row * channels + c;
                float value = x[xOffset + at];
                float dz = rectified(value, scale[c], shift[c], dy[dyOffset + at]);
                out[outOffset + at] = 0f + Math.fma(dz, scale[c], Math.fma(value, slope[c], constant[c]));
            }
        }
    }

    /** The gradient of {@code fma(x, scale, shift)}, of which dy is that of the rectified. */
    private static float rectified(float x, float scale, float shift, float dy) {
        return 0f + (Math.fma(x, scale, shift) > 0f ? dy : 0f);
    }

    @Override
    public void channelReluAdjointSumAndDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] sum,
            float[] dot,
            float[] dz,
            int dzOffset) {
        for (int i = 0; i < rows * channels; i++) {
            dz[dzOffset + i] = 0f + (y[yOffset + i] > 0f ? dy[dyOffset + i] : 0f);
        }
        channelSumAndDot(rows, channels, x, xOffset, centre, dz, dzOffset, sum, dot);
    }

    @Override
    public void channelSum(int rows, int channels, float[] x, int xOffset, float[] out, int outOffset) {
        float[] stripes = new float[STRIPES * channels];
        for (int row = 0; row < rows; row++) {
            int stripe = row % STRIPES * channels;
            int from = xOffset + row * channels;
            for (int c = 0; c < channels; c++) {
                stripes[stripe + c] += x[from + c];
            }
        }
        combine(channels, stripes, out, outOffset);
    }

    @Override
    public void channelCentredDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            int centreOffset,
            float @Nullable [] y,
            int yOffset,
            float[] out,
            int outOffset) {
        float[] stripes = new float[STRIPES * channels];
        for (int row = 0; row < rows; row++) {
            int stripe = row % STRIPES * channels;
            int from = row * channels;
            for (int c = 0; c < channels; c++) {
                float deviation = x[xOffset + from + c] - centre[centreOffset + c];
                float factor = y == null ? deviation : y[yOffset + from + c];
                stripes[stripe + c] = Math.fma(deviation, factor, stripes[stripe + c]);
            }
        }
        combine(channels, stripes, out, outOffset);
    }

    private static void combine(int channels, float[] s, float[] out, int outOffset) {
        for (int c = 0; c < channels; c++) {
            float low = (s[c] + s[channels + c]) + (s[2 * channels + c] + s[3 * channels + c]);
            float high = (s[4 * channels + c] + s[5 * channels + c]) + (s[6 * channels + c] + s[7 * channels + c]);
            out[outOffset + c] = low + high;
        }
    }

    @Override
    public void channelAffine(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] scale,
            int scaleOffset,
            float[] shift,
            int shiftOffset,
            float[] y,
            int yOffset) {
        for (int row = 0; row < rows; row++) {
            int at = row * channels;
            for (int c = 0; c < channels; c++) {
                y[yOffset + at + c] = Math.fma(x[xOffset + at + c], scale[scaleOffset + c], shift[shiftOffset + c]);
            }
        }
    }

    @Override
    public void channelCombine(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] a,
            float[] y,
            int yOffset,
            float[] b,
            float[] d,
            float[] out,
            int outOffset) {
        for (int row = 0; row < rows; row++) {
            int at = row * channels;
            for (int c = 0; c < channels; c++) {
                out[outOffset + at + c] =
                        0f + Math.fma(x[xOffset + at + c], a[c], Math.fma(y[yOffset + at + c], b[c], d[c]));
            }
        }
    }

    @Override
    public void channelCombineAdd(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] a,
            float[] y,
            int yOffset,
            float[] b,
            float[] d,
            float[] out,
            int outOffset) {
        for (int row = 0; row < rows; row++) {
            int at = row * channels;
            for (int c = 0; c < channels; c++) {
                out[outOffset + at + c] +=
                        Math.fma(x[xOffset + at + c], a[c], Math.fma(y[yOffset + at + c], b[c], d[c]));
            }
        }
    }

    @Override
    public void map(ElementFunction function, int size, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < size; i++) {
            y[yOffset + i] = function.of(x[xOffset + i]);
        }
    }

    @Override
    public void relu(int size, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < size; i++) {
            float value = x[xOffset + i];
            y[yOffset + i] = value <= 0f ? 0f : value;
        }
    }

    @Override
    public void reluAdjoint(int size, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < size; i++) {
            dx[dxOffset + i] = 0f + (y[yOffset + i] > 0f ? dy[dyOffset + i] : 0f);
        }
    }

    @Override
    public void gelu(int size, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < size; i++) {
            y[yOffset + i] = GeluMath.gelu(x[xOffset + i]);
        }
    }

    @Override
    public void geluAdjoint(int size, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < size; i++) {
            dx[dxOffset + i] = Math.fma(dy[dyOffset + i], GeluMath.geluSlope(x[xOffset + i]), 0f);
        }
    }

    @Override
    public void maxPool(PoolGeometry g, float[] x, int xOffset, float[] y, int yOffset) {
        int out = yOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.channels()) {
                    Arrays.fill(y, out, out + g.channels(), Float.NEGATIVE_INFINITY);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = pixel(g.window(), g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                float value = x[xOffset + pixel * g.channels() + c];
                                if (value > y[out + c] || Float.isNaN(value)) {
                                    y[out + c] = value;
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public void maxPoolAdjoint(
            PoolGeometry g,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        Arrays.fill(dx, dxOffset, dxOffset + g.batch() * g.height() * g.width() * g.channels(), 0f);
        boolean[] taken = new boolean[g.channels()];
        int out = 0;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.channels()) {
                    Arrays.fill(taken, false);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = pixel(g.window(), g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                int at = pixel * g.channels() + c;
                                if (!taken[c] && x[xOffset + at] == y[yOffset + out + c]) {
                                    dx[dxOffset + at] += dy[dyOffset + out + c];
                                    taken[c] = true;
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public void averagePool(PoolGeometry g, boolean countPadding, float[] x, int xOffset, float[] y, int yOffset) {
        int out = yOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.channels()) {
                    Arrays.fill(y, out, out + g.channels(), 0f);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = pixel(g.window(), g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                y[out + c] += x[xOffset + pixel * g.channels() + c];
                            }
                        }
                    }
                    float share = share(g, p, q, countPadding);
                    for (int c = 0; c < g.channels(); c++) {
                        y[out + c] *= share;
                    }
                }
            }
        }
    }

    @Override
    public void averagePoolAdjoint(
            PoolGeometry g, boolean countPadding, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        Arrays.fill(dx, dxOffset, dxOffset + g.batch() * g.height() * g.width() * g.channels(), 0f);
        int from = dyOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, from += g.channels()) {
                    float share = share(g, p, q, countPadding);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = pixel(g.window(), g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                dx[dxOffset + pixel * g.channels() + c] += dy[from + c] * share;
                            }
                        }
                    }
                }
            }
        }
    }

    private static float share(PoolGeometry g, int p, int q, boolean countPadding) {
        return 1f / (g.countedRows(p, countPadding) * g.countedColumns(q, countPadding));
    }
}
