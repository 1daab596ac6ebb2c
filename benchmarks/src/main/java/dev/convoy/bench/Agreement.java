package dev.convoy.bench;

import ai.djl.pytorch.engine.PtNDArray;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Workspace;
import dev.convoy.data.ImageBlock;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Parameter;
import dev.convoy.op.Dropout;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Whether both sides compute the same: from equal weights, on one batch, the loss, the gradient of every parameter, and every weight
 * after one step of the optimizer. Where the network drops out, both sides drop what Convoy drops.
 */
final class Agreement {
    private static final double TOLERANCE = 1e-4;

    private Agreement() {}

    /**
     * The largest relative error seen, {@code |convoy - libtorch| / |libtorch|} in the norm of each parameter.
     *
     * @throws IllegalStateException if it exceeds 1e-4
     */
    static double require(TrainTask task, boolean channelsLast) {
        ModelState state =
                ModelState.initial(task.network(), task.config().train().seed());
        try (ConvoyStep convoy = new ConvoyStep(task, 1);
                TorchStep torch = new TorchStep(task, state, 1, channelsLast)) {
            GradientSum sum = convoy.gradient(0);
            float loss = torch.lossWithGradients(0, mask(task, torch.weights()));
            double worst = check(task, "loss", Math.abs(sum.lossSum() / sum.count() - loss) / loss);
            float[] gradient = Objects.requireNonNull(sum.gradient());
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] /= sum.count();
            }
            for (Parameter parameter : task.network().weights().parameters()) {
                float[] ours = torch.weights().inTorchOrder(parameter, gradient);
                double error = relativeError(ours, torch.gradient(parameter));
                worst = Math.max(worst, check(task, "gradient of " + parameter.name(), error));
            }
            convoy.run();
            torch.update();
            for (Parameter parameter : task.network().weights().parameters()) {
                float[] ours =
                        torch.weights().inTorchOrder(parameter, convoy.state().weights());
                float[] theirs = torch.weights().get(parameter.name()).toFloatArray();
                worst = Math.max(worst, check(task, "step of " + parameter.name(), relativeError(ours, theirs)));
            }
            return worst;
        }
    }

    private static double check(TrainTask task, String what, double error) {
        if (!(error <= TOLERANCE)) {
            throw new IllegalStateException(task.network().name() + ": Convoy and libtorch differ in the " + what
                    + ", relative error " + error + "; nothing is timed that does not compute the same");
        }
        return error;
    }

    private static double relativeError(float[] ours, float[] theirs) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < theirs.length; i++) {
            difference += ((double) ours[i] - theirs[i]) * ((double) ours[i] - theirs[i]);
            norm += (double) theirs[i] * theirs[i];
        }
        return ours.length == theirs.length ? Math.sqrt(difference / Math.max(norm, Float.MIN_NORMAL)) : Double.NaN;
    }

    /** Convoy's dropout of the first step as a factor 0 or 1 / (1 - p): from the keys of the batch's samples, in libtorch's order. */
    private static UnaryOperator<PtNDArray> mask(TrainTask task, TorchWeights weights) {
        ImageBlock batch = task.batch(0);
        Shape image = task.network().image();
        Shape last = image;
        for (LayerSummary layer : task.network().describe()) {
            if (layer.kind().startsWith("dropout")) {
                RandomKey[] keys = new RandomKey[batch.count()];
                for (int n = 0; n < keys.length; n++) {
                    keys[n] = RandomKey.of(task.config().train().seed(), "dropout")
                            .with(0)
                            .with(batch.ids()[n])
                            .with(layer.path());
                }
                Tape tape = Tape.silent(new Workspace(), KernelProvider.SCALAR.kernels());
                float[] ones = new float[keys.length * layer.output().size()];
                Arrays.fill(ones, 1f);
                Tensor x = Tensor.of(Shape.of(keys.length, layer.output().size()), ones);
                float[] mask = Dropout.apply(
                                tape,
                                tape.constant(x),
                                Float.parseFloat(layer.kind().substring("dropout ".length())),
                                keys)
                        .value()
                        .toArray();
                int[] nhwc = {keys.length, image.extent(0), image.extent(1), image.extent(2)};
                PtNDArray factor = weights.create(
                        Axes.permute(mask, nhwc, 0, 3, 1, 2),
                        keys.length,
                        layer.output().size());
                return y -> y.mul(factor);
            }
            if (layer.kind().equals("flatten")) {
                image = last;
            }
            last = layer.output();
        }
        return y -> y;
    }
}
