package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/** Batch normalisation with the GELU behind it, computed as one; see {@link dev.convoy.op.BatchNormGelu}. Observed, they are two. */
record NormalizedGelu(BatchNorm norm, Module gelu) implements Module {
    @Override
    public Variable forward(Pass pass, Variable x) {
        return pass.isObserved() ? pass.forward(gelu, pass.forward(norm, x)) : norm.forwardGelu(pass, x);
    }

    @Override
    public Shape output() {
        return gelu.output();
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        norm.describe(rows);
        gelu.describe(rows);
    }
}
