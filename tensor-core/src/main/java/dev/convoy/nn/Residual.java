package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.Add;
import dev.convoy.op.Relu;
import dev.convoy.op.SubsampleChannels;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/**
 * {@code y = relu(body(x) + shortcut(x))}; the shortcut is x itself where the shapes agree, else
 * {@link SubsampleChannels}. Source: He et al., "Deep residual learning for image recognition", 2015.
 */
public final class Residual implements Module {
    private final String path;
    private final Module body;
    private final Shape input;
    private final int stride;

    /** @param stride by which the body reduces height and width */
    public Residual(Scope scope, Shape input, int stride, Module body) {
        this.path = scope.path();
        this.input = input;
        this.stride = stride;
        this.body = body;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        boolean same = input.equals(body.output());
        Variable shortcut = same
                ? x
                : SubsampleChannels.apply(pass.tape(), x, stride, body.output().extent(2));
        return Relu.apply(pass.tape(), Add.apply(pass.tape(), body.forward(pass, x), shortcut));
    }

    @Override
    public Shape output() {
        return body.output();
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        body.describe(rows);
        rows.accept(new LayerSummary(path, "add, relu", output(), 0, 0));
    }
}
