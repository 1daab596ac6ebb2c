package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = x * s} with {@code s = 1 / (1 + e^-x)}; {@code dx = dy * s * (1 + x * (1 - s))}. Also called swish. Source: Elfwing, Uchibe,
 * Doya, "Sigmoid-weighted linear units for neural network function approximation", 2017.
 */
public final class Silu {
    private Silu() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        Tensor sigmoid = tape.buffer(x.shape());
        Elementwise.map(tape, ElementFunction.SIGMOID, x.value(), sigmoid);
        for (int i = 0; i < sigmoid.size(); i++) {
            Elementwise.set(y.value(), i, x.value().get(i) * sigmoid.get(i));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                float s = sigmoid.get(i);
                Elementwise.add(dx, i, dy.get(i), s * Math.fma(x.value().get(i), 1f - s, 1f));
            }
        });
        return y;
    }
}
