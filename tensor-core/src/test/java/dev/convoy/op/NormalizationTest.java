package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layer, group and instance normalisation against their definitions and each other. */
class NormalizationTest {
    private static final float EPSILON = 1e-5f;

    private static final Operation LAYER =
            (tape, in) -> LayerNorm.apply(tape, in.get(0), in.get(1), in.get(2), EPSILON);
    private static final Operation INSTANCE =
            (tape, in) -> InstanceNorm.apply(tape, in.get(0), in.get(1), in.get(2), EPSILON);

    private static Operation group(int groups) {
        return (tape, in) -> GroupNorm.apply(tape, in.get(0), groups, in.get(1), in.get(2), EPSILON);
    }

    private static Tensor[] inputs(Shape x, Shape parameters) {
        return new Tensor[] {
            Adjoints.random("x", x), Adjoints.random("gamma", parameters), Adjoints.random("beta", parameters)
        };
    }

    @Test
    void layerNormInInputScaleAndShift() {
        Adjoints.assertDerivative("rows", 1e-2, 2e-3, LAYER, inputs(Shape.of(6, 13), Shape.of(13)));
        Adjoints.assertDerivative("images", 1e-2, 2e-3, LAYER, inputs(Shape.of(3, 4, 5, 2), Shape.of(4, 5, 2)));
    }

    @Test
    void groupNormInInputScaleAndShift() {
        Adjoints.assertDerivative("group", 1e-2, 2e-3, group(3), inputs(Shape.of(2, 4, 3, 6), Shape.of(6)));
    }

    @Test
    void instanceNormInInputScaleAndShift() {
        Adjoints.assertDerivative("instance", 1e-2, 2e-3, INSTANCE, inputs(Shape.of(2, 4, 3, 5), Shape.of(5)));
        Adjoints.assertDerivative("one image", 1e-2, 2e-3, INSTANCE, inputs(Shape.of(1, 6, 7, 14), Shape.of(14)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 16, 17, 31, 64})
    void bothProvidersGiveTheSameBits(int channels) {
        Shape images = Shape.of(3, 5, 4, channels);
        Shape perChannel = Shape.of(channels);
        ProviderBits.assertSame("layer", LAYER, inputs(images, perChannel));
        ProviderBits.assertSame("whole", LAYER, inputs(images, Shape.of(5, 4, channels)));
        ProviderBits.assertSame("instance", INSTANCE, inputs(images, perChannel));
        for (int groups = 1; groups <= channels; groups++) {
            if (channels % groups == 0) {
                ProviderBits.assertSame("group " + groups, group(groups), inputs(images, perChannel));
            }
        }
    }

    /** In float, the mean of squares less the square of the mean would be off by about as much as the variance itself. */
    @Test
    void aLargeMeanDoesNotDrownTheVariance() {
        Tensor x = Adjoints.random("far", Shape.of(2, 16, 16, 4));
        for (int i = 0; i < x.size(); i++) {
            x.array()[i] += 3000;
        }
        Tensor one = filled(4, 1);
        Tensor zero = filled(4, 0);
        Tensor y = Adjoints.forward(group(2), List.of(x, one, zero));
        for (int n = 0; n < 2; n++) {
            for (int group = 0; group < 2; group++) {
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < 256 * 2; i++) {
                    double value = y.get((n * 256 + i / 2) * 4 + group * 2 + i % 2);
                    sum += value;
                    squares += value * value;
                }
                assertEquals(0, sum / 512, 1e-3);
                assertEquals(1, squares / 512, 1e-3);
            }
        }
    }

    @Test
    void aConstantUnitBecomesItsShift() {
        Tensor x = filled(2 * 3 * 3 * 2, 7);
        Tensor y = Adjoints.forward(
                INSTANCE,
                List.of(
                        x.reshape(Shape.of(2, 3, 3, 2)),
                        Tensor.of(Shape.of(2), 5, 6),
                        Tensor.of(Shape.of(2), -1, 0.5f)));
        for (int i = 0; i < y.size(); i++) {
            assertEquals(i % 2 == 0 ? -1 : 0.5f, y.get(i));
        }
    }

    @Test
    void twoValuesByHand() {
        // Mean 3, variance 4: (1 - 3) / 2 = -1 and (5 - 3) / 2 = 1.
        Tensor y = Adjoints.forward(
                LAYER,
                List.of(Tensor.of(Shape.of(1, 2), 1, 5), Tensor.of(Shape.of(2), 10, 20), Tensor.of(Shape.of(2), 3, 4)));
        assertArrayEquals(new float[] {-7, 24}, y.toArray(), 1e-4f);
    }

    @Test
    void aVectorsLayerNormIsItsGroupNormWithOneGroup() {
        List<Tensor> inputs = List.of(inputs(Shape.of(4, 37), Shape.of(37)));
        assertArrayEquals(
                Adjoints.forward(LAYER, inputs).toArray(),
                Adjoints.forward(group(1), inputs).toArray());
    }

    @Test
    void instanceNormIsGroupNormWithAGroupPerChannel() {
        List<Tensor> inputs = List.of(inputs(Shape.of(2, 3, 4, 6), Shape.of(6)));
        assertArrayEquals(
                Adjoints.forward(INSTANCE, inputs).toArray(),
                Adjoints.forward(group(6), inputs).toArray());
    }

    /** So a run does not depend on how a batch is divided among shards. */
    @Test
    void aSamplesResultDoesNotDependOnTheOthers() {
        Tensor[] in = inputs(Shape.of(5, 3, 3, 8), Shape.of(8));
        for (Operation operation : List.of(LAYER, group(4), INSTANCE)) {
            float[] together = Adjoints.forward(operation, List.of(in)).toArray();
            Tensor third = new Tensor(in[0].array(), 2 * 72, Shape.of(1, 3, 3, 8));
            float[] alone =
                    Adjoints.forward(operation, List.of(third, in[1], in[2])).toArray();
            assertArrayEquals(Arrays.copyOfRange(together, 2 * 72, 3 * 72), alone);
        }
    }

    @Test
    void errorsShowTheShapes() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable images = tape.constant(Tensor.zeros(2, 3, 3, 6));
        Variable four = tape.constant(Tensor.zeros(4));
        Variable six = tape.constant(Tensor.zeros(6));
        assertMessage(
                "layer norm: expected gamma and beta of one shape, the last axes of the input [2, 3, 3, 6], but got [4] "
                        + "and [4]",
                () -> LayerNorm.apply(tape, images, four, four, EPSILON));
        assertMessage(
                "layer norm: expected gamma and beta of one shape, the last axes of the input [2, 3, 3, 6], but got [6] "
                        + "and [4]",
                () -> LayerNorm.apply(tape, images, six, four, EPSILON));
        assertMessage(
                "group norm: expected a number of groups that divides the 6 channels of the input [2, 3, 3, 6] but got 4",
                () -> GroupNorm.apply(tape, images, 4, six, six, EPSILON));
        assertMessage(
                "group norm: expected an input [N, ..., C] with gamma and beta [C] but got [2, 3, 3, 6] with [6] and [4]",
                () -> GroupNorm.apply(tape, images, 2, six, four, EPSILON));
        assertMessage(
                "instance norm: expected more than one pixel per channel but the input is [2, 6]",
                () -> InstanceNorm.apply(tape, tape.constant(Tensor.zeros(2, 6)), six, six, EPSILON));
    }

    private static void assertMessage(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    private static Tensor filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return Tensor.of(Shape.of(size), values);
    }
}
