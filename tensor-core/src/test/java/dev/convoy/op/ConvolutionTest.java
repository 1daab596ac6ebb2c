package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolutions of every kind: adjoint identities over random combinations of their options, and how one kind is another. */
class ConvolutionTest {
    private static final int CASES = 200;

    @Test
    void pullbacksAreTransposesInAnyCombination() {
        for (int seed = 0; seed < CASES; seed++) {
            ConvolutionCase test = ConvolutionCase.draw(seed);
            Adjoints.assertLinear("seed " + seed + ", " + test, test.operation(), test.shapes());
        }
    }

    /** {@code conv(shift(x)) = shift(conv(x))}, exactly where the image has no border. */
    @Test
    void aCircularConvolutionCommutesWithShifts() {
        int height = 5;
        int width = 7;
        Window window = Window.of(3, 5).dilation(2, 3).same().mode(PaddingMode.CIRCULAR);
        Operation convolution = (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, 1);
        Tensor x = Adjoints.random("x", Shape.of(1, height, width, 3));
        Tensor w = Adjoints.random("w", Shape.of(3, 5, 3, 4));
        Tensor z = Adjoints.forward(convolution, List.of(x, w));
        Tensor shifted = Adjoints.forward(convolution, List.of(shift(x, 2, 3), w));
        assertArrayEquals(shift(z, 2, 3).toArray(), shifted.toArray());
    }

    private static Tensor shift(Tensor x, int down, int right) {
        int height = x.shape().extent(1);
        int width = x.shape().extent(2);
        int channels = x.shape().extent(3);
        float[] shifted = new float[x.size()];
        for (int i = 0; i < x.size(); i++) {
            int h = (i / channels / width + down) % height;
            int v = (i / channels % width + right) % width;
            shifted[(h * width + v) * channels + i % channels] = x.get(i);
        }
        return Tensor.of(x.shape(), shifted);
    }

