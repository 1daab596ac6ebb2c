package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/** {@code y = ln x}; {@code dx = dy / x}. Within one unit in the last place; -infinity at 0, NaN for negative x. */
public final class Log {
    private Log() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = Elementwise.map(tape, ElementFunction.LOG, x);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.add(dx, i, dy.get(i), 1f / x.value().get(i));
            }
        });
        return y;
    }
}
