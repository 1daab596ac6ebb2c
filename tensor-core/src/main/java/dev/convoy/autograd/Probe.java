package dev.convoy.autograd;

import dev.convoy.kernel.Kernels;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Runs an operation forwards and backwards on plain tensors; what both checks are made of. */
record Probe(Kernels kernels, long seed, Operation operation) {

    Tensor forward(List<Tensor> inputs) {
        Tape tape = Tape.silent(new Workspace(), kernels);
        Tensor y = operation
                .apply(tape, inputs.stream().map(tape::constant).toList())
                .value();
        return Tensor.of(y.shape(), y.toArray());
    }

    /** The gradient of {@code <operation(inputs), dy>} with respect to one input. */
    Tensor gradient(List<Tensor> inputs, Tensor dy, int input) {
        Tape tape = Tape.recording(new Workspace(), kernels);
        Tensor gradient = Tensor.zeros(inputs.get(input).shape().toArray());
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            variables.add(i == input ? tape.parameter(inputs.get(i), gradient) : tape.constant(inputs.get(i)));
        }
        tape.backward(operation.apply(tape, variables), dy);
        return gradient;
    }

    /** Standard normal values, a function of the seed and the name. */
    Tensor random(String name, Shape shape) {
        RandomKey key = RandomKey.of(seed, name);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) key.gaussian(i);
        }
        return Tensor.of(shape, values);
    }

    static List<Tensor> replaced(List<Tensor> inputs, int input, Tensor by) {
        List<Tensor> replaced = new ArrayList<>(inputs);
        replaced.set(input, by);
        return replaced;
    }

    static double dot(Tensor a, Tensor b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += (double) a.get(i) * b.get(i);
        }
        return sum;
    }

    static double norm(Tensor a) {
        return Math.sqrt(dot(a, a));
    }
}
