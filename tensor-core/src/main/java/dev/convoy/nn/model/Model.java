package dev.convoy.nn.model;

import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.tensor.Shape;

/** How a network is built for images of some size and a number of classes; one file per family. */
@FunctionalInterface
interface Model {
    /**
     * @param image {@code [H, W, C]}
     * @throws IllegalArgumentException if a layer's window does not fit into what is left of the image
     */
    Module root(Scope scope, Shape image, int classes);
}
