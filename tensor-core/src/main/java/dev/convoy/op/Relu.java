package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/** {@code y = max(x, 0)}; {@code dx = dy where y > 0, else 0}, in place of dy. */
public final class Relu {
    private Relu() {}

    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        Tensor from = x.value();
        Tensor to = y.value();
        tape.kernels().relu(to.size(), from.array(), from.offset(), to.array(), to.offset());
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            x.addInPlaceOf(y, dx -> tape.kernels()
                    .reluAdjoint(dx.size(), to.array(), to.offset(), dy.array(), dy.offset(), dx.array(), dx.offset()));
        });
        return y;
    }
}
