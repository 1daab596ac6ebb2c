package dev.convoy.kernel;

/**
 * A sliding window over an image: how many taps, how far apart, how far it moves and how much is padded. Convolution and pooling
 * share it. Lengths are in pixels.
 *
 * <p>Output pixel {@code p}, tap {@code r} reads input row {@code p * strideHeight + r * dilationHeight - padTop}; the same for
 * columns. Source: Deep Learning Systems (CMU), "Elements of practical convolutions".
 */
public record Window(
        int height,
        int width,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        int padTop,
        int padBottom,
        int padLeft,
        int padRight,
        PaddingMode mode) {

    /** @throws IllegalArgumentException unless sizes, strides and dilations are positive and pads are not negative */
    public Window {
        if (height < 1 || width < 1 || strideHeight < 1 || strideWidth < 1 || dilationHeight < 1 || dilationWidth < 1) {
            throw new IllegalArgumentException("window: size, stride and dilation must be at least 1; got size "
                    + height + "x" + width + ", stride " + strideHeight + "x" + strideWidth + ", dilation "
                    + dilationHeight + "x" + dilationWidth);
        }
        if (padTop < 0 || padBottom < 0 || padLeft < 0 || padRight < 0) {
            throw new IllegalArgumentException("window: padding must not be negative; got top " + padTop + ", bottom "
                    + padBottom + ", left " + padLeft + ", right " + padRight);
        }
    }

    /** Stride 1, dilation 1, no padding. */
    public static Window of(int height, int width) {
        return new Window(height, width, 1, 1, 1, 1, 0, 0, 0, 0, PaddingMode.ZERO);
    }

    public static Window square(int size) {
        return of(size, size);
    }

    /** One row of taps: the window of 1-D convolution and pooling, which lay their axis along the width. */
    public static Window line(int taps) {
        return of(1, taps);
    }

    public Window stride(int stride) {
        return stride(stride, stride);
    }

    public Window stride(int vertical, int horizontal) {
        return new Window(
                height,
                width,
                vertical,
                horizontal,
                dilationHeight,
                dilationWidth,
                padTop,
                padBottom,
                padLeft,
                padRight,
                mode);
    }

    public Window dilation(int dilation) {
        return dilation(dilation, dilation);
    }

    public Window dilation(int vertical, int horizontal) {
        return new Window(
                height,
                width,
                strideHeight,
                strideWidth,
                vertical,
                horizontal,
                padTop,
                padBottom,
                padLeft,
                padRight,
                mode);
    }

    /** The same padding on all four sides. */
    public Window padding(int pad) {
        return padding(pad, pad, pad, pad);
    }

    public Window padding(int top, int bottom, int left, int right) {
        return new Window(
                height,
                width,
                strideHeight,
                strideWidth,
                dilationHeight,
                dilationWidth,
                top,
                bottom,
                left,
                right,
                mode);
    }

    /** Padding at the two ends of each row; that above and below is kept. */
    public Window horizontalPadding(int left, int right) {
        return padding(padTop, padBottom, left, right);
    }

    /** "VALID": no padding, so that every tap reads the image. */
    public Window valid() {
        return padding(0).mode(PaddingMode.ZERO);
    }

    /**
     * "SAME" for stride 1: the output is as large as the input, whatever its size. Each axis is padded by
     * {@code dilation * (size - 1)}; of an odd number, which an even size gives, the larger half goes after. The mode is kept.
     *
     * @throws IllegalArgumentException for a larger stride, whose padding depends on the input: {@link #same(int, int)}
     */
    public Window same() {
        if (strideHeight != 1 || strideWidth != 1) {
            throw new IllegalArgumentException("window: with stride " + pair(strideHeight, strideWidth)
                    + " the padding of same depends on the input; give its size, same(height, width)");
        }
        return same(1, 1);
    }

    /**
     * "SAME": {@code P = ceil(H / strideHeight)} and {@code Q = ceil(W / strideWidth)}, by the least padding that gives as many; of an
     * odd number the larger half goes after. The mode is kept. Source: TensorFlow's {@code tf.nn.convolution}.
     *
     * @throws IllegalArgumentException unless the input has at least one pixel, or if the padding is more than 2^31-1
     */
    public Window same(int inputHeight, int inputWidth) {
        if (inputHeight < 1 || inputWidth < 1) {
            throw new IllegalArgumentException("window: the padding of same depends on the input, which must have at "
                    + "least one pixel; got " + inputHeight + "x" + inputWidth);
        }
        int vertical = missing(inputHeight, height, dilationHeight, strideHeight);
        int horizontal = missing(inputWidth, width, dilationWidth, strideWidth);
        return padding(vertical / 2, vertical - vertical / 2, horizontal / 2, horizontal - horizontal / 2);
    }

    private static int missing(int input, int size, int dilation, int stride) {
        long steps = (input - 1L) / stride;
        long missing = Math.max(steps * stride + (long) dilation * (size - 1) + 1 - input, 0);
        if (missing > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("window: the padding of same would be " + missing
                    + ", more than 2^31-1, for a window of " + size + " taps, dilation " + dilation);
        }
        return (int) missing;
    }

    /** What the padding holds. */
    public Window mode(PaddingMode other) {
        return new Window(
                height,
                width,
                strideHeight,
                strideWidth,
                dilationHeight,
                dilationWidth,
                padTop,
                padBottom,
                padLeft,
                padRight,
                other);
    }

    /** Whether any side is padded. */
    public boolean isPadded() {
        return padTop > 0 || padBottom > 0 || padLeft > 0 || padRight > 0;
    }

    public int taps() {
        return height * width;
    }

    /** {@code H + padTop + padBottom}, which may be more than an array holds. */
    long paddedHeight(int inputHeight) {
        return (long) inputHeight + padTop + padBottom;
    }

    /** {@code W + padLeft + padRight}. */
    long paddedWidth(int inputWidth) {
        return (long) inputWidth + padLeft + padRight;
    }

    /** {@code P = floor((H + padTop + padBottom - dilationHeight * (R - 1) - 1) / strideHeight) + 1}; 0 if the window does not fit. */
    public int outputHeight(int inputHeight) {
        return outputs(inputHeight, padTop, padBottom, height, dilationHeight, strideHeight);
    }

    /** {@code Q}, by the formula of {@link #outputHeight} for columns. */
    public int outputWidth(int inputWidth) {
        return outputs(inputWidth, padLeft, padRight, width, dilationWidth, strideWidth);
    }

    private static int outputs(int input, int before, int after, int size, int dilation, int stride) {
        long room = (long) input + before + after - (long) dilation * (size - 1) - 1;
        return room < 0 ? 0 : Math.toIntExact(room / stride + 1);
    }

    /** The pixel {@code (n H + h) W + w} that output (p, q) of image n reads through tap (r, s), or -1 in the padding. */
    int inputPixel(int inputHeight, int inputWidth, int n, int p, int q, int r, int s) {
        int h = p * strideHeight + r * dilationHeight - padTop;
        int v = q * strideWidth + s * dilationWidth - padLeft;
        return h < 0 || h >= inputHeight || v < 0 || v >= inputWidth ? -1 : (n * inputHeight + h) * inputWidth + v;
    }

    /** What differs from the plain window: {@code 3x3}, {@code 5x5, stride 2, padding 1 0 1 0} (top, bottom, left, right). */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(height + "x" + width);
        if (strideHeight != 1 || strideWidth != 1) {
            text.append(", stride ").append(pair(strideHeight, strideWidth));
        }
        if (dilationHeight != 1 || dilationWidth != 1) {
            text.append(", dilation ").append(pair(dilationHeight, dilationWidth));
        }
        if (padTop == padBottom && padTop == padLeft && padTop == padRight) {
            text.append(padTop == 0 ? "" : ", padding " + padTop);
        } else {
            text.append(", padding " + padTop + " " + padBottom + " " + padLeft + " " + padRight);
        }
        if (mode != PaddingMode.ZERO) {
            text.append(", ").append(mode);
        }
        return text.toString();
    }

    private static String pair(int vertical, int horizontal) {
        return vertical == horizontal ? String.valueOf(vertical) : vertical + "x" + horizontal;
    }
}
