package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/** {@code y = tanh(x)}; {@code dx = dy * (1 - y^2)}. */
public final class Tanh {
    private Tanh() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = Elementwise.map(tape, ElementFunction.TANH, x);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                float value = y.value().get(i);
                Elementwise.add(dx, i, dy.get(i), Math.fma(-value, value, 1f));
            }
        });
        return y;
    }
}
