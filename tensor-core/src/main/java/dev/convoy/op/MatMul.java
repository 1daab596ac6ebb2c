package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * Matrix product {@code c = a b}, {@code (m, k) * (k, n) = (m, n)}; {@code da = dc b^T}, {@code db = a^T dc}. Of batches
 * {@code [.., m, k]} and {@code [.., k, n]} matrix by matrix, the batch axes {@linkplain Broadcast broadcast}.
 *
 * <p>The gradient of a matrix that meets several others is one chain of fused multiply-adds over them in ascending order; nothing is
 * repeated in memory.
 */
public final class MatMul {
    private MatMul() {}

    /** @throws IllegalArgumentException unless a is {@code [.., m, k]} and b {@code [.., k, n]} with batch axes that fit each other */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        int aRank = a.shape().rank();
        int bRank = b.shape().rank();
        if (aRank < 2 || bRank < 2 || a.shape().extent(-1) != b.shape().extent(-2)) {
            throw new IllegalArgumentException(
                    "matmul: expected [.., m, k] and [.., k, n] but got " + a.shape() + " and " + b.shape());
        }
        int m = a.shape().extent(-2);
        int k = a.shape().extent(-1);
        int n = b.shape().extent(-1);
        Shape aBatch = leading(a.shape(), aRank - 2);
        Shape bBatch = leading(b.shape(), bRank - 2);
        Shape batch = aBatch.broadcast(bBatch)
                .orElseThrow(() -> new IllegalArgumentException("matmul: the batch axes " + aBatch + " and " + bBatch
                        + " of " + a.shape() + " and " + b.shape()
                        + " do not fit each other; counted from the last, extents must be equal or one of them 1"));
        if (bRank == 2 && aRank > 2) { // one tall product, of the same bits as the batch of short ones
            Variable rows = Reshape.apply(tape, a, Shape.of(aBatch.size() * m, k));
            return Reshape.apply(tape, apply(tape, rows, b), matrices(batch, m, n));
        }
        Variable c = tape.output(matrices(batch, m, n), a, b);
        int[] aPlaces = Strided.of(aBatch).broadcast(batch).places();
        int[] bPlaces = Strided.of(bBatch).broadcast(batch).places();
        Kernels kernels = tape.kernels();
        Tensor cv = c.value();
        Arrays.fill(cv.array(), cv.offset(), cv.offset() + cv.size(), 0f);
        for (int i = 0; i < batch.size(); i++) {
            Matrix left = Matrix.of(a.value(), aPlaces[i], m, k);
            Matrix right = Matrix.of(b.value(), bPlaces[i], k, n);
            left.addProductTo(kernels, right, Matrix.of(cv, i, m, n));
        }
        tape.record(c, () -> {
            for (int i = 0; i < batch.size(); i++) {
                Matrix dc = Matrix.of(c.gradient(), i, m, n);
                if (a.needsGradient()) {
                    Matrix right = Matrix.of(b.value(), bPlaces[i], k, n);
                    dc.addProductTo(kernels, right.transposed(), Matrix.of(a.gradient(), aPlaces[i], m, k));
                }
                if (b.needsGradient()) {
                    Matrix left = Matrix.of(a.value(), aPlaces[i], m, k);
                    left.transposed().addProductTo(kernels, dc, Matrix.of(b.gradient(), bPlaces[i], k, n));
                }
            }
        });
        return c;
    }

    private static Shape leading(Shape shape, int axes) {
        return Shape.of(Arrays.copyOf(shape.toArray(), axes));
    }

    private static Shape matrices(Shape batch, int rows, int columns) {
        int[] extents = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
        extents[batch.rank()] = rows;
        extents[batch.rank() + 1] = columns;
        return Shape.of(extents);
    }

    /** One matrix of a batch, or its transpose. */
    private record Matrix(float[] array, int offset, int rows, int columns, int rowStride, int columnStride) {

        static Matrix of(Tensor batch, int place, int rows, int columns) {
            return new Matrix(batch.array(), batch.offset() + place * rows * columns, rows, columns, columns, 1);
        }

        Matrix transposed() {
            return new Matrix(array, offset, columns, rows, columnStride, rowStride);
        }

        /** {@code to += this * right}. */
        void addProductTo(Kernels kernels, Matrix right, Matrix to) {
            kernels.gemmAdd(
                    rows,
                    right.columns,
                    columns,
                    array,
                    offset,
                    rowStride,
                    columnStride,
                    right.array,
                    right.offset,
                    right.rowStride,
                    right.columnStride,
                    to.array,
                    to.offset,
                    to.rowStride);
        }
    }
}
