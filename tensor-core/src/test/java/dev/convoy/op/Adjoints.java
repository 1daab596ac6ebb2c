package dev.convoy.op;

import dev.convoy.autograd.AdjointCheck;
import dev.convoy.autograd.GradientCheck;
import dev.convoy.autograd.Operation;
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

/** Random inputs for {@link AdjointCheck} and {@link GradientCheck}, on the kernels this test run is about. */
public final class Adjoints {
    private Adjoints() {}

    public static Kernels kernels() {
        return KernelProvider.named(System.getProperty("kernels", "auto")).kernels();
    }

    /** Standard normal values, a function of the name. */
    public static Tensor random(String name, Shape shape) {
        RandomKey key = RandomKey.of(1, name);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) key.gaussian(i);
        }
        return Tensor.of(shape, values);
    }

    /** The operation is linear in each input alone; checks that input's identity with the others fixed. */
    public static void assertLinear(String name, Operation operation, Shape... shapes) {
        Tensor[] inputs = new Tensor[shapes.length];
        for (int i = 0; i < shapes.length; i++) {
            inputs[i] = random(name + "." + i, shapes[i]);
        }
        AdjointCheck.with(kernels()).check(name, operation, inputs);
    }

    /** Compares the gradient of every input with central differences. */
    public static void assertDerivative(String name, double step, double tolerance, Operation operation, Tensor... at) {
        GradientCheck.with(kernels()).within(step, tolerance).check(name, operation, at);
    }

    /** The operation's value. */
    public static Tensor forward(Operation operation, List<Tensor> inputs) {
        Tape tape = Tape.silent(new Workspace(), kernels());
        Tensor y = operation
                .apply(tape, inputs.stream().map(tape::constant).toList())
                .value();
        return Tensor.of(y.shape(), y.toArray());
    }

    /** The gradient of {@code <f(inputs), dy>} with respect to one input. */
    public static Tensor gradient(Operation operation, List<Tensor> inputs, Tensor dy, int input) {
        Tape tape = Tape.recording(new Workspace(), kernels());
        Tensor gradient = Tensor.zeros(inputs.get(input).shape().toArray());
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            variables.add(i == input ? tape.parameter(inputs.get(i), gradient) : tape.constant(inputs.get(i)));
        }
        tape.backward(operation.apply(tape, variables), dy);
        return gradient;
    }
}
