package dev.convoy.nn.model;

import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.tensor.Shape;

/**
 * A network of one's own. {@link java.util.ServiceLoader} finds it: a jar on the class path of driver and executors, as
 * {@code spark-submit --jars} puts it there, names the class in its file
 * {@code META-INF/services/dev.convoy.nn.model.NetworkProvider}; the class is public, and so is its constructor, which takes nothing.
 */
public interface NetworkProvider {
    /** What {@code model.name} takes; like no other network's. */
    String name();

    /**
     * The layers for images of some size and a number of classes; the same ones whenever and wherever they are asked for. The modules
     * are used by one thread at a time.
     *
     * @param image {@code [H, W, C]}
     * @return a module that gives one value per class
     * @throws IllegalArgumentException if a layer's window does not fit into what is left of the image
     */
    Module root(Scope scope, Shape image, int classes);
}
