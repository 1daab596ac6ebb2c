package dev.convoy.bench;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Residual;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.Shortcut;
import dev.convoy.nn.model.NetworkProvider;
import dev.convoy.tensor.Shape;

/**
 * A convolution with 64 filters and one residual block each of 64, 128 and 256, the last two of stride 2 with shortcuts of option B:
 * nearly all 3x3 with many channels, 1.17 GFLOP per 32x32 image and step.
 */
public final class WideResNet implements NetworkProvider {
    @Override
    public String name() {
        return "wide";
    }

    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Sequential.Builder layers = Sequential.of(scope, image)
                .convNorm("conv1", 64, Window.square(3).padding(1))
                .relu();
        for (int block = 1; block <= 3; block++) {
            int filters = 32 << block;
            int stride = block == 1 ? 1 : 2;
            layers.add("block" + block, (inner, in) -> block(inner, in, filters, stride))
                    .relu();
        }
        return layers.globalAveragePool().classifier("output", classes).build();
    }

    private static Residual block(Scope scope, Shape input, int filters, int stride) {
        Window window = Window.square(3).padding(1);
        Module body = Sequential.of(scope, input)
                .convNorm("conv1", filters, window.stride(stride))
                .relu()
                .convNorm("conv2", filters, window)
                .build();
        return new Residual(scope, input, body, Shortcut.PROJECTED, stride);
    }
}
