package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/**
 * A layer with the rectifier behind it, computed as one. Where a pass is observed, they are two, so that the observer is shown what is
 * between them; the bits are the same.
 */
record Rectified(Rectifiable layer, Module rectifier) implements Module {
    @Override
    public Variable forward(Pass pass, Variable x) {
        return pass.isObserved() ? pass.forward(rectifier, pass.forward(layer, x)) : layer.forwardRectified(pass, x);
    }

    @Override
    public Shape output() {
        return rectifier.output();
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        layer.describe(rows);
        rectifier.describe(rows);
    }
}
