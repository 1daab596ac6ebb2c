package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
    private static final int SHAPES = 60;

    private static Operation softmax(int axis) {
        return (tape, in) -> Softmax.apply(tape, in.get(0), axis);
    }

    private static Operation logSoftmax(int axis) {
        return (tape, in) -> LogSoftmax.apply(tape, in.get(0), axis);
    }

    /** One to four axes of 1 to 33, at most 20,000 elements. */
    private static Shape shape(SplittableRandom random) {
        while (true) {
            int[] extents = random.ints(random.nextInt(1, 5), 1, 34).toArray();
            Shape shape = Shape.of(extents);
            if (shape.size() <= 20_000) {
                return shape;
            }
        }
    }

    private static Tensor logits(String name, Shape shape, double scale) {
        Tensor x = Adjoints.random(name, shape);
        for (int i = 0; i < x.size(); i++) {
            x.array()[i] *= (float) scale;
        }
        return x;
    }

    @Test
    void derivativeAlongEveryAxis() {
        for (int axis = -3; axis < 3; axis++) {
            Tensor x = Adjoints.random("x", Shape.of(3, 9, 4));
            Adjoints.assertDerivative("softmax along " + axis, 1e-2, 1e-3, softmax(axis), x);
            Adjoints.assertDerivative("log-softmax along " + axis, 1e-2, 1e-3, logSoftmax(axis), x);
        }
    }

    @Test
    void valueAndGradientAreThoseOfPyTorch() {
        double worst = 0;
        for (int seed = 0; seed < SHAPES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Shape shape = shape(random);
            int axis = random.nextInt(-shape.rank(), shape.rank());
            Tensor x = logits("x" + seed, shape, 2);
            Tensor dy = Adjoints.random("dy" + seed, shape);
            String what = " of " + shape + " along " + axis + ", seed " + seed;
            worst = Math.max(worst, compare("softmax" + what, "torch.softmax", softmax(axis), axis, x, dy));
            worst = Math.max(worst, compare("log-softmax" + what, "torch.log_softmax", logSoftmax(axis), axis, x, dy));
        }
        System.out.printf("softmax and log-softmax: %.1e from PyTorch in norm, at most%n", worst);
    }

    private static double compare(String what, String torch, Operation operation, int axis, Tensor x, Tensor dy) {
        Tensor y = Adjoints.forward(operation, List.of(x));
        Tensor dx = Adjoints.gradient(operation, List.of(x), dy, 0);
        return Torch.function("x", "return " + torch + "(x, " + axis + ", None)")
                .backward(dy, x)
                .assertClose(what, y, List.of(dx), 1e-5);
    }

    /** Where one logit takes nearly all, dx is a small difference of numbers as large as dy: those are what float32 can be held to. */
    @Test
    void saturatedGradientsAreThoseOfPyTorchNextToDy() {
        for (int seed = 0; seed < SHAPES; seed++) {
            Shape shape = Shape.of(1, 2 + seed);
            Tensor x = logits("x" + seed, shape, 20);
            Tensor dy = Adjoints.random("dy" + seed, shape);
            double[] expected = Torch.function("x", "return torch.softmax(x, 1, None)")
                    .backward(dy, x)
                    .gradients()
                    .get(0);
            Tensor dx = Adjoints.gradient(softmax(1), List.of(x), dy, 0);
            for (int i = 0; i < dx.size(); i++) {
                assertEquals(expected[i], dx.get(i), 1e-6, "seed " + seed + ", element " + i);
            }
        }
    }

    @Test
    void bothProvidersReturnTheSameBits() {
        for (int seed = 0; seed < SHAPES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Shape shape = shape(random);
            int axis = random.nextInt(shape.rank());
            for (Operation operation : List.of(softmax(axis), logSoftmax(axis))) {
                Tensor x = logits("x" + seed, shape, 5);
                Tensor[] gradients = {Tensor.zeros(shape.toArray()), Tensor.zeros(shape.toArray())};
                Tape scalar = Tape.recording(new Workspace(), KernelProvider.SCALAR.kernels());
                Tape vector = Tape.recording(new Workspace(), KernelProvider.VECTOR.kernels());
                Variable expected = operation.apply(scalar, List.of(scalar.parameter(x, gradients[0])));
                Variable actual = operation.apply(vector, List.of(vector.parameter(x, gradients[1])));
                scalar.backward(expected, Adjoints.random("dy", shape));
                vector.backward(actual, Adjoints.random("dy", shape));
                assertArrayEquals(expected.value().toArray(), actual.value().toArray(), "seed " + seed);
                assertArrayEquals(gradients[0].toArray(), gradients[1].toArray(), "seed " + seed);
            }
        }
    }

    @Test
    void equalLogitsShareEvenlyWhateverTheirSize() {
        for (float level : new float[] {0, -1e30f, 1e30f, Float.MAX_VALUE}) {
            Tensor x = Tensor.of(Shape.of(1, 4), level, level, level, level);
            assertArrayEquals(
                    new float[] {0.25f, 0.25f, 0.25f, 0.25f},
                    Adjoints.forward(softmax(1), List.of(x)).toArray());
            float log = (float) -StrictMath.log(4);
            assertArrayEquals(
                    new float[] {log, log, log, log},
                    Adjoints.forward(logSoftmax(1), List.of(x)).toArray());
        }
    }

    @Test
    void theLargestTakesAllAndItsLogarithmKeepsTheDistance() {
        Tensor x = Tensor.of(Shape.of(3), 1000, 0, -1000);
        assertArrayEquals(
                new float[] {1, 0, 0}, Adjoints.forward(softmax(0), List.of(x)).toArray());
        assertArrayEquals(
                new float[] {0, -1000, -2000},
                Adjoints.forward(logSoftmax(0), List.of(x)).toArray());
    }

    @Test
    void minusInfinityMasksAClassOut() {
        Tensor x = Tensor.of(Shape.of(3), 2, Float.NEGATIVE_INFINITY, 2);
        assertArrayEquals(
                new float[] {0.5f, 0, 0.5f},
                Adjoints.forward(softmax(0), List.of(x)).toArray());
    }

    @Test
    void anEmptyTensorStaysEmpty() {
        Tensor x = Tensor.zeros(2, 0, 3);
        assertEquals(0, Adjoints.forward(softmax(1), List.of(x)).size());
        assertEquals(0, Adjoints.forward(logSoftmax(0), List.of(x)).size());
    }

    @Test
    void anAxisThatIsNotThereIsRefused() {
        Tensor x = Tensor.zeros(2, 3);
        Exception e = assertThrows(IllegalArgumentException.class, () -> Adjoints.forward(softmax(2), List.of(x)));
        assertEquals("softmax: there is no axis 2 in shape [2, 3]; expected one from -2 to 1", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> Adjoints.forward(logSoftmax(-3), List.of(x)));
        assertEquals("log-softmax: there is no axis -3 in shape [2, 3]; expected one from -2 to 1", e.getMessage());
    }
}