    @ParameterizedTest
    @EnumSource(PaddingMode.class)
    void aModeIsPaddingThenTheValidConvolution(PaddingMode mode) {
        Window window =
                Window.of(3, 2).stride(2, 1).dilation(1, 2).padding(4, 0, 1, 7).mode(mode);
        Tensor x = Adjoints.random("x", Shape.of(2, 3, 4, 6));
        Tensor w = Adjoints.random("w", Shape.of(3, 2, 3, 4));
        Tensor together = Adjoints.forward(
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, 2), List.of(x, w));
        Tensor apart = Adjoints.forward(
                (tape, in) -> {
                    Variable padded = Pad.apply(tape, in.get(0), 4, 0, 1, 7, mode);
                    return Conv2d.apply(tape, padded, in.get(1), null, window.valid(), 2);
                },
                List.of(x, w));
        assertEquals(together.shape(), apart.shape());
        assertArrayEquals(together.toArray(), apart.toArray());
    }

    @Test
    void oneDimensionIsAnImageOfOneRow() {
        Window window =
                Window.line(3).stride(2).dilation(2).horizontalPadding(1, 3).mode(PaddingMode.REFLECT);
        Tensor x = Adjoints.random("x", Shape.of(2, 9, 4));
        Tensor w = Adjoints.random("w", Shape.of(3, 2, 6));
        Tensor b = Adjoints.random("b", Shape.of(6));
        Tensor line = Adjoints.forward(
                (tape, in) -> Conv1d.apply(tape, in.get(0), in.get(1), in.get(2), window, 2), List.of(x, w, b));
        Tensor image = Adjoints.forward(
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), in.get(2), window, 2),
                List.of(x.reshape(Shape.of(2, 1, 9, 4)), w.reshape(Shape.of(1, 3, 2, 6)), b));
        assertEquals(Shape.of(2, 5, 6), line.shape());
        assertArrayEquals(image.toArray(), line.toArray());
    }

    /** The lecture's example: five inputs, three taps. */
    @Test
    void theWorkedExampleOfTheLecture() {
        Tensor x = Tensor.of(Shape.of(1, 5, 1), 1, 10, 100, 1000, 10000);
        Tensor w = Tensor.of(Shape.of(3, 1, 1), 1, 2, 3);
        Operation conv = (tape, in) -> Conv1d.apply(tape, in.get(0), in.get(1), null, Window.line(3), 1);
        assertArrayEquals(
                new float[] {321, 3210, 32100},
                Adjoints.forward(conv, List.of(x, w)).toArray());
        Tensor dz = Tensor.of(Shape.of(1, 3, 1), 1, 10, 100);
        assertArrayEquals(
                new float[] {1, 12, 123, 230, 300},
                Adjoints.gradient(conv, List.of(x, w), dz, 0).toArray());
        assertArrayEquals(
                new float[] {10101, 101010, 1010100},
                Adjoints.gradient(conv, List.of(x, w), dz, 1).toArray());
    }

    @Test
    void aTransposedConvolutionIsTheInputAdjointOfItsConvolutionBitForBit() {
        for (int seed = 0; seed < 50; seed++) {
            Draw draws = Draw.of("transposed", seed);
            int groups = draws.pick(1, 2, 3);
            Window window = Window.of(1 + draws.below(4), 1 + draws.below(4))
                    .stride(1 + draws.below(3), 1 + draws.below(3))
                    .dilation(1 + draws.below(2), 1 + draws.below(2))
                    .padding(draws.below(3), draws.below(3), draws.below(3), draws.below(3));
            Tensor image = draws.tensor(Shape.of(2, 7 + draws.below(3), 7 + draws.below(3), groups * 4));
            Tensor w = draws.tensor(Shape.of(window.height(), window.width(), 4, groups * 5));
            Operation conv = (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, groups);
            Tensor x = draws.tensor(Adjoints.forward(conv, List.of(image, w)).shape());
            int height = image.shape().extent(1);
            int width = image.shape().extent(2);
            int spanHeight = window.dilationHeight() * (window.height() - 1) + 1;
            int spanWidth = window.dilationWidth() * (window.width() - 1) + 1;
            int moreRows = (height + window.padTop() + window.padBottom() - spanHeight) % window.strideHeight();
            int moreColumns = (width + window.padLeft() + window.padRight() - spanWidth) % window.strideWidth();
            Tensor z = Adjoints.forward(
                    (tape, in) -> ConvTranspose2d.apply(
                            tape, in.get(0), in.get(1), null, window, groups, moreRows, moreColumns),
                    List.of(x, w));
            assertEquals(image.shape(), z.shape());
            assertArrayEquals(Adjoints.gradient(conv, List.of(image, w), x, 0).toArray(), z.toArray(), "seed " + seed);
        }
    }

    @Test
    void separableIsTheConvolutionWithTheProductOfItsFilters() {
        int channels = 3;
        int each = 2;
        int filters = 5;
        Window window = Window.of(3, 2).stride(1, 2).same(6, 5);
        Tensor x = Adjoints.random("x", Shape.of(2, 6, 5, channels));
        Tensor depth = Adjoints.random("depth", Shape.of(3, 2, 1, channels * each));
        Tensor point = Adjoints.random("point", Shape.of(1, 1, channels * each, filters));
        Tensor bias = Adjoints.random("bias", Shape.of(filters));
        float[] product = new float[6 * channels * filters];
        for (int tap = 0; tap < 6; tap++) {
            for (int i = 0; i < channels * each; i++) {
                for (int k = 0; k < filters; k++) {
                    product[(tap * channels + i / each) * filters + k] +=
                            depth.get(tap * channels * each + i) * point.get(i * filters + k);
                }
            }
        }
        Tensor separable = Adjoints.forward(
                (tape, in) -> Conv2d.separable(tape, in.get(0), in.get(1), in.get(2), in.get(3), window),
                List.of(x, depth, point, bias));
        Tensor full = Adjoints.forward(
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), in.get(2), window, 1),
                List.of(x, Tensor.of(Shape.of(3, 2, channels, filters), product), bias));
        assertEquals(Shape.of(2, 6, 3, filters), separable.shape());
        assertArrayEquals(full.toArray(), separable.toArray(), 1e-5f);
    }

    @Test
    void pointwiseIsAMatrixProductPerPixel() {
        Tensor x = Adjoints.random("x", Shape.of(2, 3, 4, 17));
        Tensor w = Adjoints.random("w", Shape.of(1, 1, 17, 9));
        Tensor conv = Adjoints.forward((tape, in) -> Conv2d.pointwise(tape, in.get(0), in.get(1), null), List.of(x, w));
        Tensor product = Adjoints.forward(
                (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)),
                List.of(x.reshape(Shape.of(24, 17)), w.reshape(Shape.of(17, 9))));
        assertArrayEquals(product.toArray(), conv.toArray());
    }

    @Test
    void errorsShowBothShapes() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable image = tape.constant(Tensor.zeros(2, 8, 8, 6));
        Variable line = tape.constant(Tensor.zeros(2, 8, 6));
        Variable filter = tape.constant(Tensor.zeros(3, 6, 4));
        Variable transposed = tape.constant(Tensor.zeros(3, 3, 2, 6));
        Variable bias = tape.constant(Tensor.zeros(3));
        Window three = Window.square(3);
        assertRefused(
                "conv1d: expected an input and a weight of rank 3; input [2, 8, 8, 6] (NLC), weight [3, 6, 4] (SCK)",
                () -> Conv1d.apply(tape, image, filter, null, Window.line(3), 1));
        assertRefused(
                "conv1d: expected a window of one row, padded at the left and right only; got 1x3, padding 1 for input "
                        + "[2, 8, 6] (NLC)",
                () -> Conv1d.apply(tape, line, filter, null, Window.line(3).padding(1), 1));
        assertRefused(
                "conv2d: weight and groups expect 12 input channels but the input has 6",
                () -> Conv1d.apply(tape, line, filter, null, Window.line(3), 2));
        assertRefused(
                "conv transpose: expected an input and a weight of rank 4; input [2, 8, 6] (NHWC), weight [3, 6, 4] "
                        + "(R, S, K/groups, C), groups 1",
                () -> ConvTranspose2d.apply(tape, line, filter, null, three, 1, 0, 0));
        assertRefused(
                "conv transpose: weight expects 4 input channels but the input has 6",
                () -> ConvTranspose1d.apply(tape, line, filter, null, Window.line(3), 1, 0));
        assertRefused(
                "conv transpose: the weight's taps differ from the window 5x5",
                () -> ConvTranspose2d.apply(tape, image, transposed, null, Window.square(5), 1, 0, 0));
        assertRefused(
                "conv transpose: expected a bias [4] but got [3]; input [2, 8, 8, 6] (NHWC), weight [3, 3, 2, 6]",
                () -> ConvTranspose2d.apply(tape, image, transposed, bias, three, 2, 0, 0));
        assertRefused(
                "output padding must be at least 0 and less than the stride",
                () -> ConvTranspose2d.apply(tape, image, transposed, null, three, 2, 1, 0));
        assertRefused(
                "every extent must be at least 1",
                () -> ConvTranspose2d.apply(tape, image, transposed, null, three, -1, 0, 0));
        assertRefused(
                "conv2d: expected an input and a weight of rank 4",
                () -> Conv2d.depthwise(tape, bias, transposed, null, three));
    }

    private static void assertRefused(String message, Runnable call) {
        Exception e = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    /** Every option occurs in the random cases, also together. */
    @Test
    void theRandomCasesReachEveryOption() {
        List<ConvolutionCase> cases = new ArrayList<>();
        for (int seed = 0; seed < CASES; seed++) {
            cases.add(ConvolutionCase.draw(seed));
        }
        for (PaddingMode mode : PaddingMode.values()) {
            assertTrue(
                    cases.stream()
                            .anyMatch(c -> c.window().mode() == mode
                                    && c.groups() > 1
                                    && c.window().strideWidth() > 1),
                    mode.toString());
        }
        assertTrue(cases.stream().anyMatch(c -> c.transposed() && c.lines() && c.outputPadWidth() > 0));
    }
}
