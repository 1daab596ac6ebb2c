package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Two arguments that an adjoint is right. For a linear map A: {@code <A v, dy> = <v, A^T dy>}. For any map f at x: the directional
 * derivative {@code <J v, dy>}, by a central difference of the forward pass, equals {@code <v, J^T dy>}, which the pullbacks give.
 */
final class Adjoints {
    /** An operation on variables. */
    interface Operation {
        Variable apply(Tape tape, List<Variable> inputs);
    }

    private Adjoints() {}

    static Kernels kernels() {
        return KernelProvider.named(System.getProperty("kernels", "auto")).kernels();
    }

    static Tensor random(String name, Shape shape) {
        RandomKey key = RandomKey.of(1, name);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) key.gaussian(i);
        }
        return Tensor.of(shape, values);
    }

    /** The operation is linear in each input alone; checks that input's identity with the others fixed. */
    static void assertLinear(String name, Operation operation, Shape... shapes) {
        List<Tensor> inputs = inputs(name, shapes);
        for (int i = 0; i < shapes.length; i++) {
            Tensor dy = random(name + ".dy", forward(operation, inputs).shape());
            Tensor gradient = gradient(operation, inputs, dy, i);
            // f(x) - f(0 at i) is the linear part, for operations with a constant such as a bias
            List<Tensor> zero = new ArrayList<>(inputs);
            zero.set(i, Tensor.of(shapes[i], new float[shapes[i].size()]));
            double left = dot(forward(operation, inputs), dy) - dot(forward(operation, zero), dy);
            double right = dot(inputs.get(i), gradient);
            double size = norm(forward(operation, inputs)) * norm(dy);
            assertTrue(
                    Math.abs(left - right) <= 1e-5 * size,
                    name + ", input " + i + ": <A v, dy> = " + left + " but <v, A^T dy> = " + right);
        }
    }

    /** Compares the gradient of every input with central differences along three random directions. */
    static void assertDerivative(String name, double step, double tolerance, Operation operation, Tensor... at) {
        List<Tensor> inputs = List.of(at);
        Tensor dy = random(name + ".dy", forward(operation, inputs).shape());
        for (int i = 0; i < at.length; i++) {
            Tensor gradient = gradient(operation, inputs, dy, i);
            for (int direction = 0; direction < 3; direction++) {
                Tensor v = random(name + ".v" + direction, at[i].shape());
                double forward = dot(forward(operation, moved(inputs, i, v, step)), dy);
                double backward = dot(forward(operation, moved(inputs, i, v, -step)), dy);
                double numeric = (forward - backward) / (2 * step);
                double analytic = dot(v, gradient);
                assertTrue(
                        Math.abs(numeric - analytic) <= tolerance * (1 + norm(v) * norm(gradient)),
                        name + ", input " + i + ", direction " + direction + ": central difference " + numeric
                                + " but <v, J^T dy> = " + analytic);
            }
        }
    }

    static List<Tensor> inputs(String name, Shape... shapes) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.length; i++) {
            inputs.add(random(name + "." + i, shapes[i]));
        }
        return inputs;
    }

    static Tensor forward(Operation operation, List<Tensor> inputs) {
        Tape tape = Tape.silent(new Workspace(), kernels());
        Tensor y = operation
                .apply(tape, inputs.stream().map(tape::constant).toList())
                .value();
        return Tensor.of(y.shape(), y.toArray());
    }

    /** The gradient of {@code <f(inputs), dy>} with respect to one input. */
    static Tensor gradient(Operation operation, List<Tensor> inputs, Tensor dy, int input) {
        Tape tape = Tape.recording(new Workspace(), kernels());
        Tensor gradient = Tensor.zeros(inputs.get(input).shape().toArray());
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            variables.add(i == input ? tape.parameter(inputs.get(i), gradient) : tape.constant(inputs.get(i)));
        }
        Variable y = operation.apply(tape, variables);
        int n = dy.size();
        Variable row = Reshape.apply(tape, y, Shape.of(1, n));
        tape.backward(MatMul.apply(tape, row, tape.constant(dy.reshape(Shape.of(n, 1)))));
        return gradient;
    }

    private static List<Tensor> moved(List<Tensor> inputs, int input, Tensor v, double step) {
        float[] values = inputs.get(input).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] + step * v.get(i));
        }
        List<Tensor> moved = new ArrayList<>(inputs);
        moved.set(input, Tensor.of(v.shape(), values));
        return moved;
    }

    static double dot(Tensor a, Tensor b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += (double) a.get(i) * b.get(i);
        }
        return sum;
    }

    private static double norm(Tensor a) {
        return Math.sqrt(dot(a, a));
    }
}
