package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/** Group normalisation per sample, the same in training and evaluation; see {@link dev.convoy.op.GroupNorm}. */
public final class GroupNorm implements Module {
    private static final float EPSILON = 1e-5f;

    private final String path;
    private final Shape shape;
    private final int groups;
    private final Parameter gamma;
    private final Parameter beta;

    /** @throws IllegalArgumentException unless the groups divide the channels */
    public GroupNorm(Scope scope, Shape input, int groups) {
        int channels = input.extent(-1);
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    scope.path() + ": " + groups + " groups do not divide the " + channels + " channels of " + input);
        }
        this.path = scope.path();
        this.shape = input;
        this.groups = groups;
        this.gamma = scope.weight("gamma", Shape.of(channels), Initializer.constant(1));
        this.beta = scope.weight("beta", Shape.of(channels), Initializer.constant(0));
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return dev.convoy.op.GroupNorm.apply(
                pass.tape(), x, groups, pass.parameter(gamma), pass.parameter(beta), EPSILON);
    }

    @Override
    public Shape output() {
        return shape;
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(new LayerSummary(
                path, "group norm " + groups, shape, 2L * gamma.shape().size(), 0));
    }
}
