package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/**
 * {@code y[j] = (x[j] - m) - ln(sum over k of e^(x[k] - m))} along one axis, m the maximum there;
 * {@code dx[j] = dy[j] - e^y[j] * sum over k of dy[k]}. Sums are in eight stripes along the axis, as {@code Kernels} says.
 */
public final class LogSoftmax {
    private LogSoftmax() {}

    /**
     * @param x of any shape
     * @param axis along which e^y sums to 1; a negative one counts from the last
     * @throws IllegalArgumentException if x has no such axis
     */
    public static Variable apply(Tape tape, Variable x, int axis) {
        SoftmaxAxis lines = SoftmaxAxis.of("log-softmax", x.shape(), axis);
        Variable y = tape.output(x.shape(), x);
        Tensor powers = tape.buffer(x.shape());
        Tensor sums = lines.lines(tape);
        lines.subtractMaximum(tape, x.value(), y.value());
        Elementwise.map(tape, ElementFunction.EXP, y.value(), powers);
        lines.sum(tape, powers, sums);
        Elementwise.map(tape, ElementFunction.LOG, sums, sums);
        for (int o = 0; o < lines.outer(); o++) {
            for (int j = 0; j < lines.length(); j++) {
                for (int i = 0; i < lines.inner(); i++) {
                    int at = lines.at(o, j) + i;
                    Elementwise.set(y.value(), at, y.value().get(at) - sums.get(o * lines.inner() + i));
                }
            }
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            Elementwise.map(tape, ElementFunction.EXP, y.value(), powers);
            lines.sum(tape, dy, sums);
            for (int o = 0; o < lines.outer(); o++) {
                for (int j = 0; j < lines.length(); j++) {
                    for (int i = 0; i < lines.inner(); i++) {
                        int at = lines.at(o, j) + i;
                        float through = Math.fma(-powers.get(at), sums.get(o * lines.inner() + i), dy.get(at));
                        Elementwise.add(dx, at, 1f, through);
                    }
                }
            }
        });
        return y;
    }
}
