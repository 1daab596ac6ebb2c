package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;

/**
 * Thirteen depthwise separable convolutions: 3x3 within each channel, then 1x1 across channels, each normalised and rectified.
 * Source: Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications", 2017, table 1, width
 * 1; padding is symmetric, and the last depthwise convolution keeps the size (its "s2" in the table is a slip: 7x7 stays 7x7).
 */
record MobileNet() implements Model {
    /** Filters and stride of each separable convolution. */
    private static final int[][] LAYERS = {
        {64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1},
        {1024, 2}, {1024, 1}
    };

    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Window window = Window.square(3).padding(1);
        Sequential.Builder layers = Sequential.of(scope, image)
                .convNorm("conv1", 32, window.stride(2))
                .relu();
        for (int i = 0; i < LAYERS.length; i++) {
            int filters = LAYERS[i][0];
            int stride = LAYERS[i][1];
            layers.add("separable" + (i + 1), (inner, in) -> Sequential.of(inner, in)
                    .convNorm("depthwise", in.extent(2), window.stride(stride), in.extent(2))
                    .relu()
                    .convNorm("pointwise", filters, Window.square(1))
                    .relu()
                    .build());
        }
        return layers.globalAveragePool().classifier("output", classes).build();
    }
}
