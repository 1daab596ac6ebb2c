package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;

/**
 * Focal loss of logits {@code [N, classes]}: cross-entropy in which samples already predicted well count little. With
 * {@code p = softmax(x)[n,label]}, {@code loss = sum over n of -alpha[label] * (1 - p)^gamma * log(p)}, summed over the samples, not
 * averaged; {@code dx[n,j] = dloss * alpha[label] * (gamma (1 - p)^(gamma - 1) p log(p) - (1 - p)^gamma) * ([j = label] -
 * softmax(x)[n,j])}. With gamma 0 it is {@link CrossEntropy}. Source: Lin et al., "Focal loss for dense object detection", 2017, whose
 * p is that of a sigmoid; here that of a softmax over all classes.
 *
 * <p>Computed in double with {@link StrictMath}; {@code 1 - p} is the sum of the other classes' probabilities, exact where p is near
 * 1. Samples are summed in ascending order.
 */
public final class FocalLoss {
    private FocalLoss() {}

    /**
     * @param gamma how much well-predicted samples are held back; the paper's is 2
     * @param alpha a weight per class, or none for 1 each
     */
    public record Options(double gamma, List<Double> alpha) implements ClassificationLoss {
        /** @throws IllegalArgumentException unless gamma and the weights are 0 or more */
        public Options {
            CrossEntropy.requireWeights("focal loss", alpha);
            if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("focal loss: expected gamma of 0 or more but got " + gamma);
            }
            alpha = List.copyOf(alpha);
        }

        @Override
        public CrossEntropy.Result apply(Tape tape, Variable logits, int[] labels) {
            return FocalLoss.apply(tape, logits, labels, this);
        }
    }

    /**
     * @throws IllegalArgumentException unless the logits are {@code [N, classes]} with one label in range per sample, and as many
     *     weights, if any
     */
    public static CrossEntropy.Result apply(Tape tape, Variable logits, int[] labels, Options options) {
        CrossEntropy.requireLabels("focal loss", logits, labels);
        int classes = logits.shape().extent(1);
        CrossEntropy.requireWeightPerClass("focal loss", options.alpha(), classes);
        Tensor x = logits.value();
        Tensor towards = tape.buffer(x.shape()); // softmax - one-hot, without the cancellation where p is near 1
        Tensor slope = tape.buffer(Shape.of(labels.length));
        double lossSum = 0;
        int correct = 0;
        for (int n = 0; n < labels.length; n++) {
            double largest = CrossEntropy.largest(x, n, classes);
            double logSum = CrossEntropy.softmaxRow(x, n, classes, towards.array());
            double logP = x.get(n * classes + labels[n]) - largest - logSum;
            double others = 0;
            for (int j = 0; j < classes; j++) {
                others += j == labels[n] ? 0 : StrictMath.exp(x.get(n * classes + j) - largest - logSum);
            }
            towards.array()[n * classes + labels[n]] = (float) -others;
            double alpha = CrossEntropy.weight(options.alpha(), labels[n]);
            double focus = StrictMath.pow(others, options.gamma());
            lossSum -= alpha * focus * logP;
            slope.array()[n] = (float) (alpha * (focus - focusSlope(options.gamma(), others, logP)));
            correct += CrossEntropy.argmax(x, n, classes) == labels[n] ? 1 : 0;
        }
        Variable loss = tape.output(Shape.of(1), logits);
        loss.value().array()[loss.value().offset()] = (float) lossSum;
        tape.record(loss, () -> {
            float dloss = loss.gradient().get(0);
            Tensor dx = logits.gradient();
            for (int n = 0; n < labels.length; n++) {
                for (int j = 0; j < classes; j++) {
                    int at = n * classes + j;
                    dx.array()[dx.offset() + at] += dloss * (slope.array()[n] * towards.array()[at]);
                }
            }
        });
        return new CrossEntropy.Result(loss, lossSum, correct);
    }

    /** {@code gamma (1 - p)^(gamma - 1) p log(p)}, whose limit at p = 1 is 0 for every gamma above 0. */
    private static double focusSlope(double gamma, double others, double logP) {
        return gamma == 0 || others == 0 ? 0 : gamma * StrictMath.pow(others, gamma - 1) * StrictMath.exp(logP) * logP;
    }
}
