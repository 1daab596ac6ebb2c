package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * Log-softmax cross-entropy of logits {@code [N, classes]}, summed over the samples, not averaged: {@code loss = sum over n of
 * (log(sum over j of exp(x[n,j])) - x[n,label])}, {@code dx[n,j] = dloss * (softmax(x)[n,j] - [j = label])}.
 *
 * <p>Computed in double with {@link StrictMath}, whose bits are specified, with the row's maximum taken out of the exponent.
 */
public final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * @param loss the summed loss as a scalar on the tape
     * @param lossSum the same in double
     * @param correct how many samples have their largest logit at the label
     */
    public record Result(Variable loss, double lossSum, int correct) {}

    /** @throws IllegalArgumentException unless the logits are {@code [N, classes]} with one label in range per sample */
    public static Result apply(Tape tape, Variable logits, int[] labels) {
        Shape shape = logits.shape();
        if (shape.rank() != 2 || shape.extent(0) != labels.length) {
            throw new IllegalArgumentException(
                    "cross-entropy: expected logits [N, classes] with one label each but got " + shape + " and "
                            + labels.length + " labels");
        }
        int classes = shape.extent(1);
        Tensor softmax = tape.buffer(shape);
        double lossSum = 0;
        int correct = 0;
        for (int n = 0; n < labels.length; n++) {
            if (labels[n] < 0 || labels[n] >= classes) {
                throw new IllegalArgumentException("cross-entropy: label " + labels[n] + " is not one of the " + classes
                        + " classes 0.." + (classes - 1));
            }
            lossSum += softmaxRow(logits.value(), n, classes, labels[n], softmax.array());
            correct += argmax(logits.value(), n, classes) == labels[n] ? 1 : 0;
        }
        Variable loss = tape.output(Shape.of(1), logits);
        loss.value().array()[loss.value().offset()] = (float) lossSum;
        tape.record(loss, () -> {
            float dloss = loss.gradient().get(0);
            Tensor dx = logits.gradient();
            for (int n = 0; n < labels.length; n++) {
                for (int j = 0; j < classes; j++) {
                    int at = n * classes + j;
                    dx.array()[dx.offset() + at] += dloss * (softmax.array()[at] - (j == labels[n] ? 1f : 0f));
                }
            }
        });
        return new Result(loss, lossSum, correct);
    }

    /** The class with the largest logit of row n, the first of equals. */
    public static int argmax(Tensor logits, int n, int classes) {
        int best = 0;
        for (int j = 1; j < classes; j++) {
            if (logits.get(n * classes + j) > logits.get(n * classes + best)) {
                best = j;
            }
        }
        return best;
    }

    /** Fills row n of {@code softmax} and returns {@code -log(softmax[n, label])}. */
    public static double softmaxRow(Tensor logits, int n, int classes, int label, float[] softmax) {
        int row = n * classes;
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < classes; j++) {
            largest = Math.max(largest, logits.get(row + j));
        }
        double sum = 0;
        for (int j = 0; j < classes; j++) {
            sum += StrictMath.exp(logits.get(row + j) - largest);
        }
        for (int j = 0; j < classes; j++) {
            softmax[row + j] = (float) (StrictMath.exp(logits.get(row + j) - largest) / sum);
        }
        return StrictMath.log(sum) - (logits.get(row + label) - largest);
    }
}
