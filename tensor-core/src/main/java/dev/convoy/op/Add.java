package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** {@code y = a + b}, {@linkplain Broadcast broadcast}; {@code da = dy}, {@code db = dy}. */
public final class Add {
    private Add() {}

    /** @throws IllegalArgumentException if the shapes do not fit each other */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        Shape shape = Broadcast.common("add", a.shape(), b.shape());
        return ofOneShape(tape, Broadcast.apply(tape, a, shape), Broadcast.apply(tape, b, shape));
    }

    private static Variable ofOneShape(Tape tape, Variable a, Variable b) {
        Variable y = tape.output(a.shape(), a, b);
        Tensor left = a.value();
        Tensor right = b.value();
        Tensor sum = y.value();
        add(sum.size(), left.array(), left.offset(), right.array(), right.offset(), sum.array(), sum.offset());
        tape.record(y, () -> {
            if (a.needsGradient()) {
                addTo(a, y.gradient());
            }
            if (b.needsGradient()) {
                addTo(b, y.gradient());
            }
        });
        return y;
    }

    static void add(int size, float[] a, int aAt, float[] b, int bAt, float[] sum, int sumAt) {
        for (int i = 0; i < size; i++) {
            sum[sumAt + i] = a[aAt + i] + b[bAt + i];
        }
    }

    /** {@code y = x + number}; {@code dx = dy}. */
    public static Variable apply(Tape tape, Variable x, float number) {
        Variable y = tape.output(x.shape(), x);
        Tensor from = x.value();
        Tensor to = y.value();
        for (int i = 0; i < to.size(); i++) {
            to.array()[to.offset() + i] = from.array()[from.offset() + i] + number;
        }
        tape.record(y, () -> addTo(x, y.gradient()));
        return y;
    }

    /** {@code dx += dy}. */
    static void addTo(Variable x, Tensor dy) {
        x.addToGradient(
                1, (dx, at, size) -> Pad.addRun(size, dy.array(), dy.offset() + at, dx.array(), dx.offset() + at));
    }
}
