package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Padding in every mode: what it reads, and that its pullback is its transpose. */
class PadTest {

    private static Operation pad(int top, int bottom, int left, int right, PaddingMode mode) {
        return (tape, in) -> Pad.apply(tape, in.get(0), top, bottom, left, right, mode);
    }

    @ParameterizedTest
    @CsvSource({
        "zero,      0 0 0 0 0 | 1 2 4 | 0 0 0 0 0 0",
        "reflect,   2 1 2 4 2 | 1 2 4 | 2 1 2 4 2 1",
        "replicate, 1 1 1 1 1 | 1 2 4 | 4 4 4 4 4 4",
        "circular,  2 4 1 2 4 | 1 2 4 | 1 2 4 1 2 4",
    })
    void eachModeReadsWhatItSays(String mode, String expected) {
        float[] row = numbers(expected);
        Tensor across = Tensor.of(Shape.of(1, 1, 3, 1), 1, 2, 4);
        assertArrayEquals(
                row,
                Adjoints.forward(pad(0, 0, 5, 6, mode(mode)), List.of(across)).toArray());
        Tensor down = Tensor.of(Shape.of(1, 3, 1, 1), 1, 2, 4);
        assertArrayEquals(
                row,
                Adjoints.forward(pad(5, 6, 0, 0, mode(mode)), List.of(down)).toArray());
    }

    @Test
    void theMeanIsTheChannelsOverItsImage() {
        Tensor x = Tensor.of(Shape.of(2, 1, 2, 2), 1, 10, 3, 30, 5, 50, 9, 90);
        assertArrayEquals(
                new float[] {
                    2, 20, 2, 20, 2, 20, //
                    2, 20, 1, 10, 3, 30, //
                    7, 70, 7, 70, 7, 70, //
                    7, 70, 5, 50, 9, 90
                },
                Adjoints.forward(pad(1, 0, 1, 0, PaddingMode.MEAN), List.of(x)).toArray());
    }

    @Test
    void theMeansAdjointSpreadsTheGradientOfThePadding() {
        Tensor x = Tensor.zeros(1, 1, 2, 1);
        Tensor dy = Tensor.of(Shape.of(1, 1, 5, 1), 1, 2, 100, 200, 3);
        Tensor dx = Adjoints.gradient(pad(0, 0, 2, 1, PaddingMode.MEAN), List.of(x), dy, 0);
        assertArrayEquals(new float[] {103, 203}, dx.toArray());
    }

    @ParameterizedTest
    @EnumSource(PaddingMode.class)
    void thePullbackIsTheTransposeForAnyPadding(PaddingMode mode) {
        for (int seed = 0; seed < 40; seed++) {
            Draw draws = Draw.of("pad", seed);
            Shape x = Shape.of(
                    1 + draws.below(3),
                    draws.pick(1, 2, 3, 5, 8),
                    draws.pick(1, 2, 3, 5, 8),
                    draws.pick(1, 3, 7, 8, 9, 16, 17, 31, 64));
            int top = draws.below(8);
            int bottom = draws.below(8);
            int left = draws.below(8);
            int right = draws.below(8);
            String what = mode + " " + top + " " + bottom + " " + left + " " + right + " of " + x + ", seed " + seed;
            Adjoints.assertLinear(what, pad(top, bottom, left, right, mode), x);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void constantsGoAroundAnyRank(int rank) {
        int[] extents = new int[rank];
        int[] before = new int[rank];
        int[] after = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            extents[axis] = axis + 1;
            before[axis] = (axis + 1) % 3;
            after[axis] = (axis + 2) % 3;
        }
        Adjoints.assertLinear(
                "rank " + rank, (tape, in) -> Pad.constant(tape, in.get(0), 3.5f, before, after), Shape.of(extents));
    }

    @Test
    void aConstantSurroundsTheImage() {
        Tensor x = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
        Tensor y = Adjoints.forward(
                (tape, in) -> Pad.constant(tape, in.get(0), -1, new int[] {1, 0}, new int[] {0, 2}), List.of(x));
        assertEquals(Shape.of(3, 4), y.shape());
        assertArrayEquals(new float[] {-1, -1, -1, -1, 1, 2, -1, -1, 3, 4, -1, -1}, y.toArray());
    }

    @Test
    void noPaddingIsNothing() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable x = tape.constant(Tensor.zeros(1, 2, 2, 1));
        assertSame(x, Pad.apply(tape, x, 0, 0, 0, 0, PaddingMode.MEAN));
    }

    @Test
    void errorsShowWhatCame() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable x = tape.constant(Tensor.zeros(1, 2, 2, 1));
        assertEquals(
                "pad: expected an input [N, H, W, C] that is not empty and no negative side; got [1, 2, 2, 1], top 0, "
                        + "bottom -1, left 2, right 3",
                refusal(() -> Pad.apply(tape, x, 0, -1, 2, 3, PaddingMode.ZERO)));
        assertEquals(
                "pad: expected one number per axis of [1, 2, 2, 1], none negative, less than 2^31 in all; got before "
                        + "[1], after [2, 0]",
                refusal(() -> Pad.constant(tape, x, 0, new int[] {1}, new int[] {2, 0})));
        refusal(() -> Pad.apply(tape, x, Integer.MAX_VALUE, 1, 0, 0, PaddingMode.REFLECT));
        refusal(() -> Pad.apply(tape, x, 1 << 20, 0, 1 << 20, 0, PaddingMode.REFLECT));
        refusal(() -> Pad.apply(tape, tape.constant(Tensor.zeros(2, 2)), 0, 0, 0, 0, PaddingMode.ZERO));
        refusal(() -> Pad.apply(tape, tape.constant(Tensor.zeros(1, 0, 2, 1)), 1, 0, 0, 0, PaddingMode.MEAN));
    }

    private static String refusal(Runnable call) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    private static PaddingMode mode(String name) {
        return PaddingMode.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static float[] numbers(String text) {
        String[] words = text.replace("|", " ").trim().split("\\s+", -1);
        float[] numbers = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            numbers[i] = Float.parseFloat(words[i]);
        }
        return numbers;
    }
}
