package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Normalisation and GELU in one give the bits of the two one after the other, forwards and backwards. */
class BatchNormGeluTest {
    private static final float EPSILON = 1e-5f;

    private static final Operation ONE = (tape, in) ->
            BatchNormGelu.train(tape, in.get(0), in.get(1), in.get(2), EPSILON).output();
    private static final Operation ONE_AFTER_THE_OTHER = (tape, in) -> Gelu.apply(
            tape,
            BatchNorm.train(tape, in.get(0), in.get(1), in.get(2), EPSILON).output());

    @Test
    void trained() {
        Draw.cases("batch norm and gelu", 150, draw -> {
            Tensor[] inputs = BatchNormReluTest.inputs(draw, false);
            BatchNormReluTest.assertSameBits(ONE_AFTER_THE_OTHER, ONE, draw, inputs);
        });
    }

    @Test
    void morePiecesThanOne() {
        Draw.cases("batch norm and gelu of many rows", 4, draw -> {
            int channels = draw.pick(3, 24, 5000);
            Shape perChannel = Shape.of(channels);
            Tensor[] inputs = {
                draw.tensor(Shape.of(1 + 15_000 / channels, channels)), draw.tensor(perChannel), draw.tensor(perChannel)
            };
            BatchNormReluTest.assertSameBits(ONE_AFTER_THE_OTHER, ONE, draw, inputs);
        });
    }

    /** An input that is data, parameters that are frozen: each by itself. */
    @Test
    void whatNeedsNoGradientGetsNone() {
        for (int trained = 1; trained < 8; trained++) {
            float[][] one = gradients(ONE, trained);
            float[][] apart = gradients(ONE_AFTER_THE_OTHER, trained);
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(apart[i], one[i]);
            }
        }
    }

    private static float[][] gradients(Operation operation, int trained) {
        Tape tape = Tape.recording(OperationPass.full(Float.NaN), Adjoints.kernels());
        Shape[] shapes = {Shape.of(5, 3, 6), Shape.of(6), Shape.of(6)};
        Variable[] inputs = new Variable[3];
        Tensor[] gradients = new Tensor[3];
        for (int i = 0; i < 3; i++) {
            Tensor value = Adjoints.random("input" + i, shapes[i]);
            gradients[i] = Tensor.zeros(shapes[i].toArray());
            inputs[i] = (trained >> i & 1) == 1 ? tape.parameter(value, gradients[i]) : tape.constant(value);
        }
        Variable y = operation.apply(tape, List.of(inputs));
        tape.backward(y, Adjoints.random("dy", y.shape()));
        return new float[][] {gradients[0].toArray(), gradients[1].toArray(), gradients[2].toArray()};
    }

    @Test
    void theGradientOfTheOutputStaysIfItIsToBeKept() {
        for (boolean keep : new boolean[] {false, true}) {
            Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
            Tensor gradient = Tensor.zeros(4, 6);
            Variable x = Add.apply(tape, tape.parameter(Adjoints.random("x", gradient.shape()), gradient), 1f);
            Variable six = tape.constant(Adjoints.random("gamma", Shape.of(6)));
            Variable y = BatchNormGelu.train(tape, x, six, six, EPSILON).output();
            Tensor dy = Adjoints.random("dy", y.shape());
            if (keep) {
                y.keepGradient();
                tape.backward(y, dy);
                assertArrayEquals(dy.toArray(), y.gradient().toArray());
            } else {
                tape.backward(y, dy);
                assertThrows(IllegalStateException.class, y::gradient);
            }
        }
    }

    @Test
    void byGivenStatistics() {
        Draw.cases("batch norm by given statistics and gelu", 100, draw -> {
            Tensor[] inputs = BatchNormReluTest.inputs(draw, false);
            Tensor mean = draw.tensor(inputs[1].shape());
            Tensor variance = Tensor.zeros(mean.shape().toArray());
            for (int c = 0; c < variance.size(); c++) {
                variance.set(c, 0.1f + draw.below(9));
            }
            for (boolean silent : new boolean[] {false, true}) {
                Tape tape = silent
                        ? Tape.silent(new Workspace(), Adjoints.kernels())
                        : Tape.recording(new Workspace(), Adjoints.kernels());
                Variable x =
                        tape.parameter(inputs[0], Tensor.zeros(inputs[0].shape().toArray()));
                Variable gamma = tape.constant(inputs[1]);
                Variable beta = tape.constant(inputs[2]);
                Variable normalised = BatchNorm.evaluate(tape, x, gamma, beta, mean, variance, EPSILON);
                assertArrayEquals(
                        OperationPass.bits(Gelu.apply(tape, normalised).value()),
                        OperationPass.bits(BatchNormGelu.evaluate(tape, x, gamma, beta, mean, variance, EPSILON)
                                .value()));
            }
        });
    }
}
