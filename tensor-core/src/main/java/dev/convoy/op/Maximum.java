package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = max(a, b)}, element by element, {@linkplain Broadcast broadcast}, a NaN winning; {@code da = dy where a = y},
 * {@code db = dy elsewhere where b = y}: of equals the first takes the gradient, as in {@link Max}. (PyTorch's {@code maximum} shares it.)
 */
public final class Maximum {
    private Maximum() {}

    /** @throws IllegalArgumentException if the shapes do not fit each other */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        return signed("maximum", 1f, tape, a, b);
    }

    /** {@code y = sign * max(sign * a, sign * b)} for a sign of 1 or -1, by which multiplication is exact. */
    static Variable signed(String operation, float sign, Tape tape, Variable a, Variable b) {
        Shape shape = Broadcast.common(operation, a.shape(), b.shape());
        return ofOneShape(sign, tape, Broadcast.apply(tape, a, shape), Broadcast.apply(tape, b, shape));
    }

    private static Variable ofOneShape(float sign, Tape tape, Variable a, Variable b) {
        Variable y = tape.output(a.shape(), a, b);
        Tensor left = a.value();
        Tensor right = b.value();
        Tensor to = y.value();
        for (int i = 0; i < to.size(); i++) {
            to.array()[to.offset() + i] =
                    sign * Math.max(sign * left.array()[left.offset() + i], sign * right.array()[right.offset() + i]);
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            if (a.needsGradient()) {
                Tensor da = a.gradient();
                for (int i = 0; i < dy.size(); i++) {
                    if (left.get(i) == to.get(i)) {
                        da.array()[da.offset() + i] += dy.get(i);
                    }
                }
            }
            if (b.needsGradient()) {
                Tensor db = b.gradient();
                for (int i = 0; i < dy.size(); i++) {
                    if (left.get(i) != to.get(i) && right.get(i) == to.get(i)) {
                        db.array()[db.offset() + i] += dy.get(i);
                    }
                }
            }
        });
        return y;
    }
}
