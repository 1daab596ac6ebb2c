package dev.convoy.train;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.model.NetworkProvider;
import dev.convoy.tensor.Shape;

/** Three 5x5 convolutions; of images of 28 px, minimal filtering computes the second and third, at 14 and 7 px. */
public final class FiveByFive implements NetworkProvider {
    @Override
    public String name() {
        return "five-by-five";
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
                .conv("conv3", 24, same)
                .relu()
                .flatten()
                .classifier("output", classes)
                .build();
    }
}
