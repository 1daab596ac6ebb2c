package dev.convoy.matrix;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * A grouped convolution is a dense one whose filter is zero wherever input and output channel are of different groups: each tap's
 * {@code C x K} matrix is block-diagonal. Source: Deep Learning Systems (CMU), "Grouped Convolutions".
 */
public final class GroupedFilter {
    private GroupedFilter() {}

    /**
     * The filter with its zeros.
     *
     * @param w {@code [R, S, C/groups, K]}
     * @return {@code [R, S, C, K]}
     */
    public static Tensor dense(ConvGeometry g, Tensor w) {
        require(g, g.channelsPerGroup(), w.shape());
        Tensor dense = Tensor.zeros(g.window().height(), g.window().width(), g.channels(), g.filters());
        for (int i = 0; i < w.size(); i++) {
            dense.array()[inDense(g, i)] = w.get(i);
        }
        return dense;
    }

    /**
     * The transpose of {@link #dense}: the blocks alone. It carries the adjoint of the dense filter to that of the grouped one.
     *
     * @param dense {@code [R, S, C, K]}
     * @return {@code [R, S, C/groups, K]}
     */
    public static Tensor blocks(ConvGeometry g, Tensor dense) {
        require(g, g.channels(), dense.shape());
        Tensor blocks = Tensor.zeros(g.window().height(), g.window().width(), g.channelsPerGroup(), g.filters());
        for (int i = 0; i < blocks.size(); i++) {
            blocks.array()[i] = dense.get(inDense(g, i));
        }
        return blocks;
    }

    private static int inDense(ConvGeometry g, int element) {
        int k = element % g.filters();
        int row = element / g.filters();
        int tap = row / g.channelsPerGroup();
        int channel = k / g.filtersPerGroup() * g.channelsPerGroup() + row % g.channelsPerGroup();
        return (tap * g.channels() + channel) * g.filters() + k;
    }

    private static void require(ConvGeometry g, int channels, Shape actual) {
        Shape expected = Shape.of(g.window().height(), g.window().width(), channels, g.filters());
        if (!expected.equals(actual)) {
            throw new IllegalArgumentException(
                    "grouped filter: the geometry expects " + expected + " but got " + actual);
        }
    }
}
