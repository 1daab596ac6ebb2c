package dev.convoy.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.op.AbsoluteError;
import dev.convoy.op.Adjoints;
import dev.convoy.op.BinaryCrossEntropy;
import dev.convoy.op.CrossEntropy;
import dev.convoy.op.FocalLoss;
import dev.convoy.op.HuberLoss;
import dev.convoy.op.SquaredError;
import dev.convoy.op.SummedLoss;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The losses next to PyTorch's in float64, value and gradient of the logits, over random sizes, options and scales. */
class LossOracleTest {
    private static final int CASES = 60;

    @Test
    void crossEntropyOfLabels() {
        cases("cross-entropy of labels", draw -> {
            double smoothing = draw.smoothing();
            List<Double> weights = draw.weights(draw.classes());
            CrossEntropy.Options options = new CrossEntropy.Options(draw.maybe("weighted", weights), smoothing);
            Torch torch = Torch.function(
                    "x, labels",
                    "return torch.reshape(torch.cross_entropy_loss(x, torch.to(labels, 4), "
                            + tensor(options.classWeights()) + ", 2, -100, " + smoothing + "), [1])");
            int[] labels = draw.labels();
            return compare(
                    torch, draw, (tape, x) -> summed(CrossEntropy.apply(tape, x, labels, options)), floats(labels));
        });
    }

    @Test
    void crossEntropyOfSoftTargets() {
        cases("cross-entropy of soft targets", draw -> {
            double smoothing = draw.smoothing();
            List<Double> weights = draw.weights(draw.classes());
            CrossEntropy.Options options = new CrossEntropy.Options(draw.maybe("weighted", weights), smoothing);
            Torch torch = Torch.function(
                    "x, targets",
                    "return torch.reshape(torch.cross_entropy_loss(x, targets, " + tensor(options.classWeights())
                            + ", 2, -100, " + smoothing + "), [1])");
            Tensor targets = draw.shares();
            return compare(torch, draw, (tape, x) -> summed(CrossEntropy.soft(tape, x, targets, options)), targets);
        });
    }

    /** PyTorch's mean of weighted losses is the sum over that of the labels' weights, as the documentation says. */
    @Test
    void theWeightedMeanIsTheSumOverTheLabelsWeights() {
        cases("weighted mean", draw -> {
            List<Double> weights = draw.weights(draw.classes());
            int[] labels = draw.labels();
            double share = 0;
            for (int label : labels) {
                share += weights.get(label);
            }
            double mean = Torch.function(
                            "x, labels",
                            "return torch.reshape(torch.cross_entropy_loss(x, torch.to(labels, 4), " + tensor(weights)
                                    + ", 1, -100, 0.0), [1])")
                    .forward(draw.logits(), floats(labels))
                    .value()[0];
            Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
            double sum = CrossEntropy.apply(
                            tape, tape.constant(draw.logits()), labels, new CrossEntropy.Options(weights, 0))
                    .lossSum();
            assertEquals(mean, sum / share, 1e-6 * mean);
            return Math.abs(sum / share / mean - 1);
        });
    }

    @Test
    void focalLoss() {
        cases("focal loss", draw -> {
            double gamma = draw.between("gamma", 0, 8) / 2.0;
            List<Double> alpha = draw.weights(draw.classes());
            Torch torch = Torch.function("x, labels", """
                    classes = torch.unsqueeze(torch.to(labels, 4), 1)
                    log_p = torch.squeeze(torch.gather(torch.log_softmax(x, 1), 1, classes), 1)
                    others = torch.rsub(torch.exp(log_p), 1)
                    alpha = torch.take(%s, torch.to(labels, 4))
                    terms = torch.mul(torch.mul(alpha, torch.pow(others, %s)), log_p)
                    return torch.reshape(torch.neg(torch.sum(terms)), [1])
                    """.formatted(tensor(alpha), gamma));
            int[] labels = draw.labels();
            FocalLoss.Options options = new FocalLoss.Options(gamma, alpha);
            return compare(torch, draw, (tape, x) -> summed(FocalLoss.apply(tape, x, labels, options)), floats(labels));
        });
    }

