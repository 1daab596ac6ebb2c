package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = sqrt(x)}, correctly rounded; {@code dx = dy / (2 y)}, infinite at 0. NaN for negative x. */
public final class Sqrt {
    private Sqrt() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        for (int i = 0; i < x.value().size(); i++) {
            Elementwise.set(y.value(), i, (float) Math.sqrt(x.value().get(i)));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.add(dx, i, dy.get(i), 0.5f / y.value().get(i));
            }
        });
        return y;
    }
}
