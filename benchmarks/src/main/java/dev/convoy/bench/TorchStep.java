package dev.convoy.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Parameter;
import dev.convoy.tensor.Tensor;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * libtorch's training step: the same network from the same weights, eager mode with autograd, its own fused-in-C++ SGD. It starts
 * from normalised floats in its own layout, which Convoy's step still has to make; its threads split each operation.
 */
final class TorchStep implements Step {
    private static final double DROPOUT = 0.25;

    private final TrainTask task;
    private final int threads;
    private final boolean channelsLast;
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final TorchWeights weights;
    private final TorchNetwork network;
    private final List<PtNDArray> images = new ArrayList<>();
    private final List<PtNDArray> labels = new ArrayList<>();
    private final Map<Parameter, PtNDArray> velocities = new LinkedHashMap<>();
    private final PtNDArray one;
    private int step;

    /**
     * @param state the initial values, copied
     * @param channelsLast whether images and weights lie in memory as NHWC and KRSC instead of NCHW and KCRS
     */
    TorchStep(TrainTask task, ModelState state, int threads, boolean channelsLast) {
        this.task = task;
        this.threads = threads;
        this.channelsLast = channelsLast;
        this.weights = new TorchWeights(manager, task.network(), state, channelsLast);
        this.network = new TorchNetwork(task.network().name(), weights);
        for (int batch = 0; batch < task.batches(); batch++) {
            ImageBlock block = task.batch(batch);
            Tensor x = task.normalized(block);
            int[] e = x.shape().toArray();
            float[] nchw = Axes.permute(x.array(), e, 0, 3, 1, 2);
            images.add(weights.image(nchw, new int[] {e[0], e[3], e[1], e[2]}));
            long[] classes = new long[e[0]];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = block.labels()[i];
            }
            labels.add((PtNDArray) manager.create(classes, new Shape(e[0], 1)));
        }
        for (Parameter parameter : task.network().weights().parameters()) {
            velocities.put(parameter, (PtNDArray) weights.get(parameter.name()).zerosLike());
        }
        this.one = (PtNDArray) manager.create(1f);
        JniUtils.setGradMode(true);
    }

    /** Why libtorch cannot be had here, or an empty string if it can. */
    static String refusal() {
        try {
            return Engine.getEngine("PyTorch").getVersion().isEmpty() ? "its engine has no version" : "";
        } catch (RuntimeException | LinkageError e) {
            return e.toString();
        }
    }

    TorchWeights weights() {
        return weights;
    }

    /** The mean loss of a batch; leaves the gradients of its mean with the weights. */
    float lossWithGradients(int batch, UnaryOperator<PtNDArray> dropout) {
        JniUtils.setNumThreads(threads);
        velocities.keySet().forEach(parameter -> JniUtils.zeroGrad(weights.get(parameter.name())));
        try (NDManager scope = manager.newSubManager()) {
            return backward(scope, batch, dropout).getFloat();
        }
    }

    /** The gradient of the mean loss with respect to a parameter, in libtorch's order. */
    float[] gradient(Parameter parameter) {
        try (PtNDArray gradient = JniUtils.getGradient(weights.get(parameter.name()))) {
            return gradient.toFloatArray();
        }
    }

    private PtNDArray backward(NDManager scope, int batch, UnaryOperator<PtNDArray> dropout) {
        PtNDArray x =
                JniUtils.slice(images.get(batch), 0, 0, task.config().train().batchSize(), 1);
        x.attach(scope);
        PtNDArray likelihoods = JniUtils.logSoftmax(network.logits(x, dropout), 1, DataType.FLOAT32);
        PtNDArray loss = (PtNDArray)
                JniUtils.gather(likelihoods, labels.get(batch), 1).mean().neg();
        JniUtils.backward(loss, one, false, false);
        return loss;
    }

    /** The optimizer's step along the gradients, which it sets to zero. */
    void update() {
        RunConfig.Optimizer o = task.config().optimizer();
        velocities.forEach((parameter, velocity) -> {
            PtNDArray weight = weights.get(parameter.name());
            try (PtNDArray gradient = JniUtils.getGradient(weight)) {
                JniUtils.sgdUpdate(weight, gradient, velocity, TrainTask.RATE, (float) o.weightDecay(), 1, -1, (float)
                        o.momentum());
            }
            JniUtils.zeroGrad(weight);
        });
    }

    @Override
    public void run() {
        JniUtils.setNumThreads(threads);
        try (NDManager scope = manager.newSubManager()) {
            backward(scope, step++ % images.size(), x -> JniUtils.dropout(x, DROPOUT, true));
            update();
        }
    }

    @Override
    public String description() {
        return (threads == 1 ? "1 thread" : threads + " threads") + (channelsLast ? ", channels last" : ", NCHW");
    }

    @Override
    public void close() {
        manager.close();
    }
}
