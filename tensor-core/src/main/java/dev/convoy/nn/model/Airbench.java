package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;

/**
 * The network that reaches 94 % on CIFAR-10 fastest: a 2x2 convolution, three groups of two 3x3 convolutions, scores divided by 9.
 * Source: Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024, {@code airbench94.py}.
 *
 * <p>This is its structure. There the first convolution is set to whiten the patches of the training images and frozen, the other
 * convolutions begin as partial identities, and the scales of the normalisations stay 1; here first weights know no data and are He's,
 * and what is frozen is for the settings to say: {@code train.freeze = ["*.gamma"]} trains what is trained there and the 288 weights of
 * the first convolution.
 */
record Airbench() implements Model {
    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Sequential.Builder layers =
                Sequential.of(scope, image).conv("whiten", 24, Window.square(2)).gelu();
        int[] widths = {64, 256, 256};
        for (int group = 1; group <= widths.length; group++) {
            int width = widths[group - 1];
            layers.add("group" + group, (inner, in) -> group(inner, in, width));
        }
        return layers.maxPool(Window.square(3).stride(3))
                .flatten()
                .classifier("output", classes, false)
                .scale(1f / 9)
                .build();
    }

    private static Module group(Scope scope, Shape input, int width) {
        Window window = Window.square(3).padding(1);
        return Sequential.of(scope, input)
                .conv("conv1", width, window, 1, false)
                .maxPool(Window.square(2).stride(2))
                .batchNorm("norm1")
                .gelu()
                .conv("conv2", width, window, 1, false)
                .batchNorm("norm2")
                .gelu()
                .build();
    }
}
