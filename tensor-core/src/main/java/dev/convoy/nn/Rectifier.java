package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.Relu;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/** {@code y = max(x, 0)}; see {@link Relu}. */
record Rectifier(String path, Shape output) implements Module {
    @Override
    public Variable forward(Pass pass, Variable x) {
        return Relu.apply(pass.tape(), x);
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(new LayerSummary(path, "relu", output, 0, 0));
    }
}
