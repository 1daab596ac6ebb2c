package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;

/** LeCun et al., "Gradient-based learning applied to document recognition", 1998, with rectifiers and max pooling. */
record LeNet5() implements Model {
    @Override
    public Module root(Scope scope, Shape image, int classes) {
        return Sequential.of(scope, image)
                .conv("conv1", 6, Window.square(5).padding(2))
                .relu()
                .maxPool(Window.square(2).stride(2))
                .conv("conv2", 16, Window.square(5))
                .relu()
                .maxPool(Window.square(2).stride(2))
                .flatten()
                .dense("dense1", 120)
                .relu()
                .dense("dense2", 84)
                .relu()
                .classifier("output", classes)
                .build();
    }
}
