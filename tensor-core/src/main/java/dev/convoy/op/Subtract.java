package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** {@code y = a - b}, {@linkplain Broadcast broadcast}; {@code da = dy}, {@code db = -dy}. */
public final class Subtract {
    private Subtract() {}

    /** @throws IllegalArgumentException if the shapes do not fit each other */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        Shape shape = Broadcast.common("subtract", a.shape(), b.shape());
        return ofOneShape(tape, Broadcast.apply(tape, a, shape), Broadcast.apply(tape, b, shape));
    }

    private static Variable ofOneShape(Tape tape, Variable a, Variable b) {
        Variable y = tape.output(a.shape(), a, b);
        Tensor left = a.value();
        Tensor right = b.value();
        Tensor to = y.value();
        for (int i = 0; i < to.size(); i++) {
            to.array()[to.offset() + i] = left.array()[left.offset() + i] - right.array()[right.offset() + i];
        }
        tape.record(y, () -> {
            if (a.needsGradient()) {
                Add.addTo(a, y.gradient());
            }
            if (b.needsGradient()) {
                Negate.subtractFrom(b.gradient(), y.gradient());
            }
        });
        return y;
    }
}
