package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = x^2}; {@code dx = dy * 2x}. */
public final class Square {
    private Square() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        for (int i = 0; i < x.value().size(); i++) {
            float value = x.value().get(i);
            Elementwise.set(y.value(), i, value * value);
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.add(dx, i, dy.get(i), 2f * x.value().get(i));
            }
        });
        return y;
    }
}
