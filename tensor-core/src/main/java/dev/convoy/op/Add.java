package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = a + b}, of one shape; {@code da = dy}, {@code db = dy}. */
public final class Add {
    private Add() {}

    /** @throws IllegalArgumentException if the shapes differ */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException("add: the shapes differ, " + a.shape() + " and " + b.shape());
        }
        Variable y = tape.output(a.shape(), a, b);
        Tensor left = a.value();
        Tensor right = b.value();
        Tensor sum = y.value();
        for (int i = 0; i < sum.size(); i++) {
            sum.array()[sum.offset() + i] = left.array()[left.offset() + i] + right.array()[right.offset() + i];
        }
        tape.record(y, () -> {
            addGradient(y, a);
            addGradient(y, b);
        });
        return y;
    }

    private static void addGradient(Variable y, Variable x) {
        if (x.needsGradient()) {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                dx.array()[dx.offset() + i] += dy.array()[dy.offset() + i];
            }
        }
    }
}
