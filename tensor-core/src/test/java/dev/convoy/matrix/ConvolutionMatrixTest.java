package dev.convoy.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.op.Adjoints;
import dev.convoy.op.Conv2d;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The matrices in symbols, and what their structure says. */
class ConvolutionMatrixTest {
    /** The lecture's example: five inputs, three taps, one zero at each end. */
    private static final ConvGeometry LINE = line(5, 3, 1, 1);

    private static ConvGeometry line(int size, int taps, int before, int after) {
        return new ConvGeometry(1, 1, size, 1, 1, 1, Window.of(1, taps).padding(0, 0, before, after));
    }

    private static Tensor filter(float... taps) {
        return Tensor.of(Shape.of(1, taps.length, 1, 1), taps);
    }

    @Test
    void theLecturesBandedMatrixSymbolForSymbol() {
        Matrix banded = ConvolutionMatrix.banded(LINE, filter(1, 2, 3));

        assertEquals("""
                [ w2 w3  0  0  0 ]
                [ w1 w2 w3  0  0 ]
                [  0 w1 w2 w3  0 ]
                [  0  0 w1 w2 w3 ]
                [  0  0  0 w1 w2 ]
                """, banded.symbols());
        assertEquals("""
                [ w2 w1  0  0  0 ]
                [ w3 w2 w1  0  0 ]
                [  0 w3 w2 w1  0 ]
                [  0  0 w3 w2 w1 ]
                [  0  0  0 w3 w2 ]
                """, banded.adjoint().symbols());
        assertEquals("""
                [ 2 3 0 0 0 ]
                [ 1 2 3 0 0 ]
                [ 0 1 2 3 0 ]
                [ 0 0 1 2 3 ]
                [ 0 0 0 1 2 ]
                """, banded.toString());
    }

    @Test
    void theLecturesIm2colSymbolForSymbol() {
        Matrix im2col = ConvolutionMatrix.im2col(LINE, Tensor.of(Shape.of(1, 1, 5, 1), 1, 2, 3, 4, 5));

        assertEquals("""
                [  0 x1 x2 ]
                [ x1 x2 x3 ]
                [ x2 x3 x4 ]
                [ x3 x4 x5 ]
                [ x4 x5  0 ]
                """, im2col.symbols());
        assertEquals("""
                [  0 x1 x2 x3 x4 ]
                [ x1 x2 x3 x4 x5 ]
                [ x2 x3 x4 x5  0 ]
                """, im2col.adjoint().symbols());
    }

    @Test
    void bothVersionsGiveTheLecturesProduct() {
        Tensor w = filter(0.5f, -1, 2);
        Tensor x = Tensor.of(Shape.of(1, 1, 5, 1), 3, 1, 4, 1, 5);
        double[] z = {-3 + 2, 1.5 - 1 + 8, 0.5 - 4 + 2, 2 - 1 + 10, 0.5 - 5};

        assertArrayEquals(z, ConvolutionMatrix.banded(LINE, w).multiply(3, 1, 4, 1, 5));
        assertArrayEquals(z, ConvolutionMatrix.im2col(LINE, x).multiply(0.5, -1, 2));
    }

    /** {@code What^T v} is the convolution of v with the flipped filter, the padding complemented to {@code taps - 1}. */
    @Test
    void theTransposeIsTheBandedMatrixOfTheFlippedFilter() {
        int[][] linesTapsPads = {{5, 3, 1, 1}, {6, 3, 0, 2}, {7, 5, 2, 2}, {4, 4, 3, 0}, {5, 1, 0, 0}, {9, 2, 1, 0}};
        for (int[] l : linesTapsPads) {
            ConvGeometry g = line(l[0], l[1], l[2], l[3]);
            float[] taps = Adjoints.random("taps", Shape.of(l[1])).toArray();
            float[] flipped = new float[l[1]];
            IntStream.range(0, l[1]).forEach(i -> flipped[i] = taps[l[1] - 1 - i]);
            Matrix transpose = ConvolutionMatrix.banded(g, filter(taps)).adjoint();
            Matrix convolution = ConvolutionMatrix.banded(
                    line(g.outputWidth(), l[1], l[1] - 1 - l[2], l[1] - 1 - l[3]), filter(flipped));

            assertEquals(convolution.toString(), transpose.toString());
            for (int i = 0; i < transpose.rows(); i++) {
                for (int j = 0; j < transpose.columns(); j++) {
                    assertEquals(convolution.entry(i, j), transpose.entry(i, j));
                    // Symbol for symbol: w1 of the flipped filter is the last tap of the other.
                    String symbol = convolution.symbol(i, j);
                    assertEquals(
                            symbol.equals("0") ? "0" : "w" + (l[1] + 1 - Integer.parseInt(symbol.substring(1))),
                            transpose.symbol(i, j));
                }
            }
        }
    }

