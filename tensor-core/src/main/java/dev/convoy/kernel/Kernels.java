package dev.convoy.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic every operation is built from, on raw arrays. Arguments are checked by the caller, not here.
 * Each matrix or image argument is followed by its offset in floats; rows are contiguous unless a stride says otherwise. A
 * destination comes last; a method ending in {@code Add} adds to it, any other overwrites it. Sources and destinations never overlap.
 *
 * <p><b>The bits are part of the contract.</b> All implementations return the same ones, whatever the vector width, blocking or JDK:
 *
 * <ul>
 *   <li>An element of a matrix product or convolution is <em>one chain of fused multiply-adds</em>, begun from the destination's
 *       value (or the bias, or +0) and running over the summation index upwards in the order each method states. A tap in the
 *       padding takes part as {@code fma(0, w, sum)}.
 *   <li>Except the convolutions that {@link Winograd#fits}, all three passes of them, unless the kernels were asked for the
 *       {@linkplain ConvolutionAlgorithm#DIRECT direct sum}: the transforms of {@link Winograd}, first down the columns, then along
 *       the lines, fused as {@code ScalarWinogradLines} has them; the products of a point one chain over the channels, begun at +0, or,
 *       in the weight adjoint, over the tiles in (n, row, column) order; the result is added to the destination, or the bias. Outside
 *       the image are zeros. What is not finite makes NaNs of the whole tile, not only of what reads it.
 *   <li>A sum over rows uses <em>eight stripes</em>: row {@code i} joins stripe {@code i mod 8} in ascending order, each begun at
 *       +0, and the stripes combine as {@code ((s0+s1)+(s2+s3)) + ((s4+s5)+(s6+s7))}.
 *   <li>What does several steps in one pass over memory gives the bits of these steps one after the other.
 * </ul>
 *
 * <p>Implementations are safe for use by many threads and start none.
 */
public interface Kernels {

    /** The provider's name, as in the configuration: {@code scalar} or {@code vector}. */
    String name();

    /** One line for people: name, vector width in bits, and why this provider was chosen. */
    String description();

    /** The bytes that the buffers of the calling thread take, which are kept for its next calls; they grow with what it computes. */
    default long scratchBytes() {
        return 0;
    }

    /**
     * Matrix product: {@code c[i,j] = c[i,j] + sum over l ascending of a[i,l] * b[l,j]}; {@code (m, k) * (k, n) = (m, n)}.
     *
     * <p>Element {@code a[i,l]} is {@code a[aOffset + i * aRowStride + l * aColumnStride]}, the same for b; a transposed operand is
     * one with its strides exchanged. {@code c} has unit column stride.
     */
    void gemmAdd(
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
            int cRowStride);

    /**
     * Convolution (cross-correlation): {@code z[n,p,q,k] = bias[k] + sum over r, s, c ascending of
     * xpad[n, p*strideH + r*dilationH, q*strideW + s*dilationW, group(k)*C/g + c] * w[r,s,c,k]}.
     *
     * <p>This and its adjoints know the padding mode {@code ZERO} only; other padding is laid out beforehand and the geometry is that
     * {@linkplain ConvGeometry#afterPadding after it}. The arrays of all three are {@code x [N, H, W, C]}, {@code w [R, S, C/g, K]} and
     * {@code z [N, P, Q, K]}, and dx, dw and dz likewise.
     *
     * @param bias K values, or null for +0
     */
    void conv2d(
            ConvGeometry geometry,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float @Nullable [] bias,
            int biasOffset,
            float[] z,
            int zOffset);

    /** {@link #conv2d} and the {@link #channelMoments} of its z, {@code [NPQ, K]}, of at least one row. */
    default void conv2dAndMoments(
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
        conv2d(geometry, x, xOffset, w, wOffset, bias, biasOffset, z, zOffset);
        int rows = geometry.batch() * geometry.outputHeight() * geometry.outputWidth();
        channelMoments(rows, geometry.filters(), z, zOffset, mean, variance);
    }

    /**
     * Input adjoint, the convolution of dz with the flipped filter: {@code dx[n,h,w,c] += sum over p, q, k ascending of
     * dz[n,p,q,k] * w[r,s,c,k]}, where {@code h + padTop = p*strideH + r*dilationH} and the same for columns.
     *
     * <p>Of windows that {@linkplain HalvingWindow#fits halve} the image the sum is over k, p, q ascending.
     *
     * <p>Ascending p is descending r. Taps whose {@code (h + padTop - r*dilationH)} is no multiple of the stride take no part; taps
     * whose p or q lies outside the output take part as {@code fma(0, w, sum)}.
     */
    void conv2dInputAdjointAdd(
            ConvGeometry geometry, float[] dz, int dzOffset, float[] w, int wOffset, float[] dx, int dxOffset);

    /** {@link #conv2dInputAdjointAdd} onto zeros, whatever dx held. */
    default void conv2dInputAdjoint(
            ConvGeometry geometry, float[] dz, int dzOffset, float[] w, int wOffset, float[] dx, int dxOffset) {
        int size = geometry.batch() * geometry.height() * geometry.width() * geometry.channels();
        Arrays.fill(dx, dxOffset, dxOffset + size, 0f);
        conv2dInputAdjointAdd(geometry, dz, dzOffset, w, wOffset, dx, dxOffset);
    }

    /** Weight adjoint, {@code im2col(x)^T dz}: {@code dw[r,s,c,k] += sum over n, p, q ascending of xpad[...] * dz[n,p,q,k]}. */
    void conv2dWeightAdjointAdd(
            ConvGeometry geometry, float[] x, int xOffset, float[] dz, int dzOffset, float[] dw, int dwOffset);

    /** {@code out[c] = sum over rows of x[row,c]} in eight stripes; x is {@code [rows, channels]}. */
    void channelSum(int rows, int channels, float[] x, int xOffset, float[] out, int outOffset);

    /**
     * {@code out[c] = sum over rows of (x[row,c] - centre[c]) * y[row,c]} in eight stripes, each step {@code fma(x - centre, y, stripe)};
     * with y null, y is {@code x - centre}: the squared deviations.
     */
    void channelCentredDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            int centreOffset,
            float @Nullable [] y,
            int yOffset,
            float[] out,
            int outOffset);

    /**
     * Mean and biased variance (divisor {@code rows}) of each channel, in one pass over x, of at least one row.
     *
     * <p>Rows are taken in blocks: 64 of them, then as many as there were before, at most 1024. Of a block,
     * {@code sum = sum of x - centre} and {@code squares = sum of (x - centre)^2}, each step {@code fma(x - centre, x - centre, stripe)},
     * both in eight stripes of their own, are taken around the float nearest to the mean of all rows before the block; around
     * {@code (sum of x in eight stripes) / rows} in the first. {@link RunningMoments} merges them, in double.
     *
     * <p>A block after the first has no more rows than there were before, so its squares are at most twice what it adds to the total:
     * no small difference of large numbers is taken, whatever the mean.
     */
    void channelMoments(int rows, int channels, float[] x, int xOffset, float[] mean, float[] variance);

    /** {@code sum[c] = sum over rows of dz[row,c]} and {@code dot[c]}, the {@link #channelCentredDot} of x with dz: one pass for both. */
    void channelSumAndDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            float[] dz,
            int dzOffset,
            float[] sum,
            float[] dot);

    /** {@code y[row,c] = fma(x[row,c], scale[c], shift[c])}. */
    void channelAffine(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] scale,
            int scaleOffset,
            float[] shift,
            int shiftOffset,
            float[] y,
            int yOffset);

    /**
     * {@code out[row,c] = 0 + fma(x[row,c], a[c], fma(y[row,c], b[c], d[c]))}: the input adjoint of batch normalisation. Here out may be x
     * itself, at the same offset.
     */
    void channelCombine(
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
            int outOffset);

    /** {@code out[row,c] = out[row,c] + fma(x[row,c], a[c], fma(y[row,c], b[c], d[c]))}: that of the other normalisations. */
    void channelCombineAdd(
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
            int outOffset);

    /** {@code y = relu(fma(x[row,c], scale[c], shift[c]) + residual[row,c])}; nothing is added where residual is null. */
    void channelAffineRelu(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] scale,
            float[] shift,
            float @Nullable [] residual,
            int residualOffset,
            float[] y,
            int yOffset);

    /**
     * {@link #channelSumAndDot} with {@code dz = 0 + (fma(x[row,c], scale[c], shift[c]) > 0 ? dy[row,c] : +0)}: the adjoint of a
     * rectifier, which is told from x anew and stored nowhere.
     */
    void channelReluSumAndDot(
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
            float[] dot);

    /**
     * {@code out[row,c] = 0 + fma(dz, scale[c], fma(x[row,c], slope[c], constant[c]))} with the dz of {@link #channelReluSumAndDot}: the
     * input adjoint of batch normalisation and a rectifier. Here out may be dy itself, at the same offset.
     */
    void channelReluCombine(
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
            int outOffset);

    /**
     * {@link #channelSumAndDot} with {@code dz = 0 + (y > 0 ? dy : +0)}, which it also stores: the adjoint of a rectifier from its
     * output y. Here dz may be dy itself, at the same offset.
     */
    void channelReluAdjointSumAndDot(
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
            int dzOffset);

    /** {@code y = f(x)} for each element, with the bits of {@link ElementFunction#of}; here y may be x itself, at the same offset. */
    void map(ElementFunction function, int size, float[] x, int xOffset, float[] y, int yOffset);

    /** {@code y = max(x, 0)}: x where {@code x > 0} or x is NaN, +0 elsewhere. */
    void relu(int size, float[] x, int xOffset, float[] y, int yOffset);

    /** {@code dx = 0 + (y > 0 ? dy : +0)}, from the output y; here dx may be dy itself, at the same offset. */
    void reluAdjoint(int size, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset);

    /** {@code y = x * F(x)} with the bits of {@link GeluMath#gelu}; here y may be x itself, at the same offset. */
    void gelu(int size, float[] x, int xOffset, float[] y, int yOffset);

    /** {@code dx = fma(dy, geluSlope(x), 0)}, {@link GeluMath#geluSlope}; here dx may be dy itself, at the same offset. */
    void geluAdjoint(int size, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset);

    /** Maximum over the taps that lie inside the image; a NaN wins, of +0 and -0 the first in (r, s) order. {@code y [N, P, Q, C]}. */
    void maxPool(PoolGeometry geometry, float[] x, int xOffset, float[] y, int yOffset);

    /**
     * {@code dx[argmax] += dy} onto zeros, whatever dx held: the first tap in (r, s) order with {@code x == y} takes the gradient. Windows
     * are visited in (n, p, q) order. A window whose maximum is NaN passes nothing.
     */
    void maxPoolAdjoint(
            PoolGeometry geometry,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset);

    /**
     * {@code y = (sum over taps inside the image, (r, s) ascending, begun at +0) * (1f / taps)}, where taps are those counted:
     * {@link PoolGeometry#countedRows} times {@link PoolGeometry#countedColumns}.
     *
     * @param countPadding whether taps in the padding count, as zeros
     */
    void averagePool(PoolGeometry geometry, boolean countPadding, float[] x, int xOffset, float[] y, int yOffset);

    /**
     * {@code dx += dy * (1f / taps)} onto zeros, whatever dx held, for every tap inside the image, windows in (n, p, q) order, taps in
     * (r, s) order.
     */
    void averagePoolAdjoint(
            PoolGeometry geometry, boolean countPadding, float[] dy, int dyOffset, float[] dx, int dxOffset);
}
