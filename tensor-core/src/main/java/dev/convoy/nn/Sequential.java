package dev.convoy.nn;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.op.AdaptiveAveragePool;
import dev.convoy.op.Dropout;
import dev.convoy.op.Multiply;
import dev.convoy.op.Pool2d;
import dev.convoy.op.Relu;
import dev.convoy.op.Reshape;
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
        Variable y = x;
        for (Module layer : layers) {
            y = layer.forward(pass, y);
        }
        return y;
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

        public Builder batchNorm(String name) {
            return add(new BatchNorm(scope.in(name), shape));
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

        public Builder relu() {
            return elementwise("relu", Relu::apply);
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

        public Builder maxPool(Window window) {
            return stateless("max pool " + window, pooled(window), (tape, x) -> Pool2d.max(tape, x, window));
        }

        public Builder averagePool(Window window) {
            return stateless("average pool " + window, pooled(window), (tape, x) -> Pool2d.average(tape, x, window));
        }

        /** The mean of each channel over the whole image, as a vector. */
        public Builder globalAveragePool() {
            return averagePool(Window.of(shape.extent(0), shape.extent(1))).flatten();
        }

        /** The maximum of each channel over the whole image, as a vector. */
        public Builder globalMaxPool() {
            return maxPool(Window.of(shape.extent(0), shape.extent(1))).flatten();
        }

        /** Averages to an image of that size, whatever the size before. */
        public Builder adaptiveAveragePool(int height, int width) {
            return stateless(
                    "adaptive average pool",
                    Shape.of(height, width, shape.extent(2)),
                    (tape, x) -> AdaptiveAveragePool.apply(tape, x, height, width));
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
            return add(new dev.convoy.nn.Dropout(scope.in("dropout" + layers.size()), shape, unit, probability));
        }

        /** A composite layer, from its scope and its input shape. */
        public Builder add(String name, BiFunction<Scope, Shape, Module> layer) {
            return add(layer.apply(scope.in(name), shape));
        }

        public Sequential build() {
            return new Sequential(shape, layers);
        }

        private Builder stateless(String kind, Shape output, BiFunction<Tape, Variable, Variable> operation) {
            String name = kind.split(" ", 2)[0] + layers.size();
            return add(new Stateless(scope.in(name).path(), kind, output, operation));
        }

        private Builder add(Module layer) {
            layers.add(layer);
            shape = layer.output();
            return this;
        }

        private Shape pooled(Window window) {
            PoolGeometry one = new PoolGeometry(1, shape.extent(0), shape.extent(1), shape.extent(2), window);
            return Shape.of(one.outputHeight(), one.outputWidth(), shape.extent(2));
        }
    }
}
