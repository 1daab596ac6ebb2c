package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** One operation, forward and backward, computed by both providers. */
final class ProviderBits {
    private ProviderBits() {}

    /** Asserts that the output and the gradient of every input have the same bits with scalar and vector kernels. */
    static void assertSame(String name, Operation operation, Tensor... inputs) {
        List<int[]> scalar = bits(KernelProvider.SCALAR, name, operation, inputs);
        List<int[]> vector = bits(KernelProvider.VECTOR, name, operation, inputs);
        for (int i = 0; i < scalar.size(); i++) {
            assertArrayEquals(
                    scalar.get(i), vector.get(i), name + (i == 0 ? ": output" : ": gradient of input " + (i - 1)));
        }
    }

    private static List<int[]> bits(KernelProvider provider, String name, Operation operation, Tensor... inputs) {
        Tape tape = Tape.recording(new Workspace(), provider.kernels());
        List<Variable> variables = new ArrayList<>();
        for (Tensor input : inputs) {
            variables.add(tape.parameter(input, Tensor.zeros(input.shape().toArray())));
        }
        Variable y = operation.apply(tape, variables);
        tape.backward(y, Adjoints.random(name + ".dy", y.shape()));
        List<int[]> bits = new ArrayList<>();
        bits.add(bits(y.value()));
        variables.forEach(variable -> bits.add(bits(variable.gradient())));
        return bits;
    }

    private static int[] bits(Tensor tensor) {
        int[] bits = new int[tensor.size()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(tensor.get(i));
        }
        return bits;
    }
}
