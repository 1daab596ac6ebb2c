package example;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.Window;
import dev.convoy.nn.Network;
import dev.convoy.nn.Pass;
import dev.convoy.nn.Sequential;
import dev.convoy.op.CrossEntropy;
import dev.convoy.optim.Optimizer;
import dev.convoy.optim.ParameterSlice;
import dev.convoy.optim.Sgd;
import dev.convoy.optim.WeightDecay;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Trains a network of one's own on one batch; returns the mean loss of each step. */
final class OwnNetwork {
    private OwnNetwork() {}

    static double[] train(Kernels kernels, Tensor images, int[] labels, int classes, int steps) { // images [N, 8, 8, 1]
        Network network = Network.build("own", Shape.of(8, 8, 1), classes, (scope, image) -> Sequential.of(scope, image)
                .conv("conv1", 8, Window.square(3).same())
                .elementwise("softsign", Softsign::apply)
                .maxPool(Window.square(2).stride(2))
                .flatten()
                .classifier("output", classes)
                .build());
        float[] weights = network.weights().initial(1); // one flat array; the layers' weights are slices of it
        float[] buffers = network.buffers().initial(1); // running averages, where there is batch normalisation
        float[] gradient = new float[weights.length];
        float[] bufferSums = new float[buffers.length];
        Optimizer optimizer = new Sgd(
                weights.length, List.of(ParameterSlice.whole(weights.length, 0)), WeightDecay.COUPLED, 0.9, true);
        RandomKey[] samples = new RandomKey[labels.length]; // for dropout, one key per sample
        Arrays.setAll(samples, n -> RandomKey.of(1, "dropout").with(n));
        Workspace workspace = new Workspace(); // buffers, used again by every step
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++) {
            Arrays.fill(gradient, 0);
            Tape tape = Tape.recording(workspace, kernels);
            Pass pass = Pass.training(tape, weights, buffers, new Pass.Training(gradient, bufferSums, samples));
            Variable scores = network.root().forward(pass, tape.constant(images));
            CrossEntropy.Result result = CrossEntropy.apply(tape, scores, labels); // summed over the samples
            tape.backward(result.loss());
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] /= labels.length;
            }
            optimizer.step(weights, gradient, 0.1f);
            losses[step] = result.lossSum() / labels.length;
        }
        return losses;
    }
}
