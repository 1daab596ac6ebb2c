package dev.convoy.nn;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Window;
import dev.convoy.op.Add;
import dev.convoy.op.Dropout;
import dev.convoy.op.Elu;
import dev.convoy.op.Gelu;
import dev.convoy.op.Hardswish;
import dev.convoy.op.LeakyRelu;
import dev.convoy.op.Multiply;
import dev.convoy.op.Relu;
import dev.convoy.op.Reshape;
import dev.convoy.op.Sigmoid;
import dev.convoy.op.Silu;
import dev.convoy.op.Softplus;
import dev.convoy.op.Tanh;
import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Layers one after the other. Built with a {@link Builder} that carries the shape along, so that a layer need only be told what it
 * makes of it.
 */
public final class Sequential implements Module {
    private final Shape output;
    private final List<Module> layers;

    private Sequential(Shape output, List<Module> layers) {
        this.output = output;
        this.layers = List.copyOf(layers);
    }

    public static Builder of(Scope scope, Shape input) {
        return new Builder(scope, input);
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return first(layers.size(), pass, x);
    }

    private Variable first(int count, Pass pass, Variable x) {
        Variable y = x;
        for (Module layer : layers.subList(0, count)) {
            y = pass.forward(layer, y);
        }
        return y;
    }

    /** {@code max(0, y + residual)}, together with the normalisation that comes last, if one does. */
    Variable forwardRectified(Pass pass, Variable x, Variable residual) {
        int before = layers.size() - 1;
        return before >= 0 && layers.get(before) instanceof BatchNorm norm
                ? norm.forwardRectified(pass, first(before, pass, x), residual)
                : Relu.apply(pass.tape(), Add.apply(pass.tape(), forward(pass, x), residual));
    }

    @Override
    public Shape output() {
        return output;
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        layers.forEach(layer -> layer.describe(rows));
    }

    /** Appends layers; a layer with parameters takes a name, the others are numbered. */
    public static final class Builder {
        private final Scope scope;
        private final List<Module> layers = new ArrayList<>();
        private int count;
        private Shape shape;

        private Builder(Scope scope, Shape input) {
            this.scope = scope;
            this.shape = input;
        }

        /** Convolution with bias. */
        public Builder conv(String name, int filters, Window window) {
            return conv(name, filters, window, 1, true);
        }

        /** @param groups of channels, each convolved by itself */
        public Builder conv(String name, int filters, Window window, int groups, boolean withBias) {
            return add(new Conv2d(scope.in(name), shape, filters, window, groups, withBias));
        }

        /** Convolution with bias of each channel by itself. */
        public Builder depthwise(String name, Window window) {
            return conv(name, shape.extent(-1), window, shape.extent(-1), true);
        }

        /** Convolution 1x1 with bias: a dense layer for every pixel. */
        public Builder pointwise(String name, int filters) {
            return conv(name, filters, Window.square(1));
        }

        /** Transposed convolution with bias: enlarges by the window's stride; see {@link ConvTranspose2d}. */
        public Builder convTranspose(String name, int filters, Window window) {
            return add(name, (inner, in) -> new ConvTranspose2d(inner, in, filters, window, 1, 0, 0, true));
        }

        /** Depthwise, then pointwise, called {@code name.depthwise} and {@code name.pointwise}, with nothing between them. */
        public Builder separable(String name, int filters, Window window) {
            return depthwise(name + ".depthwise", window).pointwise(name + ".pointwise", filters);
        }

        /** Convolution without bias, batch normalisation, called {@code name} and {@code name + "_norm"}. */
        public Builder convNorm(String name, int filters, Window window) {
            return convNorm(name, filters, window, 1);
        }

        /** The same of that many groups of channels by themselves; as many as there are channels make it depthwise. */
        public Builder convNorm(String name, int filters, Window window, int groups) {
            return conv(name, filters, window, groups, false).batchNorm(name + "_norm");
        }

        /** One with the convolution right before it. */
        public Builder batchNorm(String name) {
            int last = layers.size() - 1;
            Conv2d before = last >= 0 && layers.get(last) instanceof Conv2d convolution ? convolution : null;
            if (before != null) {
                layers.remove(last);
            }
            return add(new BatchNorm(scope.in(name), shape, before));
        }

        public Builder groupNorm(String name, int groups) {
            return add(new GroupNorm(scope.in(name), shape, groups));
        }

        /** Over the last axes of a sample: 1 for the channels of a pixel, all for the whole sample. */
        public Builder layerNorm(String name, int axes) {
            return add(new LayerNorm(scope.in(name), shape, axes));
        }

        public Builder instanceNorm(String name) {
            return add(new InstanceNorm(scope.in(name), shape));
        }

        /** Fully connected, followed by a rectifier: He's initial weights. */
        public Builder dense(String name, int outputs) {
            return add(new Dense(scope.in(name), shape, outputs, Initializer.he(shape.extent(0)), true));
        }

