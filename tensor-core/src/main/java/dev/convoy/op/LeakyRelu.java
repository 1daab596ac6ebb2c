package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = x} where x > 0, else {@code slope * x}; {@code dx} is dy times 1 or the slope. Source: Maas, Hannun, Ng, "Rectifier
 * nonlinearities improve neural network acoustic models", 2013.
 */
public final class LeakyRelu {
    private LeakyRelu() {}

    /** @throws IllegalArgumentException if the slope is not finite */
    public static Variable apply(Tape tape, Variable x, float slope) {
        if (!Float.isFinite(slope)) {
            throw new IllegalArgumentException("leaky relu: expected a finite slope but got " + slope);
        }
        Variable y = tape.output(x.shape(), x);
        for (int i = 0; i < x.value().size(); i++) {
            float value = x.value().get(i);
            Elementwise.set(y.value(), i, value > 0f ? value : slope * value);
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.add(dx, i, dy.get(i), x.value().get(i) > 0f ? 1f : slope);
            }
        });
        return y;
    }
}
