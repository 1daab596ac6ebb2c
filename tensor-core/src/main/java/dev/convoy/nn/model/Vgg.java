package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;
import java.util.List;

/**
 * Five stages of 3x3 convolutions with 64, 128, 256, 512 and 512 filters, each ending in a max pooling; adaptive average pooling to
 * 7x7 and two wide dense layers with dropout. Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
 * recognition", 2014, table 1, in torchvision's form with batch normalisation, where the convolutions keep their biases.
 *
 * @param convolutions per stage
 * @param hidden the width of the dense layers, 4096 in the paper
 */
record Vgg(List<Integer> convolutions, int hidden) implements Model {
    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Sequential.Builder layers = Sequential.of(scope, image);
        for (int stage = 1; stage <= convolutions.size(); stage++) {
            int filters = Math.min(32 << stage, 512);
            for (int i = 1; i <= convolutions.get(stage - 1); i++) {
                String name = "stage" + stage + ".conv" + i;
                layers.conv(name, filters, Window.square(3).padding(1))
                        .batchNorm(name + "_norm")
                        .relu();
            }
            layers.maxPool(Window.square(2).stride(2));
        }
        return layers.adaptiveAveragePool(7, 7)
                .flatten()
                .dense("dense1", hidden)
                .relu()
                .dropout(0.5)
                .dense("dense2", hidden)
                .relu()
                .dropout(0.5)
                .classifier("output", classes)
                .build();
    }
}
