package example;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = x / (1 + |x|)}; {@code dx = dy / (1 + |x|)^2}. */
final class Softsign {
    private Softsign() {}

    static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x); // arbitrary contents: write every element
        Tensor from = x.value();
        Tensor to = y.value();
        for (int i = 0; i < to.size(); i++) {
            to.set(i, from.get(i) / (1 + Math.abs(from.get(i))));
        }
        tape.record(
                y,
                () -> { // runs only if x needs a gradient
                    Tensor dy = y.gradient();
                    Tensor dx = x.gradient();
                    for (int i = 0; i < dy.size(); i++) {
                        float slope = 1 / (1 + Math.abs(from.get(i)));
                        dx.set(i, dx.get(i) + dy.get(i) * slope * slope); // add: others may have used x too
                    }
                });
        return y;
    }
}
