package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.Bias;
import dev.convoy.op.MatMul;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Fully connected: {@code y = x weight (+ bias)}, {@code [in]} to {@code [out]} with weight {@code [in, out]}. */
public final class Dense implements Module {
    private final String path;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /** @param initializer of the weight: He's before a rectifier, uniform for the last layer */
    public Dense(Scope scope, Shape input, int outputs, Initializer initializer, boolean withBias) {
        if (input.rank() != 1) {
            throw new IllegalArgumentException(
                    scope.path() + ": expected vectors but the input is " + input + "; flatten it first");
        }
        if (outputs < 1) {
            throw new IllegalArgumentException(scope.path() + ": expected at least 1 output but got " + outputs);
        }
        this.path = scope.path();
        this.weight = scope.weight("weight", Shape.of(input.extent(0), outputs), initializer);
        this.bias = withBias ? scope.weight("bias", Shape.of(outputs), Initializer.constant(0)) : null;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Variable y = MatMul.apply(pass.tape(), x, pass.parameter(weight));
        return bias == null ? y : Bias.apply(pass.tape(), y, pass.parameter(bias));
    }

    @Override
    public Shape output() {
        return Shape.of(weight.shape().extent(1));
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        long parameters =
                (long) weight.shape().size() + (bias == null ? 0 : bias.shape().size());
        rows.accept(new LayerSummary(
                path, "dense", output(), parameters, weight.shape().size()));
    }
}
