package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = 1 / x}; {@code dx = -dy * y^2}. Infinite at 0. */
public final class Reciprocal {
    private Reciprocal() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        for (int i = 0; i < x.value().size(); i++) {
            Elementwise.set(y.value(), i, 1f / x.value().get(i));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                float value = y.value().get(i);
                Elementwise.add(dx, i, dy.get(i), -value * value);
            }
        });
        return y;
    }
}
