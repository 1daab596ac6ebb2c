package dev.convoy.bench;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.model.NetworkProvider;
import dev.convoy.tensor.Shape;

/**
 * MobileNet-v1 as people run it on 32x32 images: the first convolution has stride 1, all else is as for ImageNet, so that four
 * halvings lead to 2x2 pixels. Source: Howard et al., "MobileNets", 2017, table 1; the stride is that of {@code kuangliu/pytorch-cifar}.
 */
public final class CifarMobileNet implements NetworkProvider {
    /** Filters and stride of each separable convolution. */
    static final int[][] LAYERS = {
        {64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1},
        {1024, 2}, {1024, 1}
    };

    @Override
    public String name() {
        return "mobilenet32";
    }

    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Window window = Window.square(3).padding(1);
        Sequential.Builder layers =
                Sequential.of(scope, image).convNorm("conv1", 32, window).relu();
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
