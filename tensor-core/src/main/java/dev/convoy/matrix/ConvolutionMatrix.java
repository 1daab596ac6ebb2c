package dev.convoy.matrix;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * The two ways to write {@code z = x * w} as a matrix product, one for each adjoint. Both take any stride, dilation, four-sided
 * padding in every mode, channels, groups and batch; a one-dimensional convolution is one of images of height 1.
 *
 * <ul>
 *   <li>Version 1: {@code z = What x}, with a banded matrix of the filter's elements; so {@code dx = What^T dz}.
 *   <li>Version 2: {@code z = im2col(x) w}, with a matrix of the image's elements; so {@code dw = im2col(x)^T dz}.
 * </ul>
 *
 * Source: Deep Learning Systems (CMU), "Convolutions as matrix multiplication".
 */
public final class ConvolutionMatrix {
    private ConvolutionMatrix() {}

    /**
     * Version 1, {@code What}: rows are the outputs {@code [N, P, Q, K]}, columns the inputs {@code [N, H, W, C]}, both in row-major
     * order. A tap in the padding adds to the entry of the pixel it reads: to none for zeros, {@code 1/(HW)} to every pixel of its
     * channel for the mean.
     *
     * @param w {@code [R, S, C/groups, K]}
     * @throws IllegalArgumentException if w has another shape, or the matrix more than {@link Matrix#LARGEST} entries
     */
    public static Matrix banded(ConvGeometry g, Tensor w) {
        Shape expected = Shape.of(g.window().height(), g.window().width(), g.channelsPerGroup(), g.filters());
        require("banded", "filter", expected, w.shape());
        int pixels = g.height() * g.width();
        long outputs = (long) g.batch() * g.outputHeight() * g.outputWidth() * g.filters();
        int columns = g.batch() * pixels * g.channels();
        Matrix.requireSmall("banded", outputs, columns);
        LinearForm[] forms = zeros((int) outputs * columns);
        for (int row = 0; row < outputs; row++) {
            int k = row % g.filters();
            int position = row / g.filters();
            int image = position / (g.outputHeight() * g.outputWidth());
            for (int tap = 0; tap < g.window().taps(); tap++) {
                int pixel = pixel(g, position, tap);
                for (int c = 0; c < g.channelsPerGroup(); c++) {
                    int channel = k / g.filtersPerGroup() * g.channelsPerGroup() + c;
                    int weight = (tap * g.channelsPerGroup() + c) * g.filters() + k;
                    int first = row * columns + image * pixels * g.channels() + channel;
                    if (pixel != PaddingMode.NONE) {
                        add(forms, first + pixel * g.channels(), 1, weight);
                    } else if (g.window().mode() == PaddingMode.MEAN) {
                        for (int p = 0; p < pixels; p++) {
                            add(forms, first + p * g.channels(), 1.0 / pixels, weight);
                        }
                    }
                }
            }
        }
        return Matrix.of((int) outputs, columns, forms, w, new ElementNames("w", w.shape()));
    }

    /**
     * Version 2, {@code im2col(x)}: a row for each output position {@code [N, P, Q]}, a column for each tap and input channel
     * {@code [R, S, C]}; the row is the patch of the image under the window. Filters and groups do not change it: the filter beside
     * it is {@link GroupedFilter#dense}, {@code [R S C, K]}, which for one group is w itself.
     *
     * @param x {@code [N, H, W, C]}
     * @throws IllegalArgumentException if x has another shape, or the matrix more than {@link Matrix#LARGEST} entries
     */
    public static Matrix im2col(ConvGeometry g, Tensor x) {
        require("im2col", "image", Shape.of(g.batch(), g.height(), g.width(), g.channels()), x.shape());
        int pixels = g.height() * g.width();
        long positions = (long) g.batch() * g.outputHeight() * g.outputWidth();
        int columns = g.window().taps() * g.channels();
        Matrix.requireSmall("im2col", positions, columns);
        LinearForm[] forms = zeros((int) positions * columns);
        LinearForm[] means = g.window().mode() == PaddingMode.MEAN ? means(g) : new LinearForm[0];
        for (int row = 0; row < positions; row++) {
            int image = row / (g.outputHeight() * g.outputWidth());
            for (int tap = 0; tap < g.window().taps(); tap++) {
                int pixel = pixel(g, row, tap);
                for (int c = 0; c < g.channels(); c++) {
                    int at = row * columns + tap * g.channels() + c;
                    if (pixel != PaddingMode.NONE) {
                        forms[at] = LinearForm.of((image * pixels + pixel) * g.channels() + c);
                    } else if (means.length > 0) {
                        forms[at] = means[image * g.channels() + c];
                    }
                }
            }
        }
        return Matrix.of((int) positions, columns, forms, x, new ElementNames("x", x.shape()));
    }

    /** The pixel, {@code h * W + w}, that a tap reads at an output position, or {@link PaddingMode#NONE}. */
    private static int pixel(ConvGeometry g, int position, int tap) {
        Window window = g.window();
        int q = position % g.outputWidth();
        int p = position / g.outputWidth() % g.outputHeight();
        int r = tap / window.width();
        int s = tap % window.width();
        int row = p * window.strideHeight() + r * window.dilationHeight() - window.padTop();
        int column = q * window.strideWidth() + s * window.dilationWidth() - window.padLeft();
        int h = window.mode().source(row, g.height());
        int v = window.mode().source(column, g.width());
        return h == PaddingMode.NONE || v == PaddingMode.NONE ? PaddingMode.NONE : h * g.width() + v;
    }

    /** The mean of each channel of each image. */
    private static LinearForm[] means(ConvGeometry g) {
        int pixels = g.height() * g.width();
        LinearForm[] means = zeros(g.batch() * g.channels());
        for (int i = 0; i < means.length; i++) {
            int image = i / g.channels();
            for (int p = 0; p < pixels; p++) {
                add(means, i, 1.0 / pixels, (image * pixels + p) * g.channels() + i % g.channels());
            }
        }
        return means;
    }

    private static void add(LinearForm[] forms, int at, double coefficient, int element) {
        forms[at] = forms[at].plus(coefficient, element);
    }

    private static LinearForm[] zeros(int size) {
        LinearForm[] forms = new LinearForm[size];
        Arrays.fill(forms, LinearForm.ZERO);
        return forms;
    }

    private static void require(String what, String argument, Shape expected, Shape actual) {
        if (!expected.equals(actual)) {
            throw new IllegalArgumentException(
                    what + ": the geometry expects the " + argument + " " + expected + " but got " + actual);
        }
    }
}
