package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Residual;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.Shortcut;
import dev.convoy.tensor.Shape;
import java.util.List;

/**
 * The residual networks for ImageNet: a 7x7 convolution and a max pooling, each of stride 2, four stages of blocks with shortcuts of
 * option B, global average pooling. Source: He et al., "Deep residual learning for image recognition", 2015, table 1, with the
 * stride of a bottleneck in its 3x3 convolution, as torchvision has it ("v1.5").
 *
 * @param block what the stages repeat
 * @param blocks how often, per stage
 */
record ResNet(Block block, List<Integer> blocks) implements Model {
    enum Block {
        /** Two 3x3 convolutions. */
        BASIC,
        /** 1x1 to a quarter of the channels, 3x3, 1x1 back. */
        BOTTLENECK
    }

    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Sequential.Builder layers = Sequential.of(scope, image)
                .convNorm("conv1", 64, Window.square(7).stride(2).padding(3))
                .relu()
                .maxPool(Window.square(3).stride(2).padding(1));
        for (int stage = 1; stage <= blocks.size(); stage++) {
            int width = 32 << stage;
            for (int index = 1; index <= blocks.get(stage - 1); index++) {
                int stride = stage > 1 && index == 1 ? 2 : 1;
                layers.add("stage" + stage + ".block" + index, (inner, in) -> residual(inner, in, width, stride))
                        .relu();
            }
        }
        return layers.globalAveragePool().classifier("output", classes).build();
    }

    private Residual residual(Scope scope, Shape input, int width, int stride) {
        Sequential.Builder body = Sequential.of(scope, input);
        Window window = Window.square(3).padding(1);
        switch (block) {
            case BASIC ->
                body.convNorm("conv1", width, window.stride(stride)).relu().convNorm("conv2", width, window);
            case BOTTLENECK ->
                body.convNorm("conv1", width, Window.square(1))
                        .relu()
                        .convNorm("conv2", width, window.stride(stride))
                        .relu()
                        .convNorm("conv3", 4 * width, Window.square(1));
        }
        return new Residual(scope, input, body.build(), Shortcut.PROJECTED, stride);
    }
}
