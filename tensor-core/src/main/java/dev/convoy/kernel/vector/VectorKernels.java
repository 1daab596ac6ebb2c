package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.ConvolutionAlgorithm;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PoolGeometry;
import org.jspecify.annotations.Nullable;

/** {@link Kernels} on the Vector API: each method chooses its algorithm by geometry alone and hands it the thread's {@link Scratch}. */
public final class VectorKernels implements Kernels {
    private final ConvolutionAlgorithm algorithm;

    public VectorKernels(ConvolutionAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public String description() {
        return "vector (" + MicroKernel.SPECIES.vectorBitSize() + "-bit, jdk.incubator.vector)";
    }

    @Override
    public long scratchBytes() {
        return Scratch.ofThread().bytes();
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
        if (SingleRow.fits(m, bRowStride, bColumnStride)) {
            SingleRow.add(n, k, a, aOffset, aColumnStride, b, bOffset, bRowStride, bColumnStride, c, cOffset);
            return;
        }
        Scratch scratch = Scratch.ofThread();
        LeftOperand left = scratch.stridedLeft.set(a, aOffset, aRowStride, aColumnStride);
        RightOperand right = scratch.stridedRight.set(b, bOffset, bRowStride, bColumnStride);
        scratch.rows.setLine(Integer.MAX_VALUE, cRowStride);
        Gemm.add(scratch, left, right, m, n, k, c, cOffset, scratch.rows);
    }

    @Override
    public void conv2d(
            ConvGeometry geometry,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float @Nullable [] bias,
            int biasOffset,
            float[] z,
            int zOffset) {
        convolve(geometry, x, xOffset, w, wOffset, bias, biasOffset, z, zOffset, FinishedRows.UNWATCHED);
    }

    @Override
    public void conv2dAndMoments(
            ConvGeometry geometry,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float @Nullable [] bias,
            int biasOffset,
            float[] z,
            int zOffset,
            float[] mean,
            float[] variance) {
        int rows = geometry.batch() * geometry.outputHeight() * geometry.outputWidth();
        FinishedRows moments = Scratch.ofThread().moments.begin(rows, geometry.filters(), z, zOffset, mean, variance);
        convolve(geometry, x, xOffset, w, wOffset, bias, biasOffset, z, zOffset, moments);
        moments.upTo(rows);
    }

    private void convolve(
            ConvGeometry geometry,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float @Nullable [] bias,
            int biasOffset,
            float[] z,
            int zOffset,
            FinishedRows finished) {
        assert geometry.isZeroPadded() : geometry;
        Scratch scratch = Scratch.ofThread();
        if (Depthwise.fits(geometry)) {
            Depthwise.forward(scratch, geometry, x, xOffset, w, wOffset, bias, biasOffset, z, zOffset, finished);
        } else if (algorithm.isWinograd(geometry)) {
            scratch.winograd.forward(geometry, x, xOffset, w, wOffset, bias, biasOffset, z, zOffset, finished);
        } else {
            Convolution.forward(scratch, geometry, x, xOffset, w, wOffset, bias, biasOffset, z, zOffset, finished);
        }
    }

    @Override
    public void conv2dInputAdjointAdd(
            ConvGeometry geometry, float[] dz, int dzOffset, float[] w, int wOffset, float[] dx, int dxOffset) {
        inputAdjoint(geometry, dz, dzOffset, w, wOffset, true, dx, dxOffset);
    }

    @Override
    public void conv2dInputAdjoint(
            ConvGeometry geometry, float[] dz, int dzOffset, float[] w, int wOffset, float[] dx, int dxOffset) {
        inputAdjoint(geometry, dz, dzOffset, w, wOffset, false, dx, dxOffset);
    }

    private void inputAdjoint(
            ConvGeometry geometry,
            float[] dz,
            int dzOffset,
            float[] w,
            int wOffset,
            boolean add,
            float[] dx,
            int dxOffset) {
        assert geometry.isZeroPadded() : geometry;
        Scratch scratch = Scratch.ofThread();
        if (Depthwise.fits(geometry)) {
            Depthwise.inputAdjoint(scratch, geometry, dz, dzOffset, w, wOffset, add, dx, dxOffset);
        } else if (algorithm.isWinograd(geometry)) {
            scratch.winograd.inputAdjoint(geometry, dz, dzOffset, w, wOffset, add, dx, dxOffset);
        } else {
            Convolution.inputAdjoint(scratch, geometry, dz, dzOffset, w, wOffset, add, dx, dxOffset);
        }
    }

    @Override
    public void conv2dWeightAdjointAdd(
            ConvGeometry geometry, float[] x, int xOffset, float[] dz, int dzOffset, float[] dw, int dwOffset) {
        assert geometry.isZeroPadded() : geometry;
        if (Depthwise.fits(geometry)) {
            Depthwise.weightAdjointAdd(Scratch.ofThread(), geometry, x, xOffset, dz, dzOffset, dw, dwOffset);
        } else if (algorithm.isWinograd(geometry)) {
            Scratch.ofThread().winograd.weightAdjointAdd(geometry, x, xOffset, dz, dzOffset, dw, dwOffset);
        } else {
            Convolution.weightAdjointAdd(Scratch.ofThread(), geometry, x, xOffset, dz, dzOffset, dw, dwOffset);
        }
    }

    @Override
    public void channelSum(int rows, int channels, float[] x, int xOffset, float[] out, int outOffset) {
        ChannelKernels.sum(Scratch.ofThread(), rows, channels, x, xOffset, out, outOffset);
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
        ChannelKernels.centredDot(
                Scratch.ofThread(), rows, channels, x, xOffset, centre, centreOffset, y, yOffset, out, outOffset);
    }

    @Override
    public void channelMoments(int rows, int channels, float[] x, int xOffset, float[] mean, float[] variance) {
        Scratch.ofThread()
                .moments
                .begin(rows, channels, x, xOffset, mean, variance)
                .upTo(rows);
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
        ChannelSumAndDot.sumAndDot(Scratch.ofThread(), rows, channels, x, xOffset, centre, dz, dzOffset, sum, dot);
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
        RectifiedChannels.forward(
                Scratch.ofThread(), rows, channels, x, xOffset, scale, shift, residual, residualOffset, y, yOffset);
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
        RectifiedChannels.sumAndDot(
                Scratch.ofThread(), rows, channels, x, xOffset, centre, scale, shift, dy, dyOffset, sum, dot);
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
        RectifiedChannels.combine(
                Scratch.ofThread(),
                rows,
                channels,
                x,
                xOffset,
                scale,
                shift,
                dy,
                dyOffset,
                slope,
                constant,
                out,
                outOffset);
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
        RectifiedChannels.adjointSumAndDot(
                Scratch.ofThread(),
                rows,
                channels,
                x,
                xOffset,
                centre,
                y,
                yOffset,
                dy,
                dyOffset,
                sum,
                dot,
                dz,
                dzOffset);
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
        ChannelKernels.affine(
                Scratch.ofThread(), rows, channels, x, xOffset, scale, scaleOffset, shift, shiftOffset, y, yOffset);
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
        ChannelKernels.combine(
                Scratch.ofThread(), rows, channels, x, xOffset, a, y, yOffset, b, d, false, out, outOffset);
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
        ChannelKernels.combine(
                Scratch.ofThread(), rows, channels, x, xOffset, a, y, yOffset, b, d, true, out, outOffset);
    }

    @Override
    public void map(ElementFunction function, int size, float[] x, int xOffset, float[] y, int yOffset) {
        ElementMaps.map(function, size, x, xOffset, y, yOffset);
    }

    @Override
    public void relu(int size, float[] x, int xOffset, float[] y, int yOffset) {
        Rectifier.forward(size, x, xOffset, y, yOffset);
    }

    @Override
    public void reluAdjoint(int size, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        Rectifier.adjoint(size, y, yOffset, dy, dyOffset, dx, dxOffset);
    }

    @Override
    public void gelu(int size, float[] x, int xOffset, float[] y, int yOffset) {
        GeluMaps.forward(size, x, xOffset, y, yOffset);
    }

    @Override
    public void geluAdjoint(int size, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        GeluMaps.adjoint(size, x, xOffset, dy, dyOffset, dx, dxOffset);
    }

    @Override
    public void maxPool(PoolGeometry geometry, float[] x, int xOffset, float[] y, int yOffset) {
        MaxPooling.forward(geometry, x, xOffset, y, yOffset);
    }

    @Override
    public void maxPoolAdjoint(
            PoolGeometry geometry,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        MaxPooling.adjoint(geometry, x, xOffset, y, yOffset, dy, dyOffset, dx, dxOffset);
    }

    @Override
    public void averagePool(
            PoolGeometry geometry, boolean countPadding, float[] x, int xOffset, float[] y, int yOffset) {
        AveragePooling.forward(geometry, countPadding, x, xOffset, y, yOffset);
    }

    @Override
    public void averagePoolAdjoint(
            PoolGeometry geometry, boolean countPadding, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        AveragePooling.adjoint(geometry, countPadding, dy, dyOffset, dx, dxOffset);
    }
}
