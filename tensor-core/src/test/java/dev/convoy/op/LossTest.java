package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.op.CrossEntropy.Options;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The losses against their definitions, in closed form and by central differences. */
class LossTest {
    private static final int[] LABELS = {2, 0, 3, 1, 1};
    private static final List<Double> WEIGHTS = List.of(0.5, 2.0, 0.0, 1.25);

    private final Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());

    private static void assertGradient(String name, Operation loss) {
        Adjoints.assertDerivative(name, 1e-2, 1e-3, loss, Adjoints.random(name, Shape.of(5, 4)));
    }

    @Test
    void crossEntropyWithWeightsSmoothingAndSoftTargets() {
        for (double smoothing : new double[] {0, 0.1, 1}) {
            for (List<Double> weights : List.of(List.<Double>of(), WEIGHTS)) {
                Options options = new Options(weights, smoothing);
                assertGradient("labels " + options, (tape, in) -> CrossEntropy.apply(tape, in.get(0), LABELS, options)
                        .loss());
                assertGradient(
                        "soft " + options, (tape, in) -> CrossEntropy.soft(tape, in.get(0), distributions(), options)
                                .loss());
            }
        }
    }

    /** Every sum has one summand that is not 0, every factor is 1: the options cost the plain loss no bit. */
    @Test
    void plainCrossEntropyIsSoftmaxLessOneHotToTheBit() {
        Tensor x = Adjoints.random("logits", Shape.of(50, 10));
        int[] labels = new int[50];
        float[] softmax = new float[500];
        float[] expected = new float[500];
        double lossSum = 0;
        for (int n = 0; n < 50; n++) {
            labels[n] = n * 7 % 10;
            double logSum = CrossEntropy.softmaxRow(x, n, 10, softmax);
            lossSum += logSum - (x.get(n * 10 + labels[n]) - CrossEntropy.largest(x, n, 10));
            for (int j = 0; j < 10; j++) {
                expected[n * 10 + j] = 0.5f * (softmax[n * 10 + j] - (j == labels[n] ? 1f : 0f));
            }
        }
        assertEquals(lossSum, CrossEntropy.apply(tape, tape.constant(x), labels).lossSum());
        for (Options options : List.of(
                Options.PLAIN,
                new Options(DoubleStream.generate(() -> 1).limit(10).boxed().toList(), 0))) {
            assertArrayEquals(
                    expected,
                    Adjoints.gradient(
                                    (tape, in) -> CrossEntropy.apply(tape, in.get(0), labels, options)
                                            .loss(),
                                    List.of(x),
                                    Tensor.of(Shape.of(1), 0.5f),
                                    0)
                            .toArray());
        }
    }

    @Test
    void aSoftTargetThatIsCertainIsALabel() {
        Tensor x = Adjoints.random("x", Shape.of(5, 4));
        Tensor certain = Tensor.zeros(5, 4);
        for (int n = 0; n < 5; n++) {
            certain.array()[n * 4 + LABELS[n]] = 1;
        }
        Options options = new Options(WEIGHTS, 0.2);
        CrossEntropy.Result soft = CrossEntropy.soft(tape, tape.constant(x), certain, options);
        CrossEntropy.Result hard = CrossEntropy.apply(tape, tape.constant(x), LABELS, options);
        assertEquals(hard.lossSum(), soft.lossSum());
        assertEquals(hard.correct(), soft.correct());
    }

    @Test
    void equalLogitsCostTheLogarithmOfTheClasses() {
        Variable equal = tape.constant(Tensor.zeros(5, 4));
        assertEquals(5 * Math.log(4), CrossEntropy.apply(tape, equal, LABELS).lossSum(), 1e-12);
        assertEquals(
                5 * Math.log(4),
                CrossEntropy.apply(tape, equal, LABELS, new Options(List.of(), 0.3))
                        .lossSum(),
                1e-6);
        assertEquals(
                (0 + 0.5 + 1.25 + 2 + 2) * Math.log(4),
                CrossEntropy.apply(tape, equal, LABELS, new Options(WEIGHTS, 0)).lossSum(),
                1e-12);
        assertEquals(
                5 * Math.pow(0.75, 2) * Math.log(4),
                FocalLoss.apply(tape, equal, LABELS, new FocalLoss.Options(2, List.of()))
                        .lossSum(),
                1e-12);
        assertEquals(
                20 * Math.log(2),
                BinaryCrossEntropy.apply(tape, equal, distributions()).lossSum(),
                1e-6);
    }

    @Test
    void aClassOfWeightZeroCostsNothingWhateverItsLogit() {
        Variable x = tape.constant(Tensor.of(Shape.of(1, 2), Float.NEGATIVE_INFINITY, 1));
        assertEquals(
                0,
                CrossEntropy.apply(tape, x, new int[] {1}, new Options(List.of(0.0, 1.0), 0.5))
                        .lossSum());
    }

    @Test
    void focalLossForEveryGamma() {
        for (double gamma : new double[] {0, 0.5, 1, 2, 3.5}) {
            for (List<Double> alpha : List.of(List.<Double>of(), WEIGHTS)) {
                FocalLoss.Options options = new FocalLoss.Options(gamma, alpha);
                assertGradient("focal " + options, (tape, in) -> FocalLoss.apply(tape, in.get(0), LABELS, options)
                        .loss());
            }
        }
    }

    @Test
    void focalLossWithGammaZeroIsCrossEntropy() {
        Tensor x = Adjoints.random("x", Shape.of(5, 4));
        ClassificationLoss focal = new FocalLoss.Options(0, WEIGHTS);
        ClassificationLoss entropy = new Options(WEIGHTS, 0);
        assertEquals(
                entropy.apply(tape, tape.constant(x), LABELS).lossSum(),
                focal.apply(tape, tape.constant(x), LABELS).lossSum(),
                1e-12);
        assertArrayEquals(gradient(entropy, x), gradient(focal, x), 1e-6f);
    }

    private static float[] gradient(ClassificationLoss loss, Tensor x) {
        return Adjoints.gradient(
                        (tape, in) -> loss.apply(tape, in.get(0), LABELS).loss(),
                        List.of(x),
                        Tensor.of(Shape.of(1), 1),
                        0)
                .toArray();
    }

    /** At p = 1 the derivative holds {@code (1 - p)^(gamma - 1)}, which is infinite below gamma 1; its product with log(p) is not. */
    @Test
    void certaintyCostsNothingAndPullsNowhere() {
        Tensor x = Tensor.of(Shape.of(2, 2), 1e4f, 0, -1e30f, 1e30f);
        for (double gamma : new double[] {0, 0.5, 1, 2}) {
            Operation loss = (tape, in) -> FocalLoss.apply(
                            tape, in.get(0), new int[] {0, 1}, new FocalLoss.Options(gamma, List.of()))
                    .loss();
            assertEquals(0, Adjoints.forward(loss, List.of(x)).get(0));
            assertArrayEquals(
                    new float[4],
                    Adjoints.gradient(loss, List.of(x), Tensor.of(Shape.of(1), 1), 0)
                            .toArray());
        }
    }

    @Test
    void binaryCrossEntropyWithAndWithoutWeights() {
        for (List<Double> weights : List.of(List.of(1.0), List.of(3.0), List.of(0.5, 2.0, 0.0, 7.0))) {
            assertGradient("binary " + weights, (tape, in) -> BinaryCrossEntropy.apply(
                            tape, in.get(0), distributions(), weights)
                    .loss());
        }
    }

    @Test
    void binaryCrossEntropyOfHugeLogitsIsFinite() {
        Tensor x = Tensor.of(Shape.of(4), 1e4f, 1e4f, -1e4f, -1e4f);
        Tensor t = Tensor.of(Shape.of(4), 1, 0, 1, 0);
        Operation loss =
                (tape, in) -> BinaryCrossEntropy.apply(tape, in.get(0), t).loss();
        assertEquals(2e4f, Adjoints.forward(loss, List.of(x)).get(0));
        assertArrayEquals(
                new float[] {0, 1, -1, 0},
                Adjoints.gradient(loss, List.of(x), Tensor.of(Shape.of(1), 1), 0)
                        .toArray());
    }

    @Test
    void errorsOfRegressionByHand() {
        Tensor x = Tensor.of(Shape.of(4), 1, 2, 3, -4);
        Tensor t = Tensor.of(Shape.of(4), 1, 2.5f, 1, 1);
        Variable prediction = tape.constant(x);
        assertEquals(0.25 + 4 + 25, SquaredError.apply(tape, prediction, t).lossSum());
        assertEquals(0.5 + 2 + 5, AbsoluteError.apply(tape, prediction, t).lossSum());
        assertEquals(
                0.125 + 2 * (2 - 1) + 2 * (5 - 1),
                HuberLoss.apply(tape, prediction, t, 2).lossSum());
        Tensor dy = Tensor.of(Shape.of(1), 10);
        assertArrayEquals(
                new float[] {0, -10, 40, -100},
                Adjoints.gradient(
                                (tape, in) ->
                                        SquaredError.apply(tape, in.get(0), t).loss(),
                                List.of(x),
                                dy,
                                0)
                        .toArray());
        assertArrayEquals(
                new float[] {0, -10, 10, -10},
                Adjoints.gradient(
                                (tape, in) ->
                                        AbsoluteError.apply(tape, in.get(0), t).loss(),
                                List.of(x),
                                dy,
                                0)
                        .toArray());
        assertArrayEquals(
                new float[] {0, -5, 20, -20},
                Adjoints.gradient(
                                (tape, in) ->
                                        HuberLoss.apply(tape, in.get(0), t, 2).loss(),
                                List.of(x),
                                dy,
                                0)
                        .toArray());
    }

    /** The driver divides by the count once; shards only add. */
    @Test
    void theLossOfABatchIsTheSumOfItsSamples() {
        Tensor x = Adjoints.random("x", Shape.of(5, 4));
        for (ClassificationLoss loss : List.of(new Options(WEIGHTS, 0.1), new FocalLoss.Options(2, WEIGHTS))) {
            double sum = 0;
            for (int n = 0; n < 5; n++) {
                Tensor one = new Tensor(x.array(), n * 4, Shape.of(1, 4));
                sum += loss.apply(tape, tape.constant(one), new int[] {LABELS[n]})
                        .lossSum();
            }
            assertEquals(sum, loss.apply(tape, tape.constant(x), LABELS).lossSum());
        }
    }

    @Test
    void errorsSayWhatWasExpected() {
        Variable x = tape.constant(Tensor.zeros(2, 3));
        int[] labels = {0, 1};
        assertMessage(
                "cross-entropy: expected one weight for each of the 3 classes but got 4",
                () -> CrossEntropy.apply(tape, x, labels, new Options(WEIGHTS, 0)));
        assertMessage(
                "cross-entropy: expected class weights of 0 or more but got [1.0, -1.0]",
                () -> new Options(List.of(1.0, -1.0), 0));
        assertMessage(
                "cross-entropy: expected 0 <= label smoothing <= 1 but got 1.5", () -> new Options(List.of(), 1.5));
        assertMessage(
                "cross-entropy: expected logits and targets [N, classes] but got [2, 3] and [3, 2]",
                () -> CrossEntropy.soft(tape, x, Tensor.zeros(3, 2), Options.PLAIN));
        assertMessage(
                "cross-entropy: expected targets of 0 or more but got -1.0",
                () -> CrossEntropy.soft(tape, x, Tensor.of(Shape.of(2, 3), 0, 0, 0, 0, -1, 0), Options.PLAIN));
        assertMessage(
                "focal loss: label 3 is not one of the 3 classes 0..2",
                () -> FocalLoss.apply(tape, x, new int[] {3, 0}, new FocalLoss.Options(2, List.of())));
        assertMessage(
                "focal loss: expected gamma of 0 or more but got -1.0", () -> new FocalLoss.Options(-1, List.of()));
        assertMessage(
                "binary cross-entropy: the shapes of predictions and targets differ, [2, 3] and [3, 2]",
                () -> BinaryCrossEntropy.apply(tape, x, Tensor.zeros(3, 2)));
        assertMessage(
                "binary cross-entropy: expected one positive weight, or one per entry of the last axis of [2, 3], but got 2",
                () -> BinaryCrossEntropy.apply(tape, x, Tensor.zeros(2, 3), List.of(1.0, 2.0)));
        assertMessage(
                "binary cross-entropy: expected targets within 0..1 but got 1.5",
                () -> BinaryCrossEntropy.apply(tape, x, Tensor.of(Shape.of(2, 3), 0, 0, 0, 0, 1.5f, 0)));
        assertMessage(
                "huber loss: expected a positive delta but got 0.0",
                () -> HuberLoss.apply(tape, x, Tensor.zeros(2, 3), 0));
    }

    private static void assertMessage(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    /** Five rows of positive shares that add up to 1. */
    private static Tensor distributions() {
        Tensor logits = Adjoints.random("distributions", Shape.of(5, 4));
        Tensor shares = Tensor.zeros(5, 4);
        for (int n = 0; n < 5; n++) {
            CrossEntropy.softmaxRow(logits, n, 4, shares.array());
        }
        return shares;
    }
}
