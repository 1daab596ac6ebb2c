package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/**
 * A rectifier with the maximum pooling behind it. The maximum of the rectified is the rectified maximum, so the rectifier comes second,
 * where there is less to rectify; so does its adjoint, first. Where a pass is observed, it comes first. The bits are the same: where a
 * maximum is not above 0, no tap of its window gets a gradient, and where it is, the tap that holds it is the same.
 */
record RectifiedPool(Rectifier rectifier, Module pool) implements Module {
    @Override
    public Variable forward(Pass pass, Variable x) {
        return pass.isObserved()
                ? pass.forward(pool, pass.forward(rectifier, x))
                : rectifier.forward(pass, pool.forward(pass, x));
    }

    @Override
    public Shape output() {
        return pool.output();
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rectifier.describe(rows);
        pool.describe(rows);
    }
}
