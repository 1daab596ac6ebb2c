package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = x * (min(max(x + 3, 0), 6) / 6)}; {@code dx = dy * (x/3 + 1/2)} for x between -3 and 3, 0 at and below, dy at and above.
 * Source: Howard et al., "Searching for MobileNetV3", 2019.
 */
public final class Hardswish {
    private Hardswish() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        for (int i = 0; i < x.value().size(); i++) {
            float value = x.value().get(i);
            Elementwise.set(y.value(), i, value * (Math.min(Math.max(value + 3f, 0f), 6f) / 6f));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                float value = x.value().get(i);
                Elementwise.add(dx, i, dy.get(i), value <= -3f ? 0f : value >= 3f ? 1f : value / 3f + 0.5f);
            }
        });
        return y;
    }
}
