package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.Bias;
import dev.convoy.op.MatMul;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/** Fully connected: {@code y = x weight + bias}, {@code [in]} to {@code [out]} with weight {@code [in, out]}. */
public final class Dense implements Module {
    private final String path;
    private final Parameter weight;
    private final Parameter bias;

    /** @param initializer of the weight: He's before a rectifier, uniform for the last layer */
    public Dense(Scope scope, Shape input, int outputs, Initializer initializer) {
        if (input.rank() != 1) {
            throw new IllegalArgumentException(
                    scope.path() + ": expected vectors but the input is " + input + "; flatten it first");
        }
        this.path = scope.path();
        this.weight = scope.weight("weight", Shape.of(input.extent(0), outputs), initializer);
        this.bias = scope.weight("bias", Shape.of(outputs), Initializer.constant(0));
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return Bias.apply(pass.tape(), MatMul.apply(pass.tape(), x, pass.parameter(weight)), pass.parameter(bias));
    }

    @Override
    public Shape output() {
        return bias.shape();
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(new LayerSummary(
                path,
                "dense",
                output(),
                (long) weight.shape().size() + bias.shape().size(),
                weight.shape().size()));
    }
}
