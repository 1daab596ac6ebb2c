package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.op.Measured;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Convolution {@code [H, W, C]} to {@code [P, Q, K]} with weight {@code [R, S, C/groups, K]}; see {@link dev.convoy.op.Conv2d}. */
public final class Conv2d implements Module {
    private final String path;
    private final ConvGeometry one;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /** @param withBias leave it out before a normalisation, which would subtract it again */
    public Conv2d(Scope scope, Shape input, int filters, Window window, int groups, boolean withBias) {
        scope.requireImage(input);
        this.path = scope.path();
        this.one = new ConvGeometry(1, input.extent(0), input.extent(1), input.extent(2), filters, groups, window);
        int fanIn = window.taps() * one.channelsPerGroup();
        this.weight = scope.weight(
                "weight",
                Shape.of(window.height(), window.width(), one.channelsPerGroup(), filters),
                Initializer.he(fanIn));
        this.bias = withBias ? scope.weight("bias", Shape.of(filters), Initializer.constant(0)) : null;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return dev.convoy.op.Conv2d.apply(
                pass.tape(),
                x,
                pass.parameter(weight),
                bias == null ? null : pass.parameter(bias),
                one.window(),
                one.groups());
    }

    /** What {@link #forward} gives, measured for the normalisation behind it. */
    Measured forwardMeasured(Pass pass, Variable x) {
        return dev.convoy.op.Conv2d.measured(
                pass.tape(),
                x,
                pass.parameter(weight),
                bias == null ? null : pass.parameter(bias),
                one.window(),
                one.groups());
    }

    @Override
    public Shape output() {
        return Shape.of(one.outputHeight(), one.outputWidth(), one.filters());
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        long parameters =
                (long) weight.shape().size() + (bias == null ? 0 : bias.shape().size());
        String groups = one.groups() == 1 ? "" : ", " + one.groups() + " groups";
        rows.accept(new LayerSummary(path, "conv " + one.window() + groups, output(), parameters, one.multiplyAdds()));
    }
}
