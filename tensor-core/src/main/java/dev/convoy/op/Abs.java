package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = |x|}; {@code dx = dy * sign(x)}, 0 at 0. */
public final class Abs {
    private Abs() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        for (int i = 0; i < x.value().size(); i++) {
            Elementwise.set(y.value(), i, Math.abs(x.value().get(i)));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.add(dx, i, dy.get(i), Math.signum(x.value().get(i)));
            }
        });
        return y;
    }
}
