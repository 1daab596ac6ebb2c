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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Whether both sides compute the same: from equal weights, the first ones but for normalisations' shifts, on one batch, the loss, the
 * gradient of every parameter, and the weights after one step of the optimizer. Where the network drops out, both sides drop what
 * Convoy drops.
 *
 * <p>The gradient jumps where a rectifier's input crosses zero. Of the millions of rectified elements of a large batch, some lie so
 * close to zero that two correct sums of different order get different signs; one such element is an error of 1e-3 in all layers
 * below. At 128 images libtorch differs from itself by 1e-2 between its two memory layouts. So the batches compared are small, and
 * one of eight has to agree in everything: networks that are not the same agree on none.
 *
 * <p>In MobileNet channels last libtorch is less exact, and differs from its own NCHW by 1e-2 on small batches too, from which Convoy
 * differs by 1e-4. So there a batch also agrees if Convoy is no farther off than twice what libtorch is from itself.
 */
final class Agreement {
    private static final double TOLERANCE = 1e-4;
    private static final int BATCH = 2;

    private Agreement() {}

    /**
     * The largest error seen on the batch that agrees, {@code |convoy - libtorch| / |libtorch|} in the norm of each parameter.
     *
     * @throws IllegalStateException if no batch agrees
     */
    static double require(String model, boolean channelsLast) {
        TrainTask task = TrainTask.of(model, BATCH);
        List<String> errors = new ArrayList<>();
        for (int batch = 0; batch < task.batches(); batch++) {
            Difference worst = compare(task, batch, channelsLast);
            if (worst.size <= TOLERANCE) {
                return worst.size;
            }
            if (channelsLast && worst.what.startsWith("gradient") && worst.size <= 2 * betweenLayouts(task, batch)) {
                return worst.size;
            }
            errors.add(worst.what + ", relative error " + worst.size);
        }
        throw new IllegalStateException(
                model + ": Convoy and libtorch differ, so nothing is timed; batch by batch: " + errors);
    }

    /** How far apart the sides are in something. */
    private record Difference(String what, double size) {
        Difference worse(Difference other) {
            return size <= other.size || Double.isNaN(other.size) ? other : this;
        }
    }

    private static Difference compare(TrainTask task, int batch, boolean channelsLast) {
        ConvoyStep convoy = new ConvoyStep(task, 1);
        shift(task, convoy.state());
        try (convoy;
                TorchStep torch = new TorchStep(task, convoy.state(), 1, channelsLast)) {
            TorchWeights weights = torch.weights();
            GradientSum sum = convoy.gradient(batch);
            float[] gradient = Objects.requireNonNull(sum.gradient()).clone();
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] /= sum.count();
            }
            float loss = torch.lossWithGradients(batch, dropout(task, batch, weights));
            Difference worst = new Difference("loss", Math.abs(sum.lossSum() / sum.count() - loss) / loss);
            for (Parameter parameter : task.network().weights().parameters()) {
                worst = worst.worse(new Difference(
                        "gradient of " + parameter.name(),
                        relative(weights.inTorchOrder(parameter, gradient), torch.gradient(parameter))));
            }
            convoy.update(sum);
            torch.update();
            for (Parameter parameter : task.network().weights().parameters()) {
                worst = worst.worse(new Difference(
                        parameter.name() + " after a step",
                        relative(
                                weights.inTorchOrder(parameter, convoy.state().weights()),
                                weights.get(parameter.name()).toFloatArray())));
            }
            return worst;
        }
    }

    /** The largest error between libtorch's gradients in its two layouts. */
    private static double betweenLayouts(TrainTask task, int batch) {
        ConvoyStep convoy = new ConvoyStep(task, 1);
        shift(task, convoy.state());
        double worst = 0;
        try (convoy;
                TorchStep planes = new TorchStep(task, convoy.state(), 1, false);
                TorchStep last = new TorchStep(task, convoy.state(), 1, true)) {
            planes.lossWithGradients(batch, dropout(task, batch, planes.weights()));
            last.lossWithGradients(batch, dropout(task, batch, last.weights()));
            for (Parameter parameter : task.network().weights().parameters()) {
                worst = Math.max(worst, relative(last.gradient(parameter), planes.gradient(parameter)));
            }
        }
        return worst;
    }

    /**
     * Random shifts of normalisations in place of the first ones, zeros. Without shifts the scale of a channel is lost in a depthwise
     * convolution's normalisation: its gradient is zero but for rounding, of which no digit agrees.
     */
    private static void shift(TrainTask task, ModelState state) {
        for (Parameter parameter : task.network().weights().parameters()) {
            if (parameter.name().endsWith(".beta")) {
                RandomKey key = RandomKey.of(task.config().train().seed(), parameter.name());
                Tensor beta = parameter.in(state.weights());
                for (int i = 0; i < beta.size(); i++) {
                    beta.set(i, (float) key.uniform(i) - 0.5f);
                }
            }
        }
    }

    /** {@code |ours - theirs| / |theirs|}, NaN unless both have the same length. */
    static double relative(float[] ours, float[] theirs) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < theirs.length; i++) {
            difference += ((double) ours[i] - theirs[i]) * ((double) ours[i] - theirs[i]);
            norm += (double) theirs[i] * theirs[i];
        }
        return ours.length == theirs.length ? Math.sqrt(difference / Math.max(norm, Float.MIN_NORMAL)) : Double.NaN;
    }

    /** Convoy's dropout of a step as a factor 0 or 1 / (1 - p): from the keys of the batch's samples, in libtorch's order. */
    private static UnaryOperator<PtNDArray> dropout(TrainTask task, int step, TorchWeights weights) {
        ImageBlock batch = task.batch(step);
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
