package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/** Matrix product {@code c = a b}, {@code (m, k) * (k, n) = (m, n)}; {@code da = dc b^T}, {@code db = a^T dc}. */
public final class MatMul {
    private MatMul() {}

    /** @throws IllegalArgumentException unless a is {@code [m, k]} and b {@code [k, n]} */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        if (a.shape().rank() != 2
                || b.shape().rank() != 2
                || a.shape().extent(1) != b.shape().extent(0)) {
            throw new IllegalArgumentException(
                    "matmul: expected [m, k] and [k, n] but got " + a.shape() + " and " + b.shape());
        }
        int m = a.shape().extent(0);
        int k = a.shape().extent(1);
        int n = b.shape().extent(1);
        Kernels kernels = tape.kernels();
        Variable c = tape.output(Shape.of(m, n), a, b);
        Tensor av = a.value();
        Tensor bv = b.value();
        Tensor cv = c.value();
        Arrays.fill(cv.array(), cv.offset(), cv.offset() + cv.size(), 0f);
        kernels.gemmAdd(
                m, n, k, av.array(), av.offset(), k, 1, bv.array(), bv.offset(), n, 1, cv.array(), cv.offset(), n);
        tape.record(c, () -> {
            Tensor dc = c.gradient();
            if (a.needsGradient()) { // (m, n) * (n, k) = (m, k)
                Tensor da = a.gradient();
                kernels.gemmAdd(
                        m,
                        k,
                        n,
                        dc.array(),
                        dc.offset(),
                        n,
                        1,
                        bv.array(),
                        bv.offset(),
                        1,
                        n,
                        da.array(),
                        da.offset(),
                        k);
            }
            if (b.needsGradient()) { // (k, m) * (m, n) = (k, n)
                Tensor db = b.gradient();
                kernels.gemmAdd(
                        k,
                        n,
                        m,
                        av.array(),
                        av.offset(),
                        1,
                        k,
                        dc.array(),
                        dc.offset(),
                        n,
                        1,
                        db.array(),
                        db.offset(),
                        n);
            }
        });
        return c;
    }
}
