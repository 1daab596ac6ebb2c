package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/** A layer or a composition of layers: a function of a batch, differentiable in the weights of the pass. Immutable. */
public interface Module {
    /** The output for the batch {@code x}, whose first axis counts the samples. */
    Variable forward(Pass pass, Variable x);

    /** The shape of one sample's output. */
    Shape output();

    /** Hands one row per layer to {@code rows}, in the order the data meets them. */
    void describe(Consumer<LayerSummary> rows);
}
