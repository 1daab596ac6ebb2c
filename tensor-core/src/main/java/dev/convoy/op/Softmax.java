package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/**
 * {@code y[j] = e^(x[j] - m) / sum over k of e^(x[k] - m)} along one axis, m the maximum there;
 * {@code dx[j] = y[j] * (dy[j] - sum over k of dy[k] * y[k])}. Sums are in eight stripes along the axis, as {@code Kernels} says.
 */
public final class Softmax {
    private Softmax() {}

    /**
     * @param x of any shape
     * @param axis along which y sums to 1; a negative one counts from the last
     * @throws IllegalArgumentException if x has no such axis
     */
    public static Variable apply(Tape tape, Variable x, int axis) {
        SoftmaxAxis lines = SoftmaxAxis.of("softmax", x.shape(), axis);
        Variable y = tape.output(x.shape(), x);
        Tensor softmax = y.value();
        Tensor sums = lines.lines(tape);
        lines.subtractMaximum(tape, x.value(), softmax);
        Elementwise.map(tape, ElementFunction.EXP, softmax, softmax);
        lines.sum(tape, softmax, sums);
        for (int o = 0; o < lines.outer(); o++) {
            for (int j = 0; j < lines.length(); j++) {
                for (int i = 0; i < lines.inner(); i++) {
                    int at = lines.at(o, j) + i;
                    Elementwise.set(softmax, at, softmax.get(at) / sums.get(o * lines.inner() + i));
                }
            }
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            Tensor products = tape.buffer(x.shape());
            for (int i = 0; i < dy.size(); i++) {
                Elementwise.set(products, i, dy.get(i) * softmax.get(i));
            }
            lines.sum(tape, products, sums);
            for (int o = 0; o < lines.outer(); o++) {
                for (int j = 0; j < lines.length(); j++) {
                    for (int i = 0; i < lines.inner(); i++) {
                        int at = lines.at(o, j) + i;
                        Elementwise.add(dx, at, dy.get(at) - sums.get(o * lines.inner() + i), softmax.get(at));
                    }
                }
            }
        });
        return y;
    }
}
