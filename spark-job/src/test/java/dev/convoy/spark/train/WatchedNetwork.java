package dev.convoy.spark.train;

import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Window;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Module;
import dev.convoy.nn.Pass;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.nn.model.NetworkProvider;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/**
 * The network {@code watched}: a small one with batch normalisation and dropout, whose first layer returns its input but first tells the
 * {@link Watcher} of the test, in whatever process it runs, and does what that answers.
 */
public class WatchedNetwork implements NetworkProvider {
    private final String name;
    private final int filters;

    public WatchedNetwork() {
        this("watched", 8);
    }

    WatchedNetwork(String name, int filters) {
        this.name = name;
        this.filters = filters;
    }

    /** {@code watched-large}: too large to travel inside tasks and their results. */
    public static final class Large extends WatchedNetwork {
        public Large() {
            super("watched-large", 160);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Module root(Scope scope, Shape image, int classes) {
        Window halving = Window.square(3).padding(1).stride(2);
        return Sequential.of(scope, image)
                .add("watcher", (inner, in) -> new Watched(in))
                .convNorm("conv1", 4, halving)
                .relu()
                .convNorm("conv2", filters, halving)
                .relu()
                .flatten()
                .dropout(0.25)
                .classifier("output", classes)
                .build();
    }

    private record Watched(Shape output) implements Module {
        @Override
        public Variable forward(Pass pass, Variable x) {
            Watcher.pass(pass.training() != null, x.value());
            return x;
        }

        @Override
        public void describe(Consumer<LayerSummary> rows) {
            rows.accept(new LayerSummary("watcher", "watched", output, 0, 0));
        }
    }
}
