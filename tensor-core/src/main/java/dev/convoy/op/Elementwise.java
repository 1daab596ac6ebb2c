package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/** What the operations on each element by itself have in common. */
final class Elementwise {
    private Elementwise() {}

    /** {@code y = f(x)} as a variable whose pullback is still to be recorded. */
    static Variable map(Tape tape, ElementFunction function, Variable x) {
        Variable y = tape.output(x.shape(), x);
        map(tape, function, x.value(), y.value());
        return y;
    }

    /** {@code y = f(x)}; y may be x. */
    static void map(Tape tape, ElementFunction function, Tensor x, Tensor y) {
        tape.kernels().map(function, x.size(), x.array(), x.offset(), y.array(), y.offset());
    }

    /** {@code x[i] = value}. */
    static void set(Tensor x, int i, float value) {
        x.array()[x.offset() + i] = value;
    }

    /** {@code dx[i] += dy * slope}, rounded once. */
    static void add(Tensor dx, int i, float dy, float slope) {
        int at = dx.offset() + i;
        dx.array()[at] = Math.fma(dy, slope, dx.array()[at]);
    }
}
