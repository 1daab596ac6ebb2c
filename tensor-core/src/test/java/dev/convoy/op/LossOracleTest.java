package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The losses next to PyTorch's in float64, value and gradient of the logits, over random sizes, options and scales. */
class LossOracleTest {
    private static final int CASES = 60;

    @Test
    void crossEntropyOfLabels() {
        cases("cross-entropy of labels", batch -> {
            CrossEntropy.Options options = options(batch);
            Torch torch = Torch.function(
                    "x, labels",
                    "return torch.reshape(torch.cross_entropy_loss(x, torch.to(labels, 4), "
                            + tensor(options.classWeights()) + ", 2, -100, " + options.labelSmoothing() + "), [1])");
            int[] labels = batch.labels();
            compare(torch, batch, (tape, x) -> summed(CrossEntropy.apply(tape, x, labels, options)), floats(labels));
        });
    }

    @Test
    void crossEntropyOfSoftTargets() {
        cases("cross-entropy of soft targets", batch -> {
            CrossEntropy.Options options = options(batch);
            Torch torch = Torch.function(
                    "x, targets",
                    "return torch.reshape(torch.cross_entropy_loss(x, targets, " + tensor(options.classWeights())
                            + ", 2, -100, " + options.labelSmoothing() + "), [1])");
            Tensor targets = batch.shares();
            compare(torch, batch, (tape, x) -> summed(CrossEntropy.soft(tape, x, targets, options)), targets);
        });
    }

    /** PyTorch's mean of weighted losses is the sum over that of the labels' weights, as the documentation says. */
    @Test
    void theWeightedMeanIsTheSumOverTheLabelsWeights() {
        cases("weighted mean", batch -> {
            List<Double> weights = batch.weights(batch.classes);
            int[] labels = batch.labels();
            double share = 0;
            for (int label : labels) {
                share += weights.get(label);
            }
            double mean = Torch.function(
                            "x, labels",
                            "return torch.reshape(torch.cross_entropy_loss(x, torch.to(labels, 4), " + tensor(weights)
                                    + ", 1, -100, 0.0), [1])")
                    .forward(batch.logits, floats(labels))
                    .value()[0];
            Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
            double sum = CrossEntropy.apply(
                            tape, tape.constant(batch.logits), labels, new CrossEntropy.Options(weights, 0))
                    .lossSum();
            assertEquals(mean, sum / share, 1e-6 * mean);
        });
    }

    @Test
    void focalLoss() {
        cases("focal loss", batch -> {
            double gamma = batch.below(9) / 2.0;
            List<Double> alpha = batch.weights(batch.classes);
            Torch torch = Torch.function("x, labels", """
                    classes = torch.unsqueeze(torch.to(labels, 4), 1)
                    log_p = torch.squeeze(torch.gather(torch.log_softmax(x, 1), 1, classes), 1)
                    others = torch.rsub(torch.exp(log_p), 1)
                    alpha = torch.take(%s, torch.to(labels, 4))
                    terms = torch.mul(torch.mul(alpha, torch.pow(others, %s)), log_p)
                    return torch.reshape(torch.neg(torch.sum(terms)), [1])
                    """.formatted(tensor(alpha), gamma));
            int[] labels = batch.labels();
            FocalLoss.Options options = new FocalLoss.Options(gamma, alpha);
            compare(torch, batch, (tape, x) -> summed(FocalLoss.apply(tape, x, labels, options)), floats(labels));
        });
    }

    @Test
    void binaryCrossEntropy() {
        cases("binary cross-entropy", batch -> {
            List<Double> weights = batch.below(2) == 0 ? batch.weights(1) : batch.weights(batch.classes);
            Torch torch = Torch.function(
                    "x, targets",
                    "return torch.reshape(torch.binary_cross_entropy_with_logits(x, targets, None, " + tensor(weights)
                            + ", 2), [1])");
            Tensor targets = batch.shares();
            compare(torch, batch, (tape, x) -> BinaryCrossEntropy.apply(tape, x, targets, weights), targets);
        });
    }

