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

    /**
     * The gradient of {@code <operation(inputs), dy>} with respect to one input.
     *
     * @throws AssertionError if a second pass does not add the same once more
     */
    Tensor gradient(String name, List<Tensor> inputs, Tensor dy, int input) {
        Shape shape = inputs.get(input).shape();
        Tensor gradient = Tensor.zeros(shape.toArray());
        addGradient(inputs, dy, input, gradient);
        Tensor added = Tensor.of(shape, gradient.toArray());
        addGradient(inputs, dy, input, added);
        for (int i = 0; i < added.size(); i++) {
            added.set(i, added.get(i) - gradient.get(i));
        }
        if (norm(added) < norm(gradient) / 2) {
            throw new AssertionError(name + ": the pullback of input " + input + " " + shape
                    + " overwrites the gradient that is there; it must add to it");
        }
        return gradient;
    }

    private void addGradient(List<Tensor> inputs, Tensor dy, int input, Tensor gradient) {
        Tape tape = Tape.recording(new Workspace(), kernels);
        List<Variable> variables = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            variables.add(i == input ? tape.parameter(inputs.get(i), gradient) : tape.constant(inputs.get(i)));
        }
        tape.backward(operation.apply(tape, variables), dy);
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
