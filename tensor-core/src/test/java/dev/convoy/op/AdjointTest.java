package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operation's adjoint against its forward pass, and the operations' own errors. */
class AdjointTest {

    @Test
    void addAndItsSecondUse() {
        Adjoints.assertLinear(
                "add", (tape, in) -> Add.apply(tape, in.get(0), in.get(1)), Shape.of(3, 5), Shape.of(3, 5));
        Adjoints.assertLinear("twice", (tape, in) -> Add.apply(tape, in.get(0), in.get(0)), Shape.of(7));
    }

    @Test
    void matmulInBothFactors() {
        Adjoints.assertLinear(
                "matmul", (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), Shape.of(9, 17), Shape.of(17, 5));
    }

    @Test
    void bias() {
        Adjoints.assertLinear(
                "bias", (tape, in) -> Bias.apply(tape, in.get(0), in.get(1)), Shape.of(2, 3, 3, 5), Shape.of(5));
    }

    @ParameterizedTest
    @CsvSource({
        "3,3, 1,1, 1,1, 1,1,1,1, 1",
        "5,5, 1,1, 1,1, 2,2,2,2, 1",
        "3,3, 2,2, 1,1, 1,1,1,1, 1",
        "3,2, 2,1, 1,2, 0,3,1,0, 2",
        "1,1, 1,1, 1,1, 0,0,0,0, 1",
        "2,3, 3,2, 2,1, 2,1,0,2, 4",
        "3,3, 1,1, 2,2, 2,2,2,2, 2"
    })
    void convolutionInInputWeightAndBias(
            int r, int s, int sh, int sw, int dh, int dw, int top, int bottom, int left, int right, int groups) {
        Window window = Window.of(r, s).stride(sh, sw).dilation(dh, dw).padding(top, bottom, left, right);
        Adjoints.assertLinear(
                "conv " + window + " groups " + groups,
                (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), in.get(2), window, groups),
                Shape.of(2, 9, 8, 4),
                Shape.of(r, s, 4 / groups, 8),
                Shape.of(8));
    }

    @Test
    void averagePoolWithPadding() {
        Window window = Window.of(3, 2).stride(2).padding(1);
        Adjoints.assertLinear("average", (tape, in) -> Pool2d.average(tape, in.get(0), window), Shape.of(2, 7, 6, 5));
    }

    @Test
    void shortcutThatSubsamples() {
        Adjoints.assertLinear(
                "subsample", (tape, in) -> SubsampleChannels.apply(tape, in.get(0), 2, 9), Shape.of(2, 5, 6, 4));
    }

    @Test
    void relu() {
        Tensor away = awayFromZero(Adjoints.random("relu", Shape.of(4, 33)));
        Adjoints.assertDerivative("relu", 1e-3, 1e-3, (tape, in) -> Relu.apply(tape, in.get(0)), away);
    }

    @Test
    void maxPoolOfDistinctValues() {
        int size = 2 * 6 * 6 * 3;
        float[] distinct = new float[size];
        for (int i = 0; i < size; i++) {
            distinct[i] = (i * 89 % size) * 0.1f;
        }
        Window window = Window.square(3).stride(2).padding(1);
        Adjoints.assertDerivative(
                "max",
                1e-3,
                1e-2,
                (tape, in) -> Pool2d.max(tape, in.get(0), window),
                Tensor.of(Shape.of(2, 6, 6, 3), distinct));
    }

    @Test
    void maxPoolGivesTiesToTheFirstTap() {
        Tensor x = Tensor.of(Shape.of(1, 2, 2, 1), 5, 5, 5, 5);
        Tensor gradient = Adjoints.gradient(
                (tape, in) -> Pool2d.max(tape, in.get(0), Window.square(2)),
                List.of(x),
                Tensor.of(Shape.of(1, 1, 1, 1), 7),
                0);
        assertArrayEquals(new float[] {7, 0, 0, 0}, gradient.toArray());
    }

    @Test
    void batchNormInInputScaleAndShift() {
        Adjoints.assertDerivative(
                "batch norm",
                1e-2,
                2e-3,
                (tape, in) -> BatchNorm.train(tape, in.get(0), in.get(1), in.get(2), 1e-5f)
                        .output(),
                Adjoints.random("x", Shape.of(4, 3, 3, 5)),
                Adjoints.random("gamma", Shape.of(5)),
                Adjoints.random("beta", Shape.of(5)));
    }

    @Test
    void batchNormNormalises() {
        Tensor x = Adjoints.random("wide", Shape.of(64, 2, 2, 3));
        for (int i = 0; i < x.size(); i++) {
            x.array()[i] = x.array()[i] * 5 + 100;
        }
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Tensor y = BatchNorm.train(
                        tape,
                        tape.constant(x),
                        tape.constant(Tensor.of(Shape.of(3), 1, 1, 1)),
                        tape.constant(Tensor.of(Shape.of(3), 0, 0, 0)),
                        1e-5f)
                .output()
                .value();
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            double squares = 0;
            for (int row = 0; row < 256; row++) {
                sum += y.get(row * 3 + c);
                squares += (double) y.get(row * 3 + c) * y.get(row * 3 + c);
            }
            assertEquals(0, sum / 256, 1e-4);
            assertEquals(1, squares / 256, 1e-3);
        }
    }

    @Test
    void crossEntropy() {
        int[] labels = {2, 0, 3};
        Adjoints.assertDerivative(
                "cross-entropy",
                1e-2,
                1e-3,
                (tape, in) -> CrossEntropy.apply(tape, in.get(0), labels).loss(),
                Adjoints.random("logits", Shape.of(3, 4)));
    }

    @Test
    void crossEntropyOfHugeLogitsIsFinite() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        CrossEntropy.Result result = CrossEntropy.apply(
                tape, tape.constant(Tensor.of(Shape.of(2, 2), 1e30f, 0, -1e30f, 1e30f)), new int[] {0, 1});
        assertEquals(0, result.lossSum());
        assertEquals(2, result.correct());
    }

    @Test
    void tenThousandOperationsDoNotOverflowTheStack() {
        Tensor gradient = Adjoints.gradient(
                (tape, in) -> {
                    Variable y = in.get(0);
                    for (int i = 0; i < 10_000; i++) {
                        y = Add.apply(tape, y, in.get(1));
                    }
                    return y;
                },
                List.of(Tensor.of(Shape.of(2), 0, 0), Tensor.of(Shape.of(2), 1, 2)),
                Tensor.of(Shape.of(2), 1, 3),
                1);
        assertArrayEquals(new float[] {10_000, 30_000}, gradient.toArray());
    }

    @Test
    void errorsShowBothShapes() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable image = tape.constant(Tensor.zeros(8, 32, 32, 3));
        Variable weight = tape.constant(Tensor.zeros(3, 3, 1, 16));
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> Conv2d.apply(tape, image, weight, null, Window.square(3), 1));
        assertEquals(
                "conv2d: weight and groups expect 1 input channels but the input has 3; input [8, 32, 32, 3] (NHWC), weight "
                        + "[3, 3, 1, 16] (RSCK), groups 1",
                e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> MatMul.apply(tape, image, weight));
        assertThrows(IllegalArgumentException.class, () -> Add.apply(tape, image, weight));
        assertThrows(IllegalArgumentException.class, () -> Bias.apply(tape, image, weight));
        assertThrows(IllegalArgumentException.class, () -> tape.backward(image));
        Exception label = assertThrows(
                IllegalArgumentException.class,
                () -> CrossEntropy.apply(tape, tape.constant(Tensor.zeros(1, 3)), new int[] {3}));
        assertTrue(String.valueOf(label.getMessage()).contains("label 3"), label.getMessage());
    }

    private static Tensor awayFromZero(Tensor x) {
        for (int i = 0; i < x.size(); i++) {
            x.array()[i] += Math.copySign(0.1f, x.array()[i]);
        }
        return x;
    }
}