    @Test
    void binaryCrossEntropy() {
        cases("binary cross-entropy", draw -> {
            List<Double> weights =
                    draw.between("per class", 0, 1) == 0 ? draw.weights(1) : draw.weights(draw.classes());
            Torch torch = Torch.function(
                    "x, targets",
                    "return torch.reshape(torch.binary_cross_entropy_with_logits(x, targets, None, " + tensor(weights)
                            + ", 2), [1])");
            Tensor targets = draw.shares();
            return compare(torch, draw, (tape, x) -> BinaryCrossEntropy.apply(tape, x, targets, weights), targets);
        });
    }

    @Test
    void errorsOfRegression() {
        cases("squared error", draw -> {
            Tensor target = draw.targets();
            return compare(
                    Torch.function("x, t", "return torch.reshape(torch.mse_loss(x, t, 2), [1])"),
                    draw,
                    (tape, x) -> SquaredError.apply(tape, x, target),
                    target);
        });
        cases("absolute error", draw -> {
            Tensor target = draw.targets();
            return compare(
                    Torch.function("x, t", "return torch.reshape(torch.l1_loss(x, t, 2), [1])"),
                    draw,
                    (tape, x) -> AbsoluteError.apply(tape, x, target),
                    target);
        });
        cases("huber loss", draw -> {
            Tensor target = draw.targets();
            double delta = draw.between("delta", 1, 12) / 4.0;
            return compare(
                    Torch.function("x, t", "return torch.reshape(torch.huber_loss(x, t, 2, " + delta + "), [1])"),
                    draw,
                    (tape, x) -> HuberLoss.apply(tape, x, target, delta),
                    target);
        });
    }

    private static SummedLoss summed(CrossEntropy.Result result) {
        return new SummedLoss(result.loss(), result.lossSum());
    }

    private static double compare(Torch torch, Draw draw, BiFunction<Tape, Variable, SummedLoss> loss, Tensor second) {
        Tensor logits = draw.logits();
        Tensor dy = Tensor.of(Shape.of(1), 0.5f + draw.between("dy", 0, 3));
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        Tensor gradient = Tensor.zeros(logits.shape().toArray());
        SummedLoss ours = loss.apply(tape, tape.parameter(logits, gradient));
        tape.backward(ours.loss(), dy);
        Torch.Result theirs = torch.backward(dy, logits, second);
        assertEquals(theirs.value()[0], ours.lossSum(), 1e-6 * Math.abs(theirs.value()[0]), "the sum in double");
        return theirs.assertClose("loss", ours.loss().value(), List.of(gradient), 1e-5);
    }

    private interface Case {
        double run(Draw draw);
    }

    private static void cases(String name, Case test) {
        double worst = 0;
        for (int seed = 0; seed < CASES; seed++) {
            try {
                worst = Math.max(worst, test.run(new Draw(RandomKey.of(seed, name))));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(name + ", seed " + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.printf("%s: %d cases, worst relative error %.2g%n", name, CASES, worst);
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

    /** The numbers of one case: functions of the seed and their names. */
    private record Draw(RandomKey key) {
        int between(String name, int least, int most) {
            return least + (int) (key.with(name).uniform(0) * (most - least + 1));
        }

        int samples() {
            return between("samples", 1, 9);
        }

        int classes() {
            return between("classes", 2, 20);
        }

        double smoothing() {
            return between("smoothing", 0, 4) / 10.0;
        }

        <T> List<T> maybe(String name, List<T> values) {
            return between(name, 0, 1) == 0 ? List.of() : values;
        }

        List<Double> weights(int count) {
            List<Double> weights = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                weights.add(0.1 + 3.0 * key.with("weights").uniform(i));
            }
            return weights;
        }

        int[] labels() {
            int[] labels = new int[samples()];
            for (int n = 0; n < labels.length; n++) {
                labels[n] = (int) (key.with("labels").uniform(n) * classes());
            }
            return labels;
        }

        Tensor logits() {
            return normal("logits", 0.5 + between("spread", 0, 5));
        }

        Tensor targets() {
            return normal("targets", 2);
        }

        /** Rows of positive shares that add up to 1. */
        Tensor shares() {
            Tensor logits = normal("shares", 2);
            Tensor shares = Tensor.zeros(samples(), classes());
            for (int n = 0; n < samples(); n++) {
                CrossEntropy.softmaxRow(logits, n, classes(), shares.array());
            }
            return shares;
        }

        private Tensor normal(String name, double spread) {
            Tensor values = Tensor.zeros(samples(), classes());
            for (int i = 0; i < values.size(); i++) {
                values.array()[i] = (float) (key.with(name).gaussian(i) * spread);
            }
            return values;
        }
    }
}
