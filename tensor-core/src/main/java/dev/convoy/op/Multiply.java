package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** {@code y = a * b}, element by element, {@linkplain Broadcast broadcast}; {@code da = dy * b}, {@code db = dy * a}. */
public final class Multiply {
    private Multiply() {}

    /** @throws IllegalArgumentException if the shapes do not fit each other */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        Shape shape = Broadcast.common("multiply", a.shape(), b.shape());
        return ofOneShape(tape, Broadcast.apply(tape, a, shape), Broadcast.apply(tape, b, shape));
    }

    private static Variable ofOneShape(Tape tape, Variable a, Variable b) {
        Variable y = tape.output(a.shape(), a, b);
        Tensor left = a.value();
        Tensor right = b.value();
        Tensor to = y.value();
        for (int i = 0; i < to.size(); i++) {
            to.array()[to.offset() + i] = left.array()[left.offset() + i] * right.array()[right.offset() + i];
        }
        tape.record(y, () -> {
            if (a.needsGradient()) {
                addProduct(y.gradient(), right, a.gradient());
            }
            if (b.needsGradient()) {
                addProduct(y.gradient(), left, b.gradient());
            }
        });
        return y;
    }

    private static void addProduct(Tensor dy, Tensor factor, Tensor dx) {
        for (int i = 0; i < dy.size(); i++) {
            int at = dx.offset() + i;
            dx.array()[at] = Math.fma(dy.array()[dy.offset() + i], factor.array()[factor.offset() + i], dx.array()[at]);
        }
    }

    /** {@code y = x * number}; {@code dx = dy * number}. */
    public static Variable apply(Tape tape, Variable x, float number) {
        Variable y = tape.output(x.shape(), x);
        Tensor from = x.value();
        Tensor to = y.value();
        for (int i = 0; i < to.size(); i++) {
            to.array()[to.offset() + i] = from.array()[from.offset() + i] * number;
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                int at = dx.offset() + i;
                dx.array()[at] = Math.fma(dy.array()[dy.offset() + i], number, dx.array()[at]);
            }
        });
        return y;
    }
}
