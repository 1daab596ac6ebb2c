package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations on kernels give the same bits with both providers, values and gradients. */
class ProviderBitsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 16, 17, 31, 64})
    void reductionsBroadcastsAndProducts(int channels) {
        Tensor x = Adjoints.random("x" + channels, Shape.of(2, 5, 7, channels));
        Tensor scale = Adjoints.random("scale" + channels, Shape.of(5, 1, channels));
        Tensor matrices = Adjoints.random("matrices" + channels, Shape.of(5, channels, 6));
        for (Axes axes : List.of(Axes.of(0, 1, 2), Axes.of(1, 2), Axes.of(3), Axes.of(0, 3), Axes.all())) {
            assertSameBits((tape, in) -> Sum.apply(tape, in.get(0), axes), x);
            assertSameBits((tape, in) -> Mean.apply(tape, in.get(0), axes), x);
            assertSameBits((tape, in) -> Variance.apply(tape, in.get(0), axes, 0), x);
        }
        assertSameBits((tape, in) -> Multiply.apply(tape, in.get(0), in.get(1)), x, scale);
        assertSameBits((tape, in) -> Divide.apply(tape, in.get(0), in.get(1)), x, scale);
        assertSameBits((tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), x, matrices);
    }

    private static void assertSameBits(Operation operation, Tensor... inputs) {
        List<float[]> expected = run(KernelProvider.SCALAR.kernels(), operation, inputs);
        List<float[]> actual = run(KernelProvider.VECTOR.kernels(), operation, inputs);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i));
        }
    }

    /** The value, then every gradient. */
    private static List<float[]> run(Kernels kernels, Operation operation, Tensor... inputs) {
        Tape tape = Tape.recording(new Workspace(), kernels);
        List<Variable> variables = new ArrayList<>();
        for (Tensor input : inputs) {
            variables.add(tape.parameter(input, Tensor.zeros(input.shape().toArray())));
        }
        Variable y = operation.apply(tape, variables);
        tape.backward(y, Adjoints.random("dy", y.shape()));
        List<float[]> results = new ArrayList<>();
        results.add(y.value().toArray());
        variables.forEach(variable -> results.add(variable.gradient().toArray()));
        return results;
    }
}
