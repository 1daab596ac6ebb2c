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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Normalisation, addition and rectifier in one give the bits of the three one after the other, forwards and backwards. */
class BatchNormReluTest {
    private static final float EPSILON = 1e-5f;
    private static final float[] SPECIAL = {
        0f, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e30f, Float.POSITIVE_INFINITY, Float.NaN
    };

    private static final Operation ONE =
            (tape, in) -> BatchNormRelu.train(tape, in.get(0), in.get(1), in.get(2), null, EPSILON)
                    .output();
    private static final Operation ONE_AFTER_THE_OTHER = (tape, in) -> Relu.apply(
            tape,
            BatchNorm.train(tape, in.get(0), in.get(1), in.get(2), EPSILON).output());
    private static final Operation ONE_WITH_RESIDUAL =
            (tape, in) -> BatchNormRelu.train(tape, in.get(0), in.get(1), in.get(2), in.get(3), EPSILON)
                    .output();
    private static final Operation ONE_AFTER_THE_OTHER_WITH_RESIDUAL = (tape, in) -> Relu.apply(
            tape,
            Add.apply(
                    tape,
                    BatchNorm.train(tape, in.get(0), in.get(1), in.get(2), EPSILON)
                            .output(),
                    in.get(3)));

    @Test
    void withoutAResidual() {
        Draw.cases("batch norm and relu", 150, draw -> {
            Tensor[] inputs = inputs(draw, false);
            assertSameBits(ONE_AFTER_THE_OTHER, ONE, draw, inputs);
        });
    }

    @Test
    void withAResidual() {
        Draw.cases("batch norm, add and relu", 150, draw -> {
            Tensor[] inputs = inputs(draw, true);
            assertSameBits(ONE_AFTER_THE_OTHER_WITH_RESIDUAL, ONE_WITH_RESIDUAL, draw, inputs);
        });
    }

    /** As at the end of a residual block: the residual is what the normalised was computed from, or the normalised input itself. */
    @Test
    void theResidualReachesTheInputToo() {
        Draw.cases("batch norm of its residual", 100, draw -> {
            Tensor[] inputs = inputs(draw, true);
            for (float factor : new float[] {1, 0.7f}) {
                assertSameBits(
                        (tape, in) -> ONE_AFTER_THE_OTHER_WITH_RESIDUAL.apply(tape, around(tape, in, factor)),
                        (tape, in) -> ONE_WITH_RESIDUAL.apply(tape, around(tape, in, factor)),
                        draw,
                        inputs);
            }
        });
    }

    private static List<Variable> around(Tape tape, List<Variable> in, float factor) {
        Variable x = Multiply.apply(tape, in.get(0), 1.5f);
        return List.of(factor == 1 ? x : Multiply.apply(tape, x, factor), in.get(1), in.get(2), x);
    }

    @Test
    void byGivenStatistics() {
        Draw.cases("batch norm by given statistics and relu", 100, draw -> {
            Tensor[] inputs = inputs(draw, true);
            Tensor mean = draw.tensor(inputs[1].shape());
            Tensor variance = Adjoints.random("variance", inputs[1].shape());
            for (int c = 0; c < variance.size(); c++) {
                variance.set(c, Math.abs(variance.get(c)));
            }
            Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
            Variable x = tape.constant(inputs[0]);
            Variable gamma = tape.constant(inputs[1]);
            Variable beta = tape.constant(inputs[2]);
            Variable residual = tape.constant(inputs[3]);
            Variable normalised = BatchNorm.evaluate(tape, x, gamma, beta, mean, variance, EPSILON);
            assertArrayEquals(
                    OperationPass.bits(Relu.apply(tape, normalised).value()),
                    OperationPass.bits(BatchNormRelu.evaluate(tape, x, gamma, beta, null, mean, variance, EPSILON)
                            .value()));
            assertArrayEquals(
                    OperationPass.bits(Relu.apply(tape, Add.apply(tape, normalised, residual))
                            .value()),
                    OperationPass.bits(BatchNormRelu.evaluate(tape, x, gamma, beta, residual, mean, variance, EPSILON)
                            .value()));
        });
    }

