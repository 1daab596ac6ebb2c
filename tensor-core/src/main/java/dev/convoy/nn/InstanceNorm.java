package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/** Instance normalisation per sample and channel, the same in training and evaluation; see {@link dev.convoy.op.InstanceNorm}. */
public final class InstanceNorm implements Module {
    private static final float EPSILON = 1e-5f;

    private final String path;
    private final Shape shape;
    private final Parameter gamma;
    private final Parameter beta;

    public InstanceNorm(Scope scope, Shape input) {
        this.path = scope.path();
        this.shape = input;
        Shape perChannel = Shape.of(input.extent(-1));
        this.gamma = scope.weight("gamma", perChannel, Initializer.constant(1));
        this.beta = scope.weight("beta", perChannel, Initializer.constant(0));
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return dev.convoy.op.InstanceNorm.apply(pass.tape(), x, pass.parameter(gamma), pass.parameter(beta), EPSILON);
    }

    @Override
    public Shape output() {
        return shape;
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(new LayerSummary(
                path, "instance norm", shape, 2L * gamma.shape().size(), 0));
    }
}
