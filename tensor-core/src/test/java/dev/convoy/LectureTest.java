package dev.convoy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Variable;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Samples;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.matrix.ConvolutionMatrix;
import dev.convoy.matrix.GroupedFilter;
import dev.convoy.matrix.Matrix;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import dev.convoy.nn.Sequential;
import dev.convoy.op.Adjoints;
import dev.convoy.op.Conv2d;
import dev.convoy.op.MatMul;
import dev.convoy.op.Pool2d;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the slides of "Convolutional Networks" (Deep Learning Systems, CMU) claim, in their order; docs/numerics.md tells it. */
class LectureTest {
    private static final Window SAME = Window.square(3).padding(1);

    @Test
    void aDenseLayerOnAColourImageHasTwoHundredMillionWeights() {
        Network dense =
                Network.build("dense", Shape.of(256, 256, 3), 1000, (scope, image) -> Sequential.of(scope, image)
                        .flatten()
                        .dense("hidden", 1000)
                        .build());

        long parameters = parameters(dense);
        print("dense: 256x256x3 = %,d inputs to 1000 outputs: %,d weights and biases", 256 * 256 * 3, parameters);
        assertEquals(256L * 256 * 3 * 1000 + 1000, parameters);
    }

    @Test
    void fourBillionWeightsOfADenseLayerAgainstNine() {
        long dense = (256L * 256) * (256 * 256);
        Network network =
                Network.build("conv", Shape.of(256, 256, 1), 256 * 256, (scope, image) -> Sequential.of(scope, image)
                        .add("conv", (inner, shape) -> new dev.convoy.nn.Conv2d(inner, shape, 1, SAME, 1, false))
                        .flatten()
                        .build());

        print("256x256 to 256x256: dense %,d weights, 3x3 convolution %,d", dense, parameters(network));
        assertEquals(1L << 32, dense);
        assertThrows(IllegalArgumentException.class, () -> Shape.of(256 * 256, 256 * 256), "too many for one array");
        assertEquals(9, parameters(network));
    }

    private static long parameters(Network network) {
        return network.describe().stream().mapToLong(LayerSummary::parameters).sum();
    }

    @Test
    void anOutputDependsOnItsNeighbourhoodAlone() {
        Reached reached = reached(10, 3, 1);
        print("one output of a 3x3 convolution reaches %d of %d inputs", reached.inputs(), 31 * 31);
        assertEquals(new Reached(9, 3, 3), reached);
    }

    /** To the bit: every pixel adds the same products in the same order, only elsewhere. */
    @Test
    void shiftingADigitShiftsTheHiddenImage() {
        Tensor w = Adjoints.random("filter", Shape.of(3, 3, 1, 4));
        for (int digit = 0; digit < 10; digit++) {
            Tensor x = digit(digit);
            Window circular = SAME.mode(PaddingMode.CIRCULAR);
            assertArrayEquals(
                    shifted(convolved(x, w, circular, 1)).toArray(),
                    convolved(shifted(x), w, circular, 1).toArray(),
                    "circular: everywhere");
            Tensor then = shifted(convolved(x, w, SAME, 1));
            Tensor before = convolved(shifted(x), w, SAME, 1);
            for (int i = 0; i < then.size(); i++) {
                int column = i / 4 % 28;
                if (column >= 2 && column < 27) {
                    assertEquals(then.get(i), before.get(i), "zeros: away from the border");
                }
            }
        }
        print(
                "shift by one pixel: circular convolution of 10 digits moves along, bit for bit, and so do zeros off the border");
    }

