package dev.convoy.nn;

import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A network: its tree of modules with the layout of its weights and running averages. Immutable, without values.
 *
 * @param name of the model, as in the configuration
 * @param image the shape of one input, {@code [H, W, C]}
 * @param classes the number of outputs
 */
public record Network(
        String name, Shape image, int classes, Module root, ParameterLayout weights, ParameterLayout buffers) {

    /** @throws IllegalArgumentException unless the root ends in one value per class */
    public Network {
        if (!root.output().equals(Shape.of(classes))) {
            throw new IllegalArgumentException(name + ": the last layer gives " + root.output()
                    + " per sample but there are " + classes + " classes");
        }
    }

    /** Builds the modules with {@code root}, which gets the top scope and the shape of one image. */
    public static Network build(String name, Shape image, int classes, BiFunction<Scope, Shape, Module> root) {
        ParameterLayout.Builder weights = new ParameterLayout.Builder();
        ParameterLayout.Builder buffers = new ParameterLayout.Builder();
        Module module = root.apply(new Scope("", weights, buffers), image);
        return new Network(name, image, classes, module, weights.build(), buffers.build());
    }

    /** One row per layer. */
    public List<LayerSummary> describe() {
        List<LayerSummary> rows = new ArrayList<>();
        root.describe(rows::add);
        return rows;
    }
}