    @Test
    void theStatisticsAreThoseOfTheNormalisation() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable x = tape.constant(Adjoints.random("x", Shape.of(5, 4, 3, 6)));
        Variable gamma = tape.constant(Adjoints.random("gamma", Shape.of(6)));
        BatchNorm.Result apart = BatchNorm.train(tape, x, gamma, gamma, EPSILON);
        BatchNorm.Result one = BatchNormRelu.train(tape, x, gamma, gamma, x, EPSILON);
        assertArrayEquals(apart.mean().toArray(), one.mean().toArray());
        assertArrayEquals(apart.variance().toArray(), one.variance().toArray());
    }

    /** Its buffer holds another gradient then: to look at it is a mistake, not a number. */
    @Test
    void theGradientOfTheOutputIsGoneAfterThePullback() {
        Tensor gradient = Tensor.zeros(4, 6);
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        Variable x = Add.apply(tape, tape.parameter(Adjoints.random("x", Shape.of(4, 6)), gradient), 1f);
        Variable six = tape.constant(Adjoints.random("gamma", Shape.of(6)));
        Variable y = BatchNormRelu.train(tape, x, six, six, null, EPSILON).output();
        Tensor dy = Adjoints.random("dy", y.shape());
        tape.backward(y, dy);
        Exception e = assertThrows(IllegalStateException.class, y::gradient);
        assertEquals(
                "the gradient of this output [4, 6] has become that of its operation's input; keepGradient() before the"
                        + " backward pass keeps both",
                e.getMessage());
        float[] once = gradient.toArray();
        tape.backward(y, dy);
        for (int i = 0; i < once.length; i++) {
            assertEquals(2 * once[i], gradient.get(i));
        }
    }

    @Test
    void aResidualOfAnotherShapeIsRefused() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable x = tape.constant(Tensor.zeros(2, 3, 3, 6));
        Variable six = tape.constant(Tensor.zeros(6));
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> BatchNormRelu.train(tape, x, six, six, six, EPSILON));
        assertEquals("batch norm: expected a residual [2, 3, 3, 6], as the input, but got [6]", e.getMessage());
    }

    /** Now and then with values that overflow, vanish or are no numbers; channels and rows around the vector width and the blocks. */
    static Tensor[] inputs(Draw draw, boolean withResidual) {
        int channels = draw.pick(1, 3, 7, 8, 9, 16, 17, 32, 64, 130);
        Shape shape = Shape.of(1 + draw.below(5), 1 + draw.below(7), 1 + draw.below(7), channels);
        Shape perChannel = Shape.of(channels);
        Tensor[] inputs = new Tensor[withResidual ? 4 : 3];
        inputs[0] = draw.tensor(shape);
        inputs[1] = draw.tensor(perChannel);
        inputs[2] = draw.tensor(perChannel);
        if (withResidual) {
            inputs[3] = draw.tensor(shape);
        }
        if (draw.below(3) == 0) {
            Tensor spoiled = inputs[draw.below(inputs.length)];
            for (int i = draw.below(9); i < spoiled.size(); i += 1 + draw.below(40)) {
                spoiled.set(i, SPECIAL[draw.below(SPECIAL.length)]);
            }
        }
        return inputs;
    }

    /** With the inputs as parameters, whose gradients are added to, and as results, whose gradients begin here. */
    static void assertSameBits(Operation expected, Operation actual, Draw draw, Tensor[] inputs) {
        Tensor dy = draw.tensor(inputs[0].shape());
        for (int i = draw.below(5); i < dy.size(); i += 1 + draw.below(9)) {
            dy.set(i, SPECIAL[draw.below(5)]);
        }
        for (boolean computed : new boolean[] {false, true}) {
            List<int[]> first = bits(expected, inputs, dy, computed);
            List<int[]> second = bits(actual, inputs, dy, computed);
            for (int i = 0; i < first.size(); i++) {
                assertArrayEquals(
                        first.get(i),
                        second.get(i),
                        inputs[0].shape() + (i == 0 ? ": output" : ": gradient of input " + (i - 1)));
            }
        }
    }

    private static List<int[]> bits(Operation operation, Tensor[] inputs, Tensor dy, boolean computed) {
        Tape tape = Tape.recording(OperationPass.full(Float.NaN), Adjoints.kernels());
        List<Variable> variables = new ArrayList<>();
        List<Tensor> gradients = new ArrayList<>();
        for (Tensor input : inputs) {
            Tensor gradient = Tensor.zeros(input.shape().toArray());
            gradients.add(gradient);
            Variable parameter = tape.parameter(input, gradient);
            variables.add(computed ? Multiply.apply(tape, parameter, 0.5f) : parameter);
        }
        Variable y = operation.apply(tape, variables);
        tape.backward(y, dy);
        List<int[]> bits = new ArrayList<>();
        bits.add(OperationPass.bits(y.value()));
        gradients.forEach(gradient -> bits.add(OperationPass.bits(gradient)));
        return bits;
    }
}
