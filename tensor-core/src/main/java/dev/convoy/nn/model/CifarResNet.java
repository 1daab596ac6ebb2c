package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Residual;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.Shortcut;
import dev.convoy.tensor.Shape;

/**
 * The residual networks for CIFAR, of {@code 6 n + 2} layers: three stages of n blocks with 16, 32 and 64 filters, shortcuts of
 * option A. Source: He et al., "Deep residual learning for image recognition", 2015, section 4.2.
 *
 * @param blocks n, per stage
 */
record CifarResNet(int blocks) implements Model {
    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Sequential.Builder layers = Sequential.of(scope, image)
                .convNorm("conv1", 16, Window.square(3).padding(1))
                .relu();
        for (int stage = 1; stage <= 3; stage++) {
            int filters = 8 << stage;
            for (int block = 1; block <= blocks; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                layers.add("stage" + stage + ".block" + block, (inner, in) -> block(inner, in, filters, stride))
                        .relu();
            }
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
        return new Residual(scope, input, body, Shortcut.SUBSAMPLED, stride);
    }
}
