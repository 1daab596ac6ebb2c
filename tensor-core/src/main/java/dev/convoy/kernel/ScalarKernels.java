package dev.convoy.kernel;

import org.jspecify.annotations.Nullable;

/** The readable reference: each method is its formula in {@link Kernels}, in the order stated there; where sums need arrays, it allocates them. */
final class ScalarKernels implements Kernels {
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
        } else {
            ScalarConvolution.forward(g, x, xOffset, w, wOffset, bias, biasOffset, z, zOffset);
        }
    }

    @Override
    public void conv2dInputAdjointAdd(
            ConvGeometry g, float[] dz, int dzOffset, float[] w, int wOffset, float[] dx, int dxOffset) {
        assert g.isZeroPadded() : g;
        if (algorithm.isWinograd(g)) {
            new ScalarWinograd(g).inputAdjointAdd(dz, dzOffset, w, wOffset, dx, dxOffset);
        } else {
            ScalarConvolution.inputAdjointAdd(g, dz, dzOffset, w, wOffset, dx, dxOffset);
        }
    }

    @Override
    public void conv2dWeightAdjointAdd(
            ConvGeometry g, float[] x, int xOffset, float[] dz, int dzOffset, float[] dw, int dwOffset) {
        assert g.isZeroPadded() : g;
        if (algorithm.isWinograd(g)) {
            new ScalarWinograd(g).weightAdjointAdd(x, xOffset, dz, dzOffset, dw, dwOffset);
        } else {
            ScalarConvolution.weightAdjointAdd(g, x, xOffset, dz, dzOffset, dw, dwOffset);
        }
    }

    @Override
    public void channelMoments(int rows, int channels, float[] x, int xOffset, float[] mean, float[] variance) {
        ScalarChannelSums.moments(rows, channels, x, xOffset, mean, variance);
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
        ScalarChannelSums.rectifiedSumAndDot(rows, channels, x, xOffset, centre, scale, shift, dy, dyOffset, sum, dot);
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
    static float rectified(float x, float scale, float shift, float dy) {
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
        ScalarChannelSums.sum(rows, channels, x, xOffset, out, outOffset);
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
        ScalarChannelSums.centredDot(rows, channels, x, xOffset, centre, centreOffset, y, yOffset, out, outOffset);
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
        ScalarPooling.max(g, x, xOffset, y, yOffset);
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
        ScalarPooling.maxAdjoint(g, x, xOffset, y, yOffset, dy, dyOffset, dx, dxOffset);
    }

    @Override
    public void averagePool(PoolGeometry g, boolean countPadding, float[] x, int xOffset, float[] y, int yOffset) {
        ScalarPooling.average(g, countPadding, x, xOffset, y, yOffset);
    }

    @Override
    public void averagePoolAdjoint(
            PoolGeometry g, boolean countPadding, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        ScalarPooling.averageAdjoint(g, countPadding, dy, dyOffset, dx, dxOffset);
    }
}
