package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = -x}; {@code dx = -dy}. */
public final class Negate {
    private Negate() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        Tensor from = x.value();
        Tensor to = y.value();
        for (int i = 0; i < to.size(); i++) {
            to.array()[to.offset() + i] = -from.array()[from.offset() + i];
        }
        tape.record(y, () -> subtractFrom(x.gradient(), y.gradient()));
        return y;
    }

    /** {@code dx -= dy}. */
    static void subtractFrom(Tensor dx, Tensor dy) {
        for (int i = 0; i < dy.size(); i++) {
            dx.array()[dx.offset() + i] -= dy.array()[dy.offset() + i];
        }
    }
}
