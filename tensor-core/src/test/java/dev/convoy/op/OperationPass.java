package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.op.OperationCases.Case;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One forward and backward pass over an operation, as bits to compare. */
final class OperationPass {
    private static final int[] CHANNELS = {1, 3, 8, 17};
    /** Floats, more than any case asks for at once. */
    private static final int LARGEST = 12_000;

    private OperationPass() {}

    /** Makes a claim about every case of every operation, with channels around the vector width. */
    static void each(Consumer<Case> claim) {
        for (int channels : CHANNELS) {
            OperationCases.of(channels).values().forEach(cases -> cases.forEach(claim));
        }
    }

    /** The bits of the output and of the gradients, after a pass in which the chosen inputs are parameters. */
    static List<int[]> run(Case test, Workspace workspace, Tensor[] inputs, Tensor[] gradients, int chosen) {
        Tape tape = Tape.recording(workspace, Adjoints.kernels());
        Variable y = test.operation().apply(tape, parameters(tape, inputs, gradients, chosen));
        assertTrue(chosen == 0 || y.needsGradient(), test.name());
        List<int[]> bits = new ArrayList<>();
        bits.add(bits(y.value()));
        tape.backward(y, Adjoints.random(test.name() + ".dy", y.shape()));
        for (Tensor gradient : gradients) {
            bits.add(bits(gradient));
        }
        return bits;
    }

    /** The set of all inputs, as bits. */
    static int all(Case test) {
        return (1 << test.shapes().length) - 1;
    }

    static Tensor[] gradients(Case test) {
        return Stream.of(test.shapes())
                .map(shape -> Tensor.zeros(shape.toArray()))
                .toArray(Tensor[]::new);
    }

    static List<Variable> parameters(Tape tape, Tensor[] values, Tensor[] gradients, int chosen) {
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            variables.add((chosen >> i & 1) == 1 ? tape.parameter(values[i], gradients[i]) : tape.constant(values[i]));
        }
        return variables;
    }

    /** A workspace whose buffers are all larger than asked for and hold {@code value} throughout. */
    static Workspace full(float value) {
        Workspace workspace = new Workspace();
        fill(workspace, value);
        return workspace;
    }

    /** Puts {@code value} into every buffer. */
    static void fill(Workspace workspace, float value) {
        workspace.reset();
        for (int i = 0; i < 40; i++) {
            Arrays.fill(workspace.take(LARGEST), value);
        }
        workspace.reset();
    }

    static int[] bits(Tensor tensor) {
        int[] bits = new int[tensor.size()];
        Arrays.setAll(bits, i -> Float.floatToIntBits(tensor.get(i)));
        return bits;
    }

    static void assertSame(Case test, List<int[]> expected, List<int[]> actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(
                    expected.get(i),
                    actual.get(i),
                    test.name()
                            + Arrays.toString(test.shapes())
                            + (i == 0 ? ": output" : ": gradient of input " + (i - 1)));
        }
    }

    static void assertClose(Case test, int input, Tensor expected, Tensor actual) {
        double largest = 1;
        for (int i = 0; i < expected.size(); i++) {
            largest = Math.max(largest, Math.abs(expected.get(i)));
        }
        assertClose(test, input, largest, expected, actual);
    }

    static void assertClose(Case test, int input, double scale, Tensor expected, Tensor actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(
                    expected.get(i),
                    actual.get(i),
                    1e-5 * scale,
                    test.name() + ": gradient of input " + input + ", element " + i);
        }
    }
}
