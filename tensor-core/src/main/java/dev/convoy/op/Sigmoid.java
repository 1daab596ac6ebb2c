package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/** {@code y = 1 / (1 + e^-x)}; {@code dx = dy * y * (1 - y)}. */
public final class Sigmoid {
    private Sigmoid() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = Elementwise.map(tape, ElementFunction.SIGMOID, x);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                float value = y.value().get(i);
                Elementwise.add(dx, i, dy.get(i), value * (1f - value));
            }
        });
        return y;
    }
}