    @Test
    void errorsOfRegression() {
        cases("squared error", batch -> {
            Tensor target = batch.normal(2);
            compare(
                    Torch.function("x, t", "return torch.reshape(torch.mse_loss(x, t, 2), [1])"),
                    batch,
                    (tape, x) -> SquaredError.apply(tape, x, target),
                    target);
        });
        cases("absolute error", batch -> {
            Tensor target = batch.normal(2);
            compare(
                    Torch.function("x, t", "return torch.reshape(torch.l1_loss(x, t, 2), [1])"),
                    batch,
                    (tape, x) -> AbsoluteError.apply(tape, x, target),
                    target);
        });
        cases("huber loss", batch -> {
            Tensor target = batch.normal(2);
            double delta = (1 + batch.below(12)) / 4.0;
            compare(
                    Torch.function("x, t", "return torch.reshape(torch.huber_loss(x, t, 2, " + delta + "), [1])"),
                    batch,
                    (tape, x) -> HuberLoss.apply(tape, x, target, delta),
                    target);
        });
    }

    private static CrossEntropy.Options options(Batch batch) {
        List<Double> weights = batch.weights(batch.below(2) * batch.classes);
        return new CrossEntropy.Options(weights, batch.below(5) / 10.0);
    }

    private static SummedLoss summed(CrossEntropy.Result result) {
        return new SummedLoss(result.loss(), result.lossSum());
    }

    private static void compare(Torch torch, Batch batch, BiFunction<Tape, Variable, SummedLoss> loss, Tensor second) {
        Tensor logits = batch.logits;
        Tensor dy = Tensor.of(Shape.of(1), 0.5f + batch.below(4));
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        Tensor gradient = Tensor.zeros(logits.shape().toArray());
        SummedLoss ours = loss.apply(tape, tape.parameter(logits, gradient));
        tape.backward(ours.loss(), dy);
        Torch.Result theirs = torch.backward(dy, logits, second);
        assertEquals(theirs.value()[0], ours.lossSum(), 1e-6 * Math.abs(theirs.value()[0]), "the sum in double");
        theirs.assertClose("loss", ours.loss().value(), List.of(gradient), 1e-5);
    }

    private static void cases(String name, Consumer<Batch> test) {
        Draw.cases(name, CASES, draw -> test.accept(new Batch(draw)));
    }

    private static Tensor floats(int[] labels) {
        Tensor tensor = Tensor.zeros(labels.length);
        for (int n = 0; n < labels.length; n++) {
            tensor.array()[n] = labels[n];
        }
        return tensor;
    }

    /** TorchScript for a float64 vector, or for none. */
    private static String tensor(List<Double> values) {
        return values.isEmpty() ? "None" : "torch.tensor(" + values + ", dtype=7)";
    }

    /** Logits of a random size and spread, and what they are held against. */
    private static final class Batch {
        private final Draw draw;
        private final int samples;
        private final int classes;
        private final Tensor logits;

        Batch(Draw draw) {
            this.draw = draw;
            this.samples = 1 + draw.below(9);
            this.classes = 2 + draw.below(19);
            this.logits = normal(0.5f + draw.below(6));
        }

        int below(int bound) {
            return draw.below(bound);
        }

        List<Double> weights(int count) {
            List<Double> weights = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                weights.add((1 + draw.below(32)) / 10.0);
            }
            return weights;
        }

        int[] labels() {
            int[] labels = new int[samples];
            Arrays.setAll(labels, n -> draw.below(classes));
            return labels;
        }

        /** Rows of positive shares that add up to 1. */
        Tensor shares() {
            Tensor from = normal(2);
            Tensor shares = Tensor.zeros(samples, classes);
            for (int n = 0; n < samples; n++) {
                CrossEntropy.softmaxRow(from, n, classes, shares.array());
            }
            return shares;
        }

        Tensor normal(float spread) {
            Tensor values = draw.tensor(Shape.of(samples, classes));
            for (int i = 0; i < values.size(); i++) {
                values.array()[i] *= spread;
            }
            return values;
        }
    }
}
