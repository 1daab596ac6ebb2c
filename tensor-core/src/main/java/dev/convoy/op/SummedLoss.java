package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * A loss that is a sum over all elements of predictions and targets, not a mean: who wants one divides. Each term is taken in double,
 * and the terms are added in ascending order.
 *
 * @param loss the sum as a scalar on the tape
 * @param lossSum the same in double
 */
public record SummedLoss(Variable loss, double lossSum) {
    /** A number for element {@code index}, from its prediction x and its target t. */
    @FunctionalInterface
    interface Term {
        double at(int index, double x, double t);
    }

    /** {@code loss = sum over i of term(i, x[i], t[i])}, {@code dx[i] = dloss * slope(i, x[i], t[i])}; targets are constants. */
    static SummedLoss of(Tape tape, String name, Variable prediction, Tensor target, Term term, Term slope) {
        if (!prediction.shape().equals(target.shape())) {
            throw new IllegalArgumentException(name + ": the shapes of predictions and targets differ, "
                    + prediction.shape() + " and " + target.shape());
        }
        Tensor x = prediction.value();
        double lossSum = 0;
        for (int i = 0; i < x.size(); i++) {
            lossSum += term.at(i, x.get(i), target.get(i));
        }
        Variable loss = tape.output(Shape.of(1), prediction);
        loss.value().array()[loss.value().offset()] = (float) lossSum;
        tape.record(loss, () -> {
            double dloss = loss.gradient().get(0);
            Tensor dx = prediction.gradient();
            for (int i = 0; i < x.size(); i++) {
                dx.array()[dx.offset() + i] += (float) (dloss * slope.at(i, x.get(i), target.get(i)));
            }
        });
        return new SummedLoss(loss, lossSum);
    }
}