    /** The same with images and channels: the filter flipped both ways, its input and output channels exchanged. */
    @Test
    void theTransposeIsTheConvolutionWithTheFlippedFilterAndChannelsExchanged() {
        Window window = Window.of(3, 2).padding(1, 2, 0, 1).dilation(2, 1);
        ConvGeometry g = new ConvGeometry(2, 7, 5, 3, 4, 1, window);
        Tensor w = Adjoints.random("w", Shape.of(3, 2, 3, 4));
        Tensor flipped = Tensor.zeros(3, 2, 4, 3);
        for (int i = 0; i < w.size(); i++) {
            int tap = i / 12;
            int c = i / 4 % 3;
            int k = i % 4;
            flipped.array()[((5 - tap) * 4 + k) * 3 + c] = w.get(i);
        }
        Tensor dz = Adjoints.random("dz", Shape.of(2, g.outputHeight(), g.outputWidth(), 4));
        Window full = window.padding(4 - 1, 4 - 2, 1, 0);

        Tensor convolved = Adjoints.forward(
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, full, 1), List.of(dz, flipped));

        assertEquals(Shape.of(2, 7, 5, 3), convolved.shape());
        Tensor product = ConvolutionMatrix.banded(g, w).adjoint().multiply(dz);
        assertArrayEquals(product.toArray(), convolved.toArray(), 1e-5f);
    }

    @Test
    void aTransposeTwiceIsTheMatrix() {
        Matrix banded = ConvolutionMatrix.banded(line(6, 3, 0, 1), filter(1, 2, 3));

        assertEquals(banded.symbols(), banded.adjoint().adjoint().symbols());
        assertEquals(6, banded.columns());
        assertEquals(5, banded.rows());
        assertEquals(6, banded.adjoint().rows());
    }

    @Test
    void aStrideSkipsRowsAndADilationSpreadsTheBand() {
        ConvGeometry strided =
                new ConvGeometry(1, 1, 5, 1, 1, 1, Window.of(1, 3).stride(1, 2).padding(0, 0, 1, 1));
        assertEquals("""
                [ w2 w3  0  0  0 ]
                [  0 w1 w2 w3  0 ]
                [  0  0  0 w1 w2 ]
                """, ConvolutionMatrix.banded(strided, filter(1, 2, 3)).symbols());
        ConvGeometry dilated = new ConvGeometry(
                1, 1, 5, 1, 1, 1, Window.of(1, 3).dilation(1, 2).padding(0, 0, 2, 2));
        assertEquals("""
                [ w2  0 w3  0  0 ]
                [  0 w2  0 w3  0 ]
                [ w1  0 w2  0 w3 ]
                [  0 w1  0 w2  0 ]
                [  0  0 w1  0 w2 ]
                """, ConvolutionMatrix.banded(dilated, filter(1, 2, 3)).symbols());
    }

    @Test
    void everyPaddingModeHasItsCorners() {
        assertEquals("""
                [ w2 w1+w3  0 ]
                [ w1    w2 w3 ]
                [  0 w1+w3 w2 ]
                """, banded(PaddingMode.REFLECT));
        assertEquals("""
                [ w1+w2 w3     0 ]
                [    w1 w2    w3 ]
                [     0 w1 w2+w3 ]
                """, banded(PaddingMode.REPLICATE));
        assertEquals("""
                [ w2 w3 w1 ]
                [ w1 w2 w3 ]
                [ w3 w1 w2 ]
                """, banded(PaddingMode.CIRCULAR));
        assertEquals("""
                [ 0.3333 w1+w2 0.3333 w1+w3    0.3333 w1 ]
                [           w1           w2           w3 ]
                [    0.3333 w3 w1+0.3333 w3 w2+0.3333 w3 ]
                """, banded(PaddingMode.MEAN));
    }

    private static String banded(PaddingMode mode) {
        Window window = Window.of(1, 3).padding(0, 0, 1, 1).mode(mode);
        return ConvolutionMatrix.banded(new ConvGeometry(1, 1, 3, 1, 1, 1, window), filter(1, 2, 3))
                .symbols();
    }

    @Test
    void circularPaddingWrapsAsOftenAsNeeded() {
        Window window = Window.of(1, 5).padding(0, 0, 2, 2).mode(PaddingMode.CIRCULAR);
        ConvGeometry g = new ConvGeometry(1, 1, 2, 1, 1, 1, window);

        assertEquals("""
                [ w1+w3+w5    w2+w4 ]
                [    w2+w4 w1+w3+w5 ]
                """, ConvolutionMatrix.banded(g, filter(1, 2, 3, 4, 5)).symbols());
    }

    @Test
    void im2colPadsWithTheMean() {
        Window window = Window.of(1, 3).padding(0, 0, 1, 1).mode(PaddingMode.MEAN);
        ConvGeometry g = new ConvGeometry(1, 1, 2, 1, 1, 1, window);
        Matrix im2col = ConvolutionMatrix.im2col(g, Tensor.of(Shape.of(1, 1, 2, 1), 3, 5));

        assertEquals("""
                [ 0.5 x1+0.5 x2 x1            x2 ]
                [            x1 x2 0.5 x1+0.5 x2 ]
                """, im2col.symbols());
        assertEquals("""
                [ 4 3 5 ]
                [ 3 5 4 ]
                """, im2col.toString());
    }

    @Test
    void elementsAreNamedByTheirPlaces() {
        ConvGeometry image = new ConvGeometry(1, 2, 3, 1, 1, 1, Window.square(2));
        assertEquals(
                """
                [ w11 w12   0 w21 w22   0 ]
                [   0 w11 w12   0 w21 w22 ]
                """, ConvolutionMatrix.banded(image, Tensor.zeros(2, 2, 1, 1)).symbols());
        assertEquals(
                """
                [ x11 x12 x21 x22 ]
                [ x12 x13 x22 x23 ]
                """, ConvolutionMatrix.im2col(image, Tensor.zeros(1, 2, 3, 1)).symbols());
        ConvGeometry channels = new ConvGeometry(1, 1, 2, 2, 2, 1, Window.square(1));
        assertEquals(
                """
                [ w11 w21   0   0 ]
                [ w12 w22   0   0 ]
                [   0   0 w11 w21 ]
                [   0   0 w12 w22 ]
                """,
                ConvolutionMatrix.banded(channels, Tensor.zeros(1, 1, 2, 2)).symbols());
        ConvGeometry wide = new ConvGeometry(1, 2, 12, 1, 1, 1, Window.of(2, 12));
        assertTrue(ConvolutionMatrix.im2col(wide, Tensor.zeros(1, 2, 12, 1))
                .symbols()
                .startsWith("[ x1,1 x1,2 "));
        ConvGeometry one = new ConvGeometry(1, 1, 1, 1, 1, 1, Window.square(1));
        assertEquals(
                "[ w1 ]\n",
                ConvolutionMatrix.banded(one, Tensor.zeros(1, 1, 1, 1)).symbols());
    }

    @Test
    void groupsMakeTheMatrixBlockDiagonalUpToTheOrderOfChannels() {
        ConvGeometry g = new ConvGeometry(1, 1, 3, 2, 2, 2, Window.of(1, 3).padding(0, 0, 1, 1));
        Matrix grouped = ConvolutionMatrix.banded(g, Tensor.of(Shape.of(1, 3, 1, 2), 1, 2, 3, 4, 5, 6));
        int[] byChannel = {0, 2, 4, 1, 3, 5};

        assertEquals("""
                [ w21 w31   0   0   0   0 ]
                [ w11 w21 w31   0   0   0 ]
                [   0 w11 w21   0   0   0 ]
                [   0   0   0 w22 w32   0 ]
                [   0   0   0 w12 w22 w32 ]
                [   0   0   0   0 w12 w22 ]
                """, grouped.select(byChannel, byChannel).symbols());
    }

    @Test
    void everyBlockOfAGroupIsThatGroupsOwnMatrix() {
        Window window = Window.square(3).stride(2).padding(1, 0, 2, 1).mode(PaddingMode.REFLECT);
        ConvGeometry g = new ConvGeometry(1, 4, 5, 6, 9, 3, window);
        ConvGeometry alone = new ConvGeometry(1, 4, 5, 2, 3, 1, window);
        Tensor w = Adjoints.random("w", Shape.of(3, 3, 2, 9));
        Matrix banded = ConvolutionMatrix.banded(g, w);
        for (int rowGroup = 0; rowGroup < 3; rowGroup++) {
            int[] rows = ofGroup(banded.rows(), 9, rowGroup, 3);
            for (int columnGroup = 0; columnGroup < 3; columnGroup++) {
                int[] columns = ofGroup(banded.columns(), 6, columnGroup, 3);
                Matrix block = banded.select(rows, columns);
                if (rowGroup == columnGroup) {
                    Tensor own = Tensor.zeros(3, 3, 2, 3);
                    for (int i = 0; i < own.size(); i++) {
                        own.array()[i] = w.get(i / 3 * 9 + rowGroup * 3 + i % 3);
                    }
                    assertEquals(ConvolutionMatrix.banded(alone, own).toString(), block.toString());
                } else {
                    assertTrue(IntStream.range(0, block.rows() * block.columns())
                            .allMatch(i -> block.form(i / block.columns(), i % block.columns())
                                    .isZero()));
                }
            }
        }
    }

    /** The numbers whose channel, {@code i mod channels}, is in the group. */
    private static int[] ofGroup(int size, int channels, int group, int groups) {
        return IntStream.range(0, size)
                .filter(i -> i % channels / (channels / groups) == group)
                .toArray();
    }

    @Test
    void aGroupedFilterIsADenseOneWithZeros() {
        ConvGeometry g = new ConvGeometry(1, 1, 1, 4, 4, 2, Window.square(1));
        Tensor w = Tensor.of(Shape.of(1, 1, 2, 4), 1, 2, 3, 4, 5, 6, 7, 8);

        Tensor dense = GroupedFilter.dense(g, w);

        assertArrayEquals(new float[] {1, 2, 0, 0, 5, 6, 0, 0, 0, 0, 3, 4, 0, 0, 7, 8}, dense.toArray());
        assertArrayEquals(w.toArray(), GroupedFilter.blocks(g, dense).toArray());
    }

    @Test
    void errorsSayWhatWasExpected() {
        assertMessage(
                "banded: the geometry expects the filter [1, 3, 1, 1] but got [1, 2, 1, 1]",
                () -> ConvolutionMatrix.banded(LINE, filter(1, 2)));
        assertMessage(
                "im2col: the geometry expects the image [1, 1, 5, 1] but got [5]",
                () -> ConvolutionMatrix.im2col(LINE, Tensor.zeros(5)));
        assertMessage(
                "grouped filter: the geometry expects [1, 3, 1, 1] but got [3]",
                () -> GroupedFilter.dense(LINE, Tensor.zeros(3)));
        Matrix banded = ConvolutionMatrix.banded(LINE, filter(1, 2, 3));
        assertMessage("matrix: 5 x 5 times a vector of 4 elements", () -> banded.multiply(1, 2, 3, 4));
        assertMessage(
                "matrix: 5 x 5 times [2, 3], which is not 5 rows of equal length",
                () -> banded.multiply(Tensor.zeros(2, 3)));
        assertThrows(IndexOutOfBoundsException.class, () -> banded.entry(0, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> banded.symbol(-1, 0));
    }

    @Test
    void hugeMatricesAreRefused() {
        ConvGeometry g = new ConvGeometry(1, 256, 256, 1, 1, 1, Window.square(3).padding(1));

        assertMessage(
                "banded: a matrix of 65536 x 65536 has more than 1048576 entries; explicit matrices are for small sizes, "
                        + "op.Conv2d never builds one",
                () -> ConvolutionMatrix.banded(g, Tensor.zeros(3, 3, 1, 1)));
        ConvGeometry channels =
                new ConvGeometry(1, 256, 256, 2, 1, 1, Window.square(3).padding(1));
        assertMessage(
                "im2col: a matrix of 65536 x 18 has more than 1048576 entries; explicit matrices are for small sizes, "
                        + "op.Conv2d never builds one",
                () -> ConvolutionMatrix.im2col(channels, Tensor.zeros(1, 256, 256, 2)));
    }

    private static void assertMessage(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