    @Test
    void shiftingADigitChangesADenseLayerAltogether() {
        Tensor w = Adjoints.random("dense", Shape.of(784, 100));
        Operation dense = (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1));
        double[] change = new double[10];
        for (int digit = 0; digit < 10; digit++) {
            Tensor y = Adjoints.forward(dense, List.of(digit(digit).reshape(Shape.of(1, 784)), w));
            Tensor moved = Adjoints.forward(dense, List.of(shifted(digit(digit)).reshape(Shape.of(1, 784)), w));
            double difference = 0;
            double norm = 0;
            for (int i = 0; i < y.size(); i++) {
                difference += Math.pow(moved.get(i) - y.get(i), 2);
                norm += Math.pow(y.get(i), 2);
            }
            change[digit] = Math.sqrt(difference / norm);
        }
        double least = Arrays.stream(change).min().orElseThrow();
        double most = Arrays.stream(change).max().orElseThrow();
        print(
                "the same shift changes a dense layer's output by %.0f to %.0f %% of its length",
                100 * least, 100 * most);
        assertEquals(49, Math.round(100 * least));
        assertEquals(83, Math.round(100 * most));
    }

    /** The slide's y23; the patch it is taken from is a row of im2col. */
    @Test
    void aFilterSlidesOverTheImage() {
        ConvGeometry g = new ConvGeometry(1, 5, 5, 1, 1, 1, Window.square(3));
        Matrix patches = ConvolutionMatrix.im2col(g, Tensor.zeros(1, 5, 5, 1));
        Matrix filter = ConvolutionMatrix.banded(g, Tensor.zeros(3, 3, 1, 1));
        StringBuilder y23 = new StringBuilder("y23 =");
        int row = 1 * 3 + 2;
        for (int tap = 0; tap < 9; tap++) {
            String pixel = patches.symbol(row, tap);
            int column = (pixel.charAt(1) - '1') * 5 + pixel.charAt(2) - '1';
            y23.append(tap == 0 ? " " : " + ").append(pixel).append(' ').append(filter.symbol(row, column));
        }
        print("%s", y23);
        assertEquals(
                "y23 = x23 w11 + x24 w12 + x25 w13 + x33 w21 + x34 w22 + x35 w23 + x43 w31 + x44 w32 + x45 w33",
                y23.toString());
    }

    @Test
    void anOutputChannelIsTheSumOfConvolutionsOverTheInputChannels() {
        Tensor x = Adjoints.random("x", Shape.of(1, 7, 6, 3));
        Tensor w = Adjoints.random("W", Shape.of(3, 3, 3, 2));
        Tensor z = convolved(x, w, SAME, 1);
        for (int s = 0; s < 2; s++) {
            double[] sum = new double[7 * 6];
            for (int r = 0; r < 3; r++) {
                Tensor one = convolved(every(x, 3, r), every(w, 6, r * 2 + s).reshape(Shape.of(3, 3, 1, 1)), SAME, 1);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += one.get(i);
                }
            }
            for (int i = 0; i < sum.length; i++) {
                assertEquals(sum[i], z.get(i * 2 + s), 1e-5);
            }
        }
    }

    /** {@code z22 = W11 x22 + W12 x23 + ...}: each W a 2 x 3 matrix, each x a vector of 3 channels. */
    @Test
    void aTapIsAMatrixThatMultipliesThePixelsChannels() {
        Tensor x = Adjoints.random("x", Shape.of(1, 5, 5, 3));
        Tensor w = Adjoints.random("W", Shape.of(3, 3, 3, 2));
        Tensor z = convolved(x, w, Window.square(3), 1);
        double[] z22 = new double[2];
        for (int tap = 0; tap < 9; tap++) {
            int pixel = (1 + tap / 3) * 5 + 1 + tap % 3;
            for (int k = 0; k < 2; k++) {
                for (int c = 0; c < 3; c++) {
                    z22[k] += (double) w.get((tap * 3 + c) * 2 + k) * x.get(pixel * 3 + c);
                }
            }
        }
        assertEquals(z22[0], z.get(4 * 2), 1e-5);
        assertEquals(z22[1], z.get(4 * 2 + 1), 1e-5);
    }

    @Test
    void paddingByHalfOfAnOddKernelKeepsTheSize() {
        for (int k = 1; k <= 11; k += 2) {
            assertEquals(28 - k + 1, Window.square(k).outputHeight(28), "without padding");
            assertEquals(28, Window.square(k).padding((k - 1) / 2).outputHeight(28));
        }
        print(
                "28x28 by 5x5: %d without padding, %d with 2",
                Window.square(5).outputHeight(28), Window.square(5).padding(2).outputHeight(28));
    }

    @Test
    void aStrideTakesEverySthOutput() {
        Tensor w = Adjoints.random("w", Shape.of(3, 3, 1, 1));
        Tensor all = convolved(digit(5), w, SAME, 1);
        for (int s = 2; s <= 3; s++) {
            Tensor some = convolved(digit(5), w, SAME.stride(s), 1);
            int side = (28 + s - 1) / s;
            assertEquals(Shape.of(1, side, side, 1), some.shape());
            for (int i = 0; i < some.size(); i++) {
                assertEquals(all.get(i / side * s * 28 + i % side * s), some.get(i), "stride " + s);
            }
        }
    }

    @Test
    void poolingAggregatesWindows() {
        Tensor x = Tensor.of(Shape.of(1, 2, 4, 1), 1, 3, 0, 4, 5, 7, 8, 0);
        Window halves = Window.square(2).stride(2);
        assertArrayEquals(
                new float[] {7, 8},
                Adjoints.forward((tape, in) -> Pool2d.max(tape, in.get(0), halves), List.of(x))
                        .toArray());
        assertArrayEquals(
                new float[] {4, 3},
                Adjoints.forward((tape, in) -> Pool2d.average(tape, in.get(0), halves), List.of(x))
                        .toArray());

        List<Window> windows = List.of(
                halves,
                Window.square(2),
                Window.square(3).stride(2),
                Window.of(3, 2).stride(2, 1),
                Window.of(1, 5).stride(3));
        for (Window window : windows) {
            Tensor most = Adjoints.forward((tape, in) -> Pool2d.max(tape, in.get(0), window), List.of(digit(7)));
            assertArrayEquals(largest(digit(7), window), most.toArray(), window.toString());

            Tensor weights = Tensor.zeros(window.height(), window.width(), 1, 1);
            Arrays.fill(weights.array(), 1f / weights.size());
            Tensor mean = Adjoints.forward((tape, in) -> Pool2d.average(tape, in.get(0), window), List.of(digit(7)));
            assertArrayEquals(
                    convolved(digit(7), weights, window, 1).toArray(),
                    mean.toArray(),
                    1e-6f,
                    "the average is a strided convolution, " + window);
        }
    }

    /** The largest value in each window of a digit. */
    private static float[] largest(Tensor digit, Window window) {
        int height = window.outputHeight(28);
        int width = window.outputWidth(28);
        float[] largest = new float[height * width];
        for (int i = 0; i < largest.length; i++) {
            for (int tap = 0; tap < window.height() * window.width(); tap++) {
                int row = i / width * window.strideHeight() + tap / window.width();
                int column = i % width * window.strideWidth() + tap % window.width();
                largest[i] = Math.max(largest[i], digit.get(row * 28 + column));
            }
        }
        return largest;
    }

    @Test
    void aGroupedConvolutionIsADenseOneWithBlockDiagonalWeights() {
        Tensor x = Adjoints.random("x", Shape.of(1, 6, 5, 8));
        Tensor w = Adjoints.random("w", Shape.of(3, 3, 2, 12));
        ConvGeometry g = new ConvGeometry(1, 6, 5, 8, 12, 4, SAME);
        Tensor dense = GroupedFilter.dense(g, w);

        assertArrayEquals(
                convolved(x, dense, SAME, 1).toArray(), convolved(x, w, SAME, 4).toArray());
        print("8 to 12 channels, 3x3: %d weights, in 4 groups %d", dense.size(), w.size());
        assertEquals(dense.size(), 4 * w.size());
    }

    @Test
    void aDilatedFilterIsALargerOneWithZerosBetween() {
        Tensor w = Adjoints.random("w", Shape.of(3, 3, 1, 1));
        Tensor spread = Tensor.zeros(5, 5, 1, 1);
        for (int i = 0; i < 9; i++) {
            spread.array()[i / 3 * 2 * 5 + i % 3 * 2] = w.get(i);
        }
        Tensor y = convolved(digit(3), w, Window.square(3).dilation(2).padding(2), 1);
        assertEquals(Shape.of(1, 28, 28, 1), y.shape(), "more padding keeps the size");
        assertArrayEquals(
                convolved(digit(3), spread, Window.square(5).padding(2), 1).toArray(), y.toArray());
    }

    /** {@code 1 + sum of dilation * (k - 1)} along each axis, measured by the inputs whose gradient is not zero. */
    @Test
    void dilationGrowsTheReceptiveField() {
        int[][] stacks = {{1}, {1, 1}, {1, 1, 1}, {2}, {4}, {1, 2}, {1, 2, 4}};
        for (int[] dilations : stacks) {
            int side = 1 + 2 * Arrays.stream(dilations).sum();
            Reached reached = reached(15, 3, dilations);
            print(
                    "3x3 with dilations %s: an output reaches %d inputs within %dx%d",
                    Arrays.toString(dilations), reached.inputs(), reached.height(), reached.width());
            boolean hasGaps = dilations[0] > 1;
            assertEquals(new Reached(hasGaps ? 9 : side * side, side, side), reached);
        }
    }

    /** How many inputs an output depends on, and the rectangle they lie in. */
    private record Reached(int inputs, int height, int width) {}

    /** Backpropagates from one pixel of a 31 x 31 image through a stack of filters of ones; counts the inputs reached. */
    private static Reached reached(int middle, int taps, int... dilations) {
        Tensor ones = Tensor.zeros(taps, taps, 1, 1);
        Arrays.fill(ones.array(), 1);
        Tensor dz = Tensor.zeros(1, 31, 31, 1);
        dz.array()[middle * 31 + middle] = 1;
        Operation stack = (tape, in) -> {
            Variable y = in.get(0);
            for (int dilation : dilations) {
                Window window = Window.square(taps).dilation(dilation).padding(dilation * (taps - 1) / 2);
                y = Conv2d.apply(tape, y, in.get(1), null, window, 1);
            }
            return y;
        };
        Tensor dx = Adjoints.gradient(stack, List.of(Tensor.zeros(1, 31, 31, 1), ones), dz, 0);
        int[] inputs = IntStream.range(0, dx.size()).filter(i -> dx.get(i) != 0).toArray();
        IntSummaryStatistics rows = Arrays.stream(inputs).map(i -> i / 31).summaryStatistics();
        IntSummaryStatistics columns = Arrays.stream(inputs).map(i -> i % 31).summaryStatistics();
        return new Reached(inputs.length, rows.getMax() - rows.getMin() + 1, columns.getMax() - columns.getMin() + 1);
    }

    /** {@code z = W x} as {@code z^T = x^T W^T}: its adjoint with respect to x is {@code W^T v}. */
    @Test
    void theAdjointOfAMatrixProductIsTheTranspose() {
        Tensor transposed = Adjoints.random("W", Shape.of(4, 3));
        Tensor v = Adjoints.random("v", Shape.of(1, 3));
        Tensor dx = Adjoints.gradient(
                (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), List.of(Tensor.zeros(1, 4), transposed), v, 0);
        for (int i = 0; i < 4; i++) {
            double product = 0;
            for (int j = 0; j < 3; j++) {
                product += (double) transposed.get(i * 3 + j) * v.get(j);
            }
            assertEquals(product, dx.get(i), 1e-5);
        }
    }

    @Test
    void theInputAdjointIsTheTransposeWhichIsTheFlippedFilter() {
        Window window = Window.of(1, 3).padding(0, 0, 1, 1);
        ConvGeometry g = new ConvGeometry(1, 1, 5, 1, 1, 1, window);
        Tensor w = Tensor.of(Shape.of(1, 3, 1, 1), 1, 2, 3);
        Tensor flipped = Tensor.of(Shape.of(1, 3, 1, 1), 3, 2, 1);
        Tensor v = Tensor.of(Shape.of(1, 1, 5, 1), 2, 7, 1, 8, 2);
        Matrix banded = ConvolutionMatrix.banded(g, w);
        Tensor dx = Adjoints.gradient(
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, 1),
                List.of(Tensor.zeros(1, 1, 5, 1), w),
                v,
                0);

        print("What =%n%sWhat^T =%n%s", banded.symbols(), banded.adjoint().symbols());
        assertArrayEquals(banded.adjoint().multiply(v).toArray(), dx.toArray());
        assertArrayEquals(convolved(v, flipped, window, 1).toArray(), dx.toArray());
    }

    @Test
    void theWeightAdjointIsTheTransposeOfIm2col() {
        Window window = Window.of(1, 3).padding(0, 0, 1, 1);
        ConvGeometry g = new ConvGeometry(1, 1, 5, 1, 1, 1, window);
        Tensor x = Tensor.of(Shape.of(1, 1, 5, 1), 3, 1, 4, 1, 5);
        Tensor v = Tensor.of(Shape.of(1, 1, 5, 1), 2, 7, 1, 8, 2);
        Matrix im2col = ConvolutionMatrix.im2col(g, x);
        Tensor dw = Adjoints.gradient(
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, 1),
                List.of(x, Tensor.zeros(1, 3, 1, 1)),
                v,
                1);

        print(
                "im2col(x) =%n%sim2col(x)^T =%n%s",
                im2col.symbols(), im2col.adjoint().symbols());
        assertArrayEquals(im2col.adjoint().multiply(v).toArray(), dw.toArray());
    }

    private static Tensor convolved(Tensor x, Tensor w, Window window, int groups) {
        return Adjoints.forward(
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, groups), List.of(x, w));
    }

    /** One pixel to the right; what leaves comes in again on the left. */
    private static Tensor shifted(Tensor x) {
        int width = x.shape().extent(2);
        int channels = x.shape().extent(3);
        Tensor y = Tensor.zeros(x.shape().toArray());
        for (int i = 0; i < x.size(); i++) {
            int column = i / channels % width;
            y.array()[i + ((column + 1) % width - column) * channels] = x.get(i);
        }
        return y;
    }

    /** Every {@code step}-th element, from {@code first}: one channel. */
    private static Tensor every(Tensor x, int step, int first) {
        Tensor y =
                Tensor.zeros(1, x.shape().extent(1), x.size() / step / x.shape().extent(1), 1);
        for (int i = 0; i < y.size(); i++) {
            y.array()[i] = x.get(i * step + first);
        }
        return y;
    }

    /** A handwritten digit of the embedded sample, 0 to 1. */
    private static Tensor digit(int sample) {
        ImageBlock block = Samples.mnist("t10k");
        Tensor image = Tensor.zeros(1, 28, 28, 1);
        for (int i = 0; i < image.size(); i++) {
            image.array()[i] = (block.pixels()[sample * 784 + i] & 0xff) / 255f;
        }
        return image;
    }

    private static void print(String format, Object... values) {
        System.out.printf("lecture: " + format + "%n", values);
    }
}
