package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;

/** Two pairs of 3x3 convolutions with batch normalisation, dropout and one dense layer: a good small default. */
record SmallCnn() implements Model {
    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Window same = Window.square(3).padding(1);
        return Sequential.of(scope, image)
                .convNorm("conv1", 16, same)
                .relu()
                .convNorm("conv2", 16, same)
                .relu()
                .maxPool(Window.square(2).stride(2))
                .convNorm("conv3", 32, same)
                .relu()
                .convNorm("conv4", 32, same)
                .relu()
                .maxPool(Window.square(2).stride(2))
                .flatten()
                .dropout(0.25)
                .dense("dense1", 128)
                .relu()
                .classifier("output", classes)
                .build();
    }
}
