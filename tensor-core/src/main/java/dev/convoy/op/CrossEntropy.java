package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Log-softmax cross-entropy of logits {@code [N, classes]}, summed over the samples, not averaged: the driver divides by their count.
 * {@code loss = sum over n, j of q[n,j] * (log(sum over i of exp(x[n,i])) - x[n,j])} and {@code dx[n,j] = dloss * (softmax(x)[n,j] *
 * sum over i of q[n,i] - q[n,j])}, where {@code q[n,j] = weight[j] * ((1 - smoothing) * target[n,j] + smoothing / classes)} and the
 * target of a label is 1 at the label, 0 elsewhere. Label smoothing: Szegedy et al., "Rethinking the inception architecture", 2015.
 *
 * <p>With class weights, PyTorch's mean divides by the sum of the labels' weights instead of the count. The two agree when the
 * weights are scaled so that they average to 1 over the samples; its {@code reduction="sum"} is this loss.
 *
 * <p>Computed in double with {@link StrictMath}, whose bits are specified, with the row's maximum taken out of the exponent; summed
 * over classes, then over samples, in ascending order. q is rounded to float.
 */
public final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * @param loss the summed loss as a scalar on the tape
     * @param lossSum the same in double
     * @param correct how many samples have their largest logit at the label
     */
    public record Result(Variable loss, double lossSum, int correct) {}

    /**
     * @param classWeights one per class, or none for 1 each
     * @param labelSmoothing the share of the target spread evenly over all classes
     */
    public record Options(List<Double> classWeights, double labelSmoothing) implements ClassificationLoss {
        /** No weights, no smoothing. */
        public static final Options PLAIN = new Options(List.of(), 0);

        /** @throws IllegalArgumentException unless the weights are 0 or more and {@code 0 <= labelSmoothing <= 1} */
        public Options {
            requireWeights("cross-entropy", classWeights);
            if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
                throw new IllegalArgumentException(
                        "cross-entropy: expected 0 <= label smoothing <= 1 but got " + labelSmoothing);
            }
            classWeights = List.copyOf(classWeights);
        }

        @Override
        public Result apply(Tape tape, Variable logits, int[] labels) {
            return CrossEntropy.apply(tape, logits, labels, this);
        }
    }

    /** The plain loss. */
    public static Result apply(Tape tape, Variable logits, int[] labels) {
        return apply(tape, logits, labels, Options.PLAIN);
    }

    /**
     * @throws IllegalArgumentException unless the logits are {@code [N, classes]} with one label in range per sample, and as many
     *     weights, if any
     */
    public static Result apply(Tape tape, Variable logits, int[] labels, Options options) {
        requireLabels("cross-entropy", logits, labels);
        int classes = logits.shape().extent(1);
        Tensor targets = tape.buffer(logits.shape());
        Arrays.fill(targets.array(), 0, targets.size(), 0f);
        for (int n = 0; n < labels.length; n++) {
            targets.array()[n * classes + labels[n]] = 1f;
        }
        return apply(tape, logits, targets, labels, options);
    }

    /**
     * Against a distribution over the classes for each sample, such as that of mixed images. A sample is correct where logits and
     * target are largest at the same class.
     *
     * @param targets {@code [N, classes]}, 0 or more each
     * @throws IllegalArgumentException unless logits and targets are of one shape {@code [N, classes]}, with as many weights, if any
     */
    public static Result soft(Tape tape, Variable logits, Tensor targets, Options options) {
        Shape shape = logits.shape();
        if (shape.rank() != 2 || !targets.shape().equals(shape)) {
            throw new IllegalArgumentException("cross-entropy: expected logits and targets [N, classes] but got "
                    + shape + " and " + targets.shape());
        }
        for (int i = 0; i < targets.size(); i++) {
            if (!(targets.get(i) >= 0)) {
                throw new IllegalArgumentException(
                        "cross-entropy: expected targets of 0 or more but got " + targets.get(i));
            }
        }
        int[] labels = new int[shape.extent(0)];
        Arrays.setAll(labels, n -> argmax(targets, n, shape.extent(1)));
        return apply(tape, logits, targets, labels, options);
    }

    private static Result apply(Tape tape, Variable logits, Tensor targets, int[] labels, Options options) {
        int samples = labels.length;
        int classes = logits.shape().extent(1);
        requireWeightPerClass("cross-entropy", options.classWeights(), classes);
        Tensor softmax = tape.buffer(logits.shape());
        Tensor q = tape.buffer(logits.shape());
        Tensor total = tape.buffer(Shape.of(samples));
        double lossSum = 0;
        int correct = 0;
        for (int n = 0; n < samples; n++) {
            int row = n * classes;
            double logSum = softmaxRow(logits.value(), n, classes, softmax.array());
            double largest = largest(logits.value(), n, classes);
            double loss = 0;
            double sum = 0;
            for (int j = 0; j < classes; j++) {
                double smoothed =
                        (1 - options.labelSmoothing()) * targets.get(row + j) + options.labelSmoothing() / classes;
                float share = (float) (weight(options.classWeights(), j) * smoothed);
                q.array()[row + j] = share;
                sum += share;
                if (share != 0) { // 0 * infinity is no part of the sum
                    loss += share * (logSum - (logits.value().get(row + j) - largest));
                }
            }
            total.array()[n] = (float) sum;
            lossSum += loss;
            correct += argmax(logits.value(), n, classes) == labels[n] ? 1 : 0;
        }
        Variable loss = tape.output(Shape.of(1), logits);
        loss.value().array()[loss.value().offset()] = (float) lossSum;
        tape.record(loss, () -> {
            float dloss = loss.gradient().get(0);
            Tensor dx = logits.gradient();
            for (int n = 0; n < samples; n++) {
                for (int j = 0; j < classes; j++) {
                    int at = n * classes + j;
                    dx.array()[dx.offset() + at] += dloss * (softmax.array()[at] * total.array()[n] - q.array()[at]);
                }
            }
        });
        return new Result(loss, lossSum, correct);
    }

    /** The class with the largest logit of row n, the first of equals; what is not a number comes last. */
    public static int argmax(Tensor logits, int n, int classes) {
        int best = 0;
        for (int j = 1; j < classes; j++) {
            float most = logits.get(n * classes + best);
            float logit = logits.get(n * classes + j);
            if (logit > most || (Float.isNaN(most) && !Float.isNaN(logit))) {
                best = j;
            }
        }
        return best;
    }

    /** Fills row n of {@code softmax} and returns {@code log(sum over j of exp(x[n,j] - largest))}. */
    public static double softmaxRow(Tensor logits, int n, int classes, float[] softmax) {
        int row = n * classes;
        double largest = largest(logits, n, classes);
        double sum = 0;
        for (int j = 0; j < classes; j++) {
            sum += StrictMath.exp(logits.get(row + j) - largest);
        }
        for (int j = 0; j < classes; j++) {
            softmax[row + j] = (float) (StrictMath.exp(logits.get(row + j) - largest) / sum);
        }
        return StrictMath.log(sum);
    }

    static double largest(Tensor logits, int n, int classes) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < classes; j++) {
            largest = Math.max(largest, logits.get(n * classes + j));
        }
        return largest;
    }

    static double weight(List<Double> classWeights, int label) {
        return classWeights.isEmpty() ? 1 : classWeights.get(label);
    }

    static void requireLabels(String name, Variable logits, int[] labels) {
        Shape shape = logits.shape();
        if (shape.rank() != 2 || shape.extent(0) != labels.length) {
            throw new IllegalArgumentException(name + ": expected logits [N, classes] with one label each but got "
                    + shape + " and " + labels.length + " labels");
        }
        int classes = shape.extent(1);
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException(
                        name + ": label " + label + " is not one of the " + classes + " classes 0.." + (classes - 1));
            }
        }
    }

    static void requireWeights(String name, List<Double> classWeights) {
        if (!classWeights.stream().allMatch(weight -> weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": expected class weights of 0 or more but got " + classWeights);
        }
    }

    static void requireWeightPerClass(String name, List<Double> classWeights, int classes) {
        if (!classWeights.isEmpty() && classWeights.size() != classes) {
            throw new IllegalArgumentException(name + ": expected one weight for each of the " + classes
                    + " classes but got " + classWeights.size());
        }
    }
}
