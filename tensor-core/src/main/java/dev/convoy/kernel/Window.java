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
        return padTop + padBottom + padLeft + padRight > 0;
    }

    public int taps() {
        return height * width;
    }

    /** {@code P = floor((H + padTop + padBottom - dilationHeight * (R - 1) - 1) / strideHeight) + 1}; below 1 if the window does not fit. */
    public int outputHeight(int inputHeight) {
        return outputs(inputHeight, padTop, padBottom, height, dilationHeight, strideHeight);
    }

    /** {@code Q}, by the formula of {@link #outputHeight} for columns. */
    public int outputWidth(int inputWidth) {
        return outputs(inputWidth, padLeft, padRight, width, dilationWidth, strideWidth);
    }

    private static int outputs(int input, int before, int after, int size, int dilation, int stride) {
        long room = (long) input + before + after - (long) dilation * (size - 1) - 1;
        return Math.toIntExact(Math.floorDiv(room, stride) + 1);
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
