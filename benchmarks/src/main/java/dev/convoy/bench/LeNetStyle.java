package dev.convoy.bench;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.model.NetworkProvider;
import dev.convoy.tensor.Shape;

/** Two 5x5 convolutions with 32 and 64 filters and two dense layers, as in many a tutorial: 0.066 GFLOP per 28x28 image and step. */
public final class LeNetStyle implements NetworkProvider {
    @Override
    public String name() {
        return "lenet-style";
    }

    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Window same = Window.square(5).padding(2);
        return Sequential.of(scope, image)
                .conv("conv1", 32, same)
                .relu()
                .maxPool(Window.square(2).stride(2))
                .conv("conv2", 64, same)
                .relu()
                .maxPool(Window.square(2).stride(2))
                .flatten()
                .dense("dense1", 128)
                .relu()
                .classifier("output", classes)
                .build();
    }
}
