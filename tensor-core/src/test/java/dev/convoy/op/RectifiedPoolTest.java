package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rectifier after a maximum pooling gives the bits of one before it, forwards and backwards. */
class RectifiedPoolTest {
    private static final float[] SPECIAL = {
        0f, -0f, Float.MIN_VALUE, -1f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN
    };

    @Test
    void theirOrderDoesNotMatter() {
        Draw.cases("maximum pooling and relu", 300, draw -> {
            int taps = 1 + draw.below(3);
            Window window = Window.square(taps).stride(1 + draw.below(3)).padding(draw.below(taps / 2 + 1));
            Shape shape =
                    Shape.of(1 + draw.below(3), 3 + draw.below(6), 3 + draw.below(6), draw.pick(1, 3, 8, 16, 17, 40));
            Tensor x = draw.tensor(shape);
            for (int i = 0; i < x.size(); i++) {
                // Ties, often of negative ones, and at times what is no number.
                x.set(i, draw.below(60) == 0 ? SPECIAL[draw.below(SPECIAL.length)] : Math.round(2 * x.get(i) - 2));
            }
            boolean computed = draw.chance();
            int[][] before = bits(x, computed, (tape, in) -> Pool2d.max(tape, Relu.apply(tape, in.get(0)), window));
            int[][] after = bits(x, computed, (tape, in) -> Relu.apply(tape, Pool2d.max(tape, in.get(0), window)));
            assertArrayEquals(before[0], after[0], shape + " " + window);
            assertArrayEquals(before[1], after[1], shape + " " + window + ": gradient");
        });
    }

    /** Of the output and of x, which is a parameter or computed from one. */
    private static int[][] bits(Tensor x, boolean computed, Operation operation) {
        Tape tape = Tape.recording(OperationPass.full(Float.NaN), Adjoints.kernels());
        Tensor gradient = Tensor.zeros(x.shape().toArray());
        Variable input = tape.parameter(x, gradient);
        Variable y = operation.apply(tape, List.of(computed ? Multiply.apply(tape, input, 1f) : input));
        Tensor dy = Adjoints.random("dy", y.shape());
        for (int i = 0; i < dy.size(); i += 7) {
            dy.set(i, SPECIAL[i % 5]);
        }
        tape.backward(y, dy);
        return new int[][] {OperationPass.bits(y.value()), OperationPass.bits(gradient)};
    }
}
