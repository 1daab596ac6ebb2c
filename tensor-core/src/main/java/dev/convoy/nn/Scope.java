package dev.convoy.nn;

import dev.convoy.tensor.Shape;

/** Where in the tree of layers one stands while a network is built: the path that prefixes names, and the layouts that grow. */
public final class Scope {
    private final String path;
    private final ParameterLayout.Builder weights;
    private final ParameterLayout.Builder buffers;

    Scope(String path, ParameterLayout.Builder weights, ParameterLayout.Builder buffers) {
        this.path = path;
        this.weights = weights;
        this.buffers = buffers;
    }

    public String path() {
        return path;
    }

    public Scope in(String child) {
        return new Scope(name(child), weights, buffers);
    }

    /** A trained parameter. */
    public Parameter weight(String name, Shape shape, Initializer initializer) {
        return weights.add(name(name), shape, initializer);
    }

    /** A running average kept beside the weights, not trained. */
    public Parameter buffer(String name, Shape shape, float initial) {
        return buffers.add(name(name), shape, Initializer.constant(initial));
    }

    /** @throws IllegalArgumentException unless the layer's input is {@code [H, W, C]} */
    void requireImage(Shape input) {
        if (input.rank() != 3) {
            throw new IllegalArgumentException(path + ": expected images [H, W, C] but the input is " + input);
        }
    }

    private String name(String child) {
        return path.isEmpty() ? child : path + "." + child;
    }
}
