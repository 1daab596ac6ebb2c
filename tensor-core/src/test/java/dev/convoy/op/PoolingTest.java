package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Poolings of every kind: small examples by hand, adjoint identities and derivatives over random combinations. */
class PoolingTest {
    private static final Tensor ROW = Tensor.of(Shape.of(1, 6, 1), 1, 2, 4, 8, 16, 32);

    private static Operation average(Window window, boolean ceilMode, boolean countPadding) {
        return (tape, in) -> Pool1d.average(tape, in.get(0), window, ceilMode, countPadding);
    }

    @Test
    void averagesCountPaddingOrDoNot() {
        Window window = Window.line(3).stride(2).horizontalPadding(1, 1);
        assertArrayEquals(
                new float[] {3 * (1f / 3), 14 * (1f / 3), 56 * (1f / 3)},
                Adjoints.forward(average(window, false, true), List.of(ROW)).toArray());
        assertArrayEquals(
                new float[] {1.5f, 14 * (1f / 3), 56 * (1f / 3)},
                Adjoints.forward(average(window, false, false), List.of(ROW)).toArray());
    }

    @Test
    void aWindowThatReachesPastThePaddingCountsWhatIsInside() {
        Window window = Window.line(4).stride(3).horizontalPadding(1, 1);
        // Windows begin at -1, 2 and, rounded up, 5; the last lies inside for pixel 5 and one of padding.
        assertArrayEquals(
                new float[] {7 * 0.25f, 60 * 0.25f, 16},
                Adjoints.forward(average(window, true, true), List.of(ROW)).toArray());
        assertArrayEquals(
                new float[] {7 * (1f / 3), 15, 32},
                Adjoints.forward(average(window, true, false), List.of(ROW)).toArray());
    }

    @Test
    void theMaximumIsOverPixelsNotPadding() {
        Tensor x = Tensor.of(Shape.of(1, 4, 1), -3, -5, -4, -2);
        Window window = Window.line(2).stride(2).dilation(3).horizontalPadding(1, 1);
        Operation max = (tape, in) -> Pool1d.max(tape, in.get(0), window, false);
        // Taps -1 and 2, 1 and 4.
        assertArrayEquals(
                new float[] {-4, -5}, Adjoints.forward(max, List.of(x)).toArray());
        assertArrayEquals(
                new float[] {0, 20, 10, 0},
                Adjoints.gradient(max, List.of(x), Tensor.of(Shape.of(1, 2, 1), 10, 20), 0)
                        .toArray());
    }

    @Test
    void globalPoolsLeaveOnePixel() {
        Tensor x = Tensor.of(Shape.of(1, 2, 2, 2), 1, -8, 3, -2, 5, -4, 7, -6);
        Tensor max = Adjoints.forward((tape, in) -> Pool2d.globalMax(tape, in.get(0)), List.of(x));
        assertEquals(Shape.of(1, 1, 1, 2), max.shape());
        assertArrayEquals(new float[] {7, -2}, max.toArray());
        Tensor mean = Adjoints.forward((tape, in) -> Pool2d.globalAverage(tape, in.get(0)), List.of(x));
        assertEquals(Shape.of(1, 1, 1, 2), mean.shape());
        assertArrayEquals(new float[] {4, -5}, mean.toArray());
    }

    @Test
    void adaptiveWindowsOverlapOrRepeat() {
        Tensor x = Tensor.of(Shape.of(1, 1, 5, 1), 1, 2, 4, 8, 16);
        // 0..1, 1..3, 3..4
        assertArrayEquals(
                new float[] {1.5f, 14 * (1f / 3), 12}, adaptive(x, 1, 3).toArray());
        assertArrayEquals(new float[] {1, 2, 4, 8, 16}, adaptive(x, 1, 5).toArray());
        Tensor two = Tensor.of(Shape.of(1, 1, 2, 1), 1, 2);
        assertArrayEquals(
                new float[] {1, 1, 1.5f, 2, 2, 1, 1, 1.5f, 2, 2},
                adaptive(two, 2, 5).toArray());
    }

    @Test
    void adaptiveIsTheAverageWhereTheOutputDividesTheInput() {
        Tensor x = Adjoints.random("x", Shape.of(2, 12, 9, 17));
        Window window = Window.of(4, 3).stride(4, 3);
        Tensor average = Adjoints.forward((tape, in) -> Pool2d.average(tape, in.get(0), window), List.of(x));
        assertEquals(average.shape(), adaptive(x, 3, 3).shape());
        assertArrayEquals(average.toArray(), adaptive(x, 3, 3).toArray());
        Tensor mean = Adjoints.forward((tape, in) -> Pool2d.globalAverage(tape, in.get(0)), List.of(x));
        assertArrayEquals(mean.toArray(), adaptive(x, 1, 1).toArray());
    }

    private static Tensor adaptive(Tensor x, int height, int width) {
        return Adjoints.forward((tape, in) -> AdaptiveAveragePool.apply(tape, in.get(0), height, width), List.of(x));
    }

    @Test
    void averagesArePulledBackByTheirTransposes() {
        for (int seed = 0; seed < 200; seed++) {
            PoolingCase test = PoolingCase.draw(seed);
            if (test.kind() != PoolingCase.Kind.MAX && test.kind() != PoolingCase.Kind.GLOBAL_MAX) {
                Adjoints.assertLinear("seed " + seed + ", " + test, test.operation(), test.shape());
            }
        }
    }

    /** Where no two values are closer than the step moves them, the maximum is linear. */
    @Test
    void maximaHaveTheirDerivatives() {
        for (int seed = 0; seed < 100; seed++) {
            PoolingCase test = PoolingCase.draw(seed);
            if (test.kind() == PoolingCase.Kind.MAX || test.kind() == PoolingCase.Kind.GLOBAL_MAX) {
                int size = test.shape().size();
                float[] distinct = new float[size];
                int step = 10_007 % size == 0 ? 1 : 10_007;
                for (int i = 0; i < size; i++) {
                    distinct[i] = (int) ((long) i * step % size) * 0.05f;
                }
                Adjoints.assertDerivative(
                        "seed " + seed + ", " + test, 1e-3, 1e-2, test.operation(), Tensor.of(test.shape(), distinct));
            }
        }
    }

    @Test
    void errorsShowWhatCame() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable line = tape.constant(Tensor.zeros(1, 6, 1));
        Variable image = tape.constant(Tensor.zeros(1, 6, 6, 1));
        Variable empty = tape.constant(Tensor.zeros(1, 0, 6, 1));
        assertEquals(
                "pool2d: expected an input [N, H, W, C] but got [1, 6, 1]",
                refusal(() -> Pool2d.globalAverage(tape, line)));
        assertEquals(
                "pool1d: expected an input [N, L, C] but got [1, 6, 6, 1]",
                refusal(() -> Pool1d.max(tape, image, Window.line(2), false)));
        assertEquals(
                "pool1d: expected a window of one row, padded at the left and right only; got 2x2 for input [1, 6, 1] (NLC)",
                refusal(() -> Pool1d.average(tape, line, Window.square(2), false, true)));
        assertEquals(
                "pool2d: input [1, 0, 6, 1] (NHWC), window 1x6: every extent must be at least 1",
                refusal(() -> Pool2d.globalMax(tape, empty)));
        assertEquals(
                "adaptive average pool: expected an input [N, H, W, C] that is not empty and an output of at least 1x1; "
                        + "got [1, 6, 6, 1] and 0x2",
                refusal(() -> AdaptiveAveragePool.apply(tape, image, 0, 2)));
    }

    private static String refusal(Runnable call) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
