package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.Arrays;
import java.util.function.Consumer;

/** Layer normalisation over the last axes of a sample, the same in training and evaluation; see {@link dev.convoy.op.LayerNorm}. */
public final class LayerNorm implements Module {
    private static final float EPSILON = 1e-5f;

    private final String path;
    private final Shape shape;
    private final Parameter gamma;
    private final Parameter beta;

    /**
     * @param axes over how many of the last axes, each with its own scale and shift: 1 for the channels of a pixel, the input's rank for
     *     the whole sample
     * @throws IllegalArgumentException unless the input has so many axes
     */
    public LayerNorm(Scope scope, Shape input, int axes) {
        if (axes < 1 || axes > input.rank()) {
            throw new IllegalArgumentException(scope.path() + ": layer norm over the last " + axes
                    + " axes does not fit the input " + input + " (without the batch)");
        }
        this.path = scope.path();
        this.shape = input;
        Shape last = Shape.of(Arrays.copyOfRange(input.toArray(), input.rank() - axes, input.rank()));
        this.gamma = scope.weight("gamma", last, Initializer.constant(1));
        this.beta = scope.weight("beta", last, Initializer.constant(0));
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return dev.convoy.op.LayerNorm.apply(pass.tape(), x, pass.parameter(gamma), pass.parameter(beta), EPSILON);
    }

    @Override
    public Shape output() {
        return shape;
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(
                new LayerSummary(path, "layer norm", shape, 2L * gamma.shape().size(), 0));
    }
}
