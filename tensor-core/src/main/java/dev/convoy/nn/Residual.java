package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.Add;
import dev.convoy.op.Relu;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = body(x) + shortcut(x)}; the shortcut is x itself where the shapes agree. Whether a rectifier follows is for the network
 * to say. Source: He et al., "Deep residual learning for image recognition", 2015.
 */
public final class Residual implements Rectifiable {
    private final String path;
    private final Module body;
    private final @Nullable Module shortcut;

    /**
     * @param body from {@code [H, W, C]} to {@code [P, Q, K]}
     * @param shortcut what to do where these differ
     * @param stride by which the body reduces height and width
     * @throws IllegalArgumentException if the shortcut cannot give the body's shape
     */
    public Residual(Scope scope, Shape input, Module body, Shortcut shortcut, int stride) {
        Shape output = body.output();
        if (input.rank() != 3 || output.rank() != 3) {
            throw new IllegalArgumentException(scope.path() + ": a residual block goes from image to image [H, W, C]"
                    + " but its body goes from " + input + " to " + output);
        }
        this.path = scope.path();
        this.body = body;
        this.shortcut = input.equals(output) ? null : shortcut.layer(scope, input, output.extent(2), stride);
        if (this.shortcut != null && !this.shortcut.output().equals(output)) {
            throw new IllegalArgumentException(path + ": the body gives " + output + " but the shortcut of stride "
                    + stride + " gives " + this.shortcut.output() + "; both come from " + input);
        }
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Variable direct = direct(pass, x);
        return Add.apply(pass.tape(), pass.forward(body, x), direct);
    }

    @Override
    public Variable forwardRectified(Pass pass, Variable x) {
        return body instanceof Sequential layers
                ? layers.forwardRectified(pass, x, direct(pass, x))
                : Relu.apply(pass.tape(), forward(pass, x));
    }

    private Variable direct(Pass pass, Variable x) {
        return shortcut == null ? x : pass.forward(shortcut, x);
    }

    @Override
    public Shape output() {
        return body.output();
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        body.describe(rows);
        if (shortcut != null) {
            shortcut.describe(rows);
        }
        rows.accept(new LayerSummary(path, "add", output(), 0, 0));
    }
}
