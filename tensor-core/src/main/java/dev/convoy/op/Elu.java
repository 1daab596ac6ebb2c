package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = x} where x > 0, else {@code alpha * (e^x - 1)}; {@code dx} is dy there, else {@code dy * (y + alpha)}. Source: Clevert,
 * Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2015.
 */
public final class Elu {
    private Elu() {}

    /** @throws IllegalArgumentException if alpha is not finite */
    public static Variable apply(Tape tape, Variable x, float alpha) {
        if (!Float.isFinite(alpha)) {
            throw new IllegalArgumentException("elu: expected a finite alpha but got " + alpha);
        }
        Variable y = Elementwise.map(tape, ElementFunction.EXPM1, x);
        for (int i = 0; i < x.value().size(); i++) {
            float value = x.value().get(i);
            Elementwise.set(y.value(), i, value > 0f ? value : alpha * y.value().get(i));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.add(
                        dx, i, dy.get(i), x.value().get(i) > 0f ? 1f : y.value().get(i) + alpha);
            }
        });
        return y;
    }
}
