package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/** {@code y = ln(1 + e^x)}, which is x for large x and e^x for very negative; {@code dx = dy / (1 + e^-x)}. */
public final class Softplus {
    private Softplus() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = Elementwise.map(tape, ElementFunction.SOFTPLUS, x);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            Tensor sigmoid = tape.buffer(x.shape());
            Elementwise.map(tape, ElementFunction.SIGMOID, x.value(), sigmoid);
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.add(dx, i, dy.get(i), sigmoid.get(i));
            }
        });
        return y;
    }
}
