package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Residual;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.Shortcut;
import dev.convoy.tensor.Shape;

/**
 * The residual network of the course's last homework: its convolutions keep their biases before the normalisation, and nothing
 * rectifies the sum of a residual block. Made for 32x32 images, of which one pixel is left before the dense layers; of larger ones
 * more is left, and the first dense layer grows. Source: Deep Learning Systems (CMU), homework 4, {@code ResNet9}.
 */
record ResNet9() implements Model {
    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Sequential.Builder layers = Sequential.of(scope, image);
        convolution(layers, "conv1", 16, 7, 4);
        convolution(layers, "conv2", 32, 3, 2);
        layers.add("block1", ResNet9::residual);
        convolution(layers, "conv3", 64, 3, 2);
        convolution(layers, "conv4", 128, 3, 2);
        layers.add("block2", ResNet9::residual);
        return layers.flatten()
                .dense("dense1", 128)
                .relu()
                .classifier("output", classes)
                .build();
    }

    private static Residual residual(Scope scope, Shape input) {
        Sequential.Builder body = Sequential.of(scope, input);
        convolution(body, "conv1", input.extent(2), 3, 1);
        convolution(body, "conv2", input.extent(2), 3, 1);
        return new Residual(scope, input, body.build(), Shortcut.SUBSAMPLED, 1);
    }

    private static void convolution(Sequential.Builder layers, String name, int filters, int size, int stride) {
        layers.conv(name, filters, Window.square(size).stride(stride).padding(size / 2))
                .batchNorm(name + "_norm")
                .relu();
    }
}
