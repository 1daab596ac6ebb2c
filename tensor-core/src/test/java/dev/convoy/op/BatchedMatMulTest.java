package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.autograd.Operation;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batches of matrix products against chains of fused multiply-adds written out, forward and back, to the bit. */
class BatchedMatMulTest {
    private static final Operation MATMUL = (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1));

    static Shape matrices(Shape batch, int rows, int columns) {
        int[] extents = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
        extents[batch.rank()] = rows;
        extents[batch.rank() + 1] = columns;
        return Shape.of(extents);
    }

    @Test
    void everyElementAndEveryGradientIsOneChain() {
        Draw.cases("batched", 150, draw -> {
            Shape batch = draw.shape(draw.below(4));
            boolean whole = draw.chance();
            Shape aBatch = whole ? batch : draw.stretchingTo(batch);
            Shape bBatch = whole ? draw.stretchingTo(batch) : batch;
            int m = 1 + draw.below(9);
            int k = 1 + draw.below(18);
            int n = 1 + draw.below(9);
            Tensor a = draw.tensor(matrices(aBatch, m, k));
            Tensor b = draw.tensor(matrices(bBatch, k, n));
            Tensor dc = draw.tensor(matrices(batch, m, n));
            Tensor c = Tensor.zeros(dc.shape().toArray());
            Tensor da = Tensor.zeros(a.shape().toArray());
            Tensor db = Tensor.zeros(b.shape().toArray());
            for (int i = 0; i < batch.size(); i++) {
                int[] index = Index.at(batch, i);
                int aAt = Index.broadcast(aBatch, index) * m * k;
                int bAt = Index.broadcast(bBatch, index) * k * n;
                for (int row = 0; row < m; row++) {
                    for (int column = 0; column < n; column++) {
                        for (int l = 0; l < k; l++) {
                            float left = a.get(aAt + row * k + l);
                            float right = b.get(bAt + l * n + column);
                            float dElement = dc.get((i * m + row) * n + column);
                            multiplyAdd(c, (i * m + row) * n + column, left, right);
                            multiplyAdd(da, aAt + row * k + l, dElement, right);
                            multiplyAdd(db, bAt + l * n + column, left, dElement);
                        }
                    }
                }
            }
            String name = a.shape() + " x " + b.shape();
            Tensor product = Adjoints.forward(MATMUL, List.of(a, b));
            assertEquals(c.shape(), product.shape());
            assertArrayEquals(c.toArray(), product.toArray(), name);
            assertArrayEquals(
                    da.toArray(),
                    Adjoints.gradient(MATMUL, List.of(a, b), dc, 0).toArray(),
                    name);
            assertArrayEquals(
                    db.toArray(),
                    Adjoints.gradient(MATMUL, List.of(a, b), dc, 1).toArray(),
                    name);
        });
    }

    private static void multiplyAdd(Tensor to, int at, float left, float right) {
        to.array()[at] = Math.fma(left, right, to.array()[at]);
    }

    @Test
    void thePullbacksAreTransposes() {
        Adjoints.assertLinear("whole", MATMUL, Shape.of(3, 2, 4, 5), Shape.of(3, 2, 5, 6));
        Adjoints.assertLinear("shared", MATMUL, Shape.of(3, 1, 4, 5), Shape.of(2, 5, 6));
        Adjoints.assertLinear("tall", MATMUL, Shape.of(3, 2, 4, 5), Shape.of(5, 6));
    }
}
