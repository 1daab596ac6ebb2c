package dev.convoy.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.UnaryOperator;

/**
 * The networks once more, out of libtorch's own operations: one native call each, no layer objects in between. The shortcut of
 * ResNet-20 that changes shape (option A) is a strided slice with zero channels padded on both sides.
 */
final class TorchNetwork {
    private static final double EPSILON = 1e-5;
    private static final double MOMENTUM = 0.1;
    private static final Shape ONE = new Shape(1, 1);
    private static final Shape TWO = new Shape(2, 2);
    private static final Shape THREE = new Shape(3, 3);
    private static final Shape NONE = new Shape(0, 0);

    private final String model;
    private final TorchWeights weights;

    /** @param model a name of {@link TrainTask#NETWORKS} */
    TorchNetwork(String model, TorchWeights weights) {
        this.model = model;
        this.weights = weights;
    }

    /**
     * The logits {@code [N, classes]}.
     *
     * @param x {@code [N, C, H, W]}
     * @param dropout what zeroes elements where the network drops out
     */
    PtNDArray logits(PtNDArray x, UnaryOperator<PtNDArray> dropout) {
        return switch (model) {
            case "lenet5" -> lenet5(x);
            case "lenet-style" -> lenetStyle(x);
            case "cnn" -> cnn(x, dropout);
            case "resnet20" -> resnet20(x);
            case "wide" -> wide(x);
            case "mobilenet32" -> mobilenet(x);
            case "airbench" -> airbench(x);
            default -> throw new IllegalArgumentException("no network " + model + " on the side of libtorch");
        };
    }

    private PtNDArray lenet5(PtNDArray x) {
        PtNDArray y = maxPool(relu(conv(x, "conv1", 1, 2)));
        y = flatten(maxPool(relu(conv(y, "conv2", 1, 0))));
        return dense(relu(dense(relu(dense(y, "dense1")), "dense2")), "output");
    }

    private PtNDArray lenetStyle(PtNDArray x) {
        PtNDArray y = maxPool(relu(conv(x, "conv1", 1, 2)));
        y = flatten(maxPool(relu(conv(y, "conv2", 1, 2))));
        return dense(relu(dense(y, "dense1")), "output");
    }

    private PtNDArray cnn(PtNDArray x, UnaryOperator<PtNDArray> dropout) {
        PtNDArray y = maxPool(relu(convNorm(relu(convNorm(x, "conv1", 1)), "conv2", 1)));
        y = maxPool(relu(convNorm(relu(convNorm(y, "conv3", 1)), "conv4", 1)));
        return dense(relu(dense(dropout.apply(flatten(y)), "dense1")), "output");
    }

    private PtNDArray resnet20(PtNDArray x) {
        PtNDArray y = relu(convNorm(x, "conv1", 1));
        for (int stage = 1; stage <= 3; stage++) {
            for (int block = 1; block <= 3; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                String path = "stage" + stage + ".block" + block;
                PtNDArray body = relu(convNorm(y, path + ".conv1", stride));
                body = convNorm(body, path + ".conv2", 1);
                y = relu(body.add(stride == 1 ? y : subsample(y, 4 << stage)));
            }
        }
        return averaged(y);
    }

    private PtNDArray wide(PtNDArray x) {
        PtNDArray y = relu(convNorm(x, "conv1", 1));
        for (int block = 1; block <= 3; block++) {
            int stride = block == 1 ? 1 : 2;
            String path = "block" + block;
            PtNDArray body = relu(convNorm(y, path + ".conv1", stride));
            body = convNorm(body, path + ".conv2", 1);
            y = relu(body.add(
                    stride == 1 ? y : normalized(conv(y, path + ".shortcut", stride, 0), path + ".shortcut_norm")));
        }
        return averaged(y);
    }

    private PtNDArray mobilenet(PtNDArray x) {
        PtNDArray y = relu(convNorm(x, "conv1", 1));
        for (int i = 0; i < CifarMobileNet.LAYERS.length; i++) {
            String path = "separable" + (i + 1);
            y = relu(convNorm(y, path + ".depthwise", CifarMobileNet.LAYERS[i][1]));
            y = relu(normalized(conv(y, path + ".pointwise", 1, 0), path + ".pointwise_norm"));
        }
        return averaged(y);
    }

    private PtNDArray airbench(PtNDArray x) {
        PtNDArray y = JniUtils.gelu(conv(x, "whiten", 1, 0));
        for (int group = 1; group <= 3; group++) {
            String path = "group" + group;
            y = JniUtils.gelu(normalized(maxPool(conv(y, path + ".conv1", 1, 1)), path + ".norm1"));
            y = JniUtils.gelu(normalized(conv(y, path + ".conv2", 1, 1), path + ".norm2"));
        }
        y = flatten(JniUtils.maxPool(y, THREE, THREE, NONE, false));
        return dense(y, "output").mul(1f / 9);
    }

    private PtNDArray averaged(PtNDArray x) {
        return dense(flatten(JniUtils.adaptiveAvgPool(x, ONE)), "output");
    }

    /** Every second pixel, with half the channels there are as zeros before and after. */
    private static PtNDArray subsample(PtNDArray x, int channels) {
        long[] extents = x.getShape().getShape();
        PtNDArray rows = JniUtils.slice(x, 2, 0, extents[2], 2);
        PtNDArray pixels = JniUtils.slice(rows, 3, 0, extents[3], 2);
        return JniUtils.pad(pixels, new long[] {0, 0, 0, 0, channels / 2, channels / 2}, 0);
    }

    /** As many groups as its weights leave of the input's channels. */
    private PtNDArray conv(PtNDArray x, String name, int stride, int padding) {
        PtNDArray weight = weights.get(name + ".weight");
        return JniUtils.convolution(
                x,
                weight,
                weights.find(name + ".bias"),
                new Shape(stride, stride),
                new Shape(padding, padding),
                ONE,
                (int) (x.getShape().get(1) / weight.getShape().get(1)));
    }

    /** A 3x3 convolution, and what normalises it. */
    private PtNDArray convNorm(PtNDArray x, String name, int stride) {
        return normalized(conv(x, name, stride, 1), name + "_norm");
    }

    private PtNDArray normalized(PtNDArray x, String name) {
        return JniUtils.batchNorm(
                x,
                weights.get(name + ".running_mean"),
                weights.get(name + ".running_variance"),
                weights.get(name + ".gamma"),
                weights.get(name + ".beta"),
                true,
                MOMENTUM,
                EPSILON);
    }

    private PtNDArray dense(PtNDArray x, String name) {
        return JniUtils.linear(x, weights.get(name + ".weight"), weights.find(name + ".bias"));
    }

    private static PtNDArray relu(PtNDArray x) {
        return JniUtils.relu(x);
    }

    private static PtNDArray maxPool(PtNDArray x) {
        return JniUtils.maxPool(x, TWO, TWO, NONE, false);
    }

    private static PtNDArray flatten(PtNDArray x) {
        return JniUtils.flatten(x, 1, -1);
    }
}
