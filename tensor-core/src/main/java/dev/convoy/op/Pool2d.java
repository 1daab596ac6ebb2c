package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** Maximum and average over a sliding window, channel by channel: {@code [N, H, W, C]} to {@code [N, P, Q, C]}. */
public final class Pool2d {
    private Pool2d() {}

    /** {@code y = max over the window}; dy goes to the first tap that holds the maximum. */
    public static Variable max(Tape tape, Variable x, Window window) {
        PoolGeometry g = geometry(x.shape(), window);
        Variable y = tape.output(Shape.of(g.batch(), g.outputHeight(), g.outputWidth(), g.channels()), x);
        Tensor from = x.value();
        Tensor to = y.value();
        tape.kernels().maxPool(g, from.array(), from.offset(), to.array(), to.offset());
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            tape.kernels()
                    .maxPoolAdjointAdd(
                            g,
                            from.array(),
                            from.offset(),
                            to.array(),
                            to.offset(),
                            dy.array(),
                            dy.offset(),
                            dx.array(),
                            dx.offset());
        });
        return y;
    }

    /** {@code y = sum over the window / (R S)}, padding counted as zeros; every tap gets {@code dy / (R S)}. */
    public static Variable average(Tape tape, Variable x, Window window) {
        PoolGeometry g = geometry(x.shape(), window);
        Variable y = tape.output(Shape.of(g.batch(), g.outputHeight(), g.outputWidth(), g.channels()), x);
        tape.kernels()
                .averagePool(
                        g,
                        x.value().array(),
                        x.value().offset(),
                        y.value().array(),
                        y.value().offset());
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            tape.kernels().averagePoolAdjointAdd(g, dy.array(), dy.offset(), dx.array(), dx.offset());
        });
        return y;
    }

    private static PoolGeometry geometry(Shape x, Window window) {
        if (x.rank() != 4) {
            throw new IllegalArgumentException("pool2d: expected an input [N, H, W, C] but got " + x);
        }
        return new PoolGeometry(x.extent(0), x.extent(1), x.extent(2), x.extent(3), window);
    }
}
