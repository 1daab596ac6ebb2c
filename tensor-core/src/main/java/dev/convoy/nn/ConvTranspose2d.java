package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ConvTransposeGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Transposed convolution {@code [H, W, C]} to {@code [P, Q, K]} with weight {@code [R, S, K/groups, C]}, that of the convolution it
 * transposes; see {@link dev.convoy.op.ConvTranspose2d}.
 */
public final class ConvTranspose2d implements Module {
    private final String path;
    private final ConvTransposeGeometry one;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /**
     * @param outputPadHeight rows added at the bottom, fewer than the stride
     * @param outputPadWidth columns added at the right
     * @param withBias leave it out before a normalisation, which would subtract it again
     */
    public ConvTranspose2d(
            Scope scope,
            Shape input,
            int filters,
            Window window,
            int groups,
            int outputPadHeight,
            int outputPadWidth,
            boolean withBias) {
        scope.requireImage(input);
        this.path = scope.path();
        this.one = new ConvTransposeGeometry(
                1,
                input.extent(0),
                input.extent(1),
                input.extent(2),
                filters,
                groups,
                window,
                outputPadHeight,
                outputPadWidth);
        this.weight = scope.weight(
                "weight",
                Shape.of(window.height(), window.width(), filters / groups, one.channels()),
                Initializer.he(fanIn(one)));
        this.bias = withBias ? scope.weight("bias", Shape.of(filters), Initializer.constant(0)) : null;
    }

    /** The products summed in one output, on average: of the taps only every {@code strideHeight * strideWidth}-th meets a pixel. */
    private static int fanIn(ConvTransposeGeometry one) {
        Window window = one.window();
        double meeting = (double) window.taps() / window.strideHeight() / window.strideWidth();
        return (int) Math.max(1, Math.round(meeting * (one.channels() / one.groups())));
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        return dev.convoy.op.ConvTranspose2d.apply(
                pass.tape(),
                x,
                pass.parameter(weight),
                bias == null ? null : pass.parameter(bias),
                one.window(),
                one.groups(),
                one.outputPadHeight(),
                one.outputPadWidth());
    }

    @Override
    public Shape output() {
        return Shape.of(one.outputHeight(), one.outputWidth(), one.filters());
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        long parameters =
                (long) weight.shape().size() + (bias == null ? 0 : bias.shape().size());
        rows.accept(new LayerSummary(path, "conv transpose " + one.window(), output(), parameters, one.multiplyAdds()));
    }
}