        /** Fully connected, the last layer: small uniform initial weights. */
        public Builder classifier(String name, int classes) {
            return classifier(name, classes, true);
        }

        public Builder classifier(String name, int classes, boolean withBias) {
            return add(new Dense(scope.in(name), shape, classes, Initializer.uniform(shape.extent(0)), withBias));
        }

        /** One with the layer before it where that can be; see {@link Rectified}. */
        public Builder relu() {
            return numbered("relu", (inner, in) -> new Rectifier(inner.path(), in))
                    .withTheLayerBefore(Rectifiable.class, Rectified::new);
        }

        public Builder leakyRelu(float slope) {
            return elementwise("leaky relu " + slope, (tape, x) -> LeakyRelu.apply(tape, x, slope));
        }

        public Builder elu(float alpha) {
            return elementwise("elu " + alpha, (tape, x) -> Elu.apply(tape, x, alpha));
        }

        /** One with the batch normalisation right before it. */
        public Builder gelu() {
            return elementwise("gelu", Gelu::apply).withTheLayerBefore(BatchNorm.class, NormalizedGelu::new);
        }

        public Builder silu() {
            return elementwise("silu", Silu::apply);
        }

        public Builder hardswish() {
            return elementwise("hardswish", Hardswish::apply);
        }

        public Builder softplus() {
            return elementwise("softplus", Softplus::apply);
        }

        public Builder sigmoid() {
            return elementwise("sigmoid", Sigmoid::apply);
        }

        public Builder tanh() {
            return elementwise("tanh", Tanh::apply);
        }

        /** {@code y = factor * x}. */
        public Builder scale(float factor) {
            return elementwise("scale " + factor, (tape, x) -> Multiply.apply(tape, x, factor));
        }

        /** Any operation without parameters that keeps the shape; {@code kind} is what people read in the description. */
        public Builder elementwise(String kind, BiFunction<Tape, Variable, Variable> operation) {
            return stateless(kind, shape, operation);
        }

        public Builder flatten() {
            return stateless("flatten", Shape.of(shape.size()), Reshape::flatten);
        }

        /** One with a rectifier right before it. */
        public Builder maxPool(Window window) {
            return numbered("max", (inner, in) -> Pooling.max(inner, in, window, false))
                    .withTheLayerBefore(Rectifier.class, RectifiedPool::new);
        }

        /** Padding counts as zeros. */
        public Builder averagePool(Window window) {
            return numbered("average", (inner, in) -> Pooling.average(inner, in, window, false, true));
        }

        /** The maximum of each channel over the whole image, as a vector. */
        public Builder globalMaxPool() {
            return numbered("max", Pooling::globalMax).flatten();
        }

        /** The mean of each channel over the whole image, as a vector. */
        public Builder globalAveragePool() {
            return numbered("average", Pooling::globalAverage).flatten();
        }

        /** Averages to an image of that size, whatever the size before. */
        public Builder adaptiveAveragePool(int height, int width) {
            return numbered("average", (inner, in) -> Pooling.adaptiveAverage(inner, in, height, width));
        }

        public Builder dropout(double probability) {
            return dropout(Dropout.Unit.ELEMENT, probability);
        }

        /** Drops whole channels. */
        public Builder spatialDropout(double probability) {
            return dropout(Dropout.Unit.CHANNEL, probability);
        }

        /** Drops whole samples: stochastic depth, at the end of a residual block's body. */
        public Builder stochasticDepth(double probability) {
            return dropout(Dropout.Unit.SAMPLE, probability);
        }

        private Builder dropout(Dropout.Unit unit, double probability) {
            return numbered("dropout", (inner, in) -> new dev.convoy.nn.Dropout(inner, in, unit, probability));
        }

        /** A composite layer, from its scope and its input shape. */
        public Builder add(String name, BiFunction<Scope, Shape, Module> layer) {
            return add(layer.apply(scope.in(name), shape));
        }

        public Sequential build() {
            return new Sequential(shape, layers);
        }

        private Builder stateless(String kind, Shape output, BiFunction<Tape, Variable, Variable> operation) {
            return numbered(kind.split(" ", 2)[0], (inner, in) -> new Stateless(inner.path(), kind, output, operation));
        }

        private Builder numbered(String name, BiFunction<Scope, Shape, Module> layer) {
            return add(name + count, layer);
        }

        /** Makes the last layer one with that before it, if that is of such a kind. */
        private <T extends Module> Builder withTheLayerBefore(Class<T> kind, BiFunction<T, Module, Module> both) {
            int before = layers.size() - 2;
            if (before >= 0 && kind.isInstance(layers.get(before))) {
                layers.set(before, both.apply(kind.cast(layers.get(before)), layers.remove(before + 1)));
            }
            return this;
        }

        private Builder add(Module layer) {
            layers.add(layer);
            count++;
            shape = layer.output();
            return this;
        }
    }
}
