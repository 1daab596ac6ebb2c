package dev.convoy.nn.model;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.Kernels;
import dev.convoy.nn.Network;
import dev.convoy.nn.Pass;
import dev.convoy.op.Adjoints;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * One forward and backward pass of a network in training: its scores {@code [N, classes]}, the gradient of {@code <scores, dy>} and
 * the sums for the running averages.
 */
record TrainingPass(Tensor scores, Tensor dy, float[] gradient, float[] bufferSums) {
    static Network network(String name, Model model, Shape image, int classes) {
        return Network.build(name, image, classes, (scope, shape) -> model.root(scope, shape, classes));
    }

    static Tensor images(Network network, int batch) {
        Shape image = network.image();
        return Adjoints.random(
                network.name() + ".x", Shape.of(batch, image.extent(0), image.extent(1), image.extent(2)));
    }

    static TrainingPass of(Network network, Tensor images, Kernels kernels) {
        float[] weights = network.weights().initial(1);
        float[] gradient = new float[weights.length];
        float[] buffers = network.buffers().initial(1);
        float[] bufferSums = new float[buffers.length];
        RandomKey[] samples = new RandomKey[images.shape().extent(0)];
        for (int n = 0; n < samples.length; n++) {
            samples[n] = RandomKey.of(n, "sample");
        }
        Tape tape = Tape.recording(new Workspace(), kernels);
        Pass pass = Pass.training(tape, weights, buffers, new Pass.Training(gradient, bufferSums, samples));
        Variable y = network.root().forward(pass, tape.constant(images));
        Tensor dy = Adjoints.random(network.name() + ".dy", y.shape());
        tape.backward(y, dy);
        return new TrainingPass(y.value(), dy, gradient, bufferSums);
    }
}
