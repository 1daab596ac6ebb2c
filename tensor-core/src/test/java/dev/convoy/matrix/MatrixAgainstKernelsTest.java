package dev.convoy.matrix;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Operation;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.op.Adjoints;
import dev.convoy.op.Conv2d;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Both matrices and both transposes against the kernels, which never build them, over random geometries in every padding mode. */
class MatrixAgainstKernelsTest {
    private static final int CASES = 300;
    private static final double TOLERANCE = 1e-6;

    @Test
    void bothVersionsAndBothTransposesAgreeWithTheKernels() {
        double worst = 0;
        for (int seed = 0; seed < CASES; seed++) {
            ConvGeometry g = draw(seed);
            Window window = g.window();
            Tensor x = Adjoints.random("x" + seed, Shape.of(g.batch(), g.height(), g.width(), g.channels()));
            Tensor w = Adjoints.random(
                    "w" + seed, Shape.of(window.height(), window.width(), g.channelsPerGroup(), g.filters()));
            Tensor dz =
                    Adjoints.random("dz" + seed, Shape.of(g.batch(), g.outputHeight(), g.outputWidth(), g.filters()));
            Operation conv = (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, g.groups());
            List<Tensor> inputs = List.of(x, w);
            Tensor z = Adjoints.forward(conv, inputs);
            Tensor dx = Adjoints.gradient(conv, inputs, dz, 0);
            Tensor dw = Adjoints.gradient(conv, inputs, dz, 1);

            Matrix banded = ConvolutionMatrix.banded(g, w);
            Matrix im2col = ConvolutionMatrix.im2col(g, x);
            Tensor dense = GroupedFilter.dense(g, w);
            Matrix transpose = im2col.adjoint();

            String what = "seed " + seed + ", " + g + ": ";
            worst = Math.max(worst, assertClose(what + "What x", z, banded.multiply(x), magnitude(banded, x)));
            worst = Math.max(
                    worst,
                    assertClose(
                            what + "What^T dz", dx, banded.adjoint().multiply(dz), magnitude(banded.adjoint(), dz)));
            worst = Math.max(
                    worst, assertClose(what + "im2col(x) w", z, im2col.multiply(dense), magnitude(im2col, dense)));
            worst = Math.max(
                    worst,
                    assertClose(
                            what + "im2col(x)^T dz",
                            dw,
                            blocks(g, transpose.multiply(dz)),
                            blocks(g, magnitude(transpose, dz))));
        }
        System.out.println("matrices against kernels: " + CASES + " geometries, worst relative error " + worst);
    }

    private static Tensor blocks(ConvGeometry g, Tensor dense) {
        Window window = g.window();
        return GroupedFilter.blocks(
                g, dense.reshape(Shape.of(window.height(), window.width(), g.channels(), g.filters())));
    }

    /** {@code |A| |V|}, the sum of the magnitudes of what each element of {@code A V} adds up. */
    private static Tensor magnitude(Matrix a, Tensor v) {
        int m = v.size() / a.columns();
        Tensor sums = Tensor.zeros(a.rows(), m);
        for (int i = 0; i < a.rows() * m; i++) {
            for (int j = 0; j < a.columns(); j++) {
                sums.array()[i] += (float) Math.abs(a.entry(i / m, j) * v.get(j * m + i % m));
            }
        }
        return sums;
    }

    /** The norm of the error relative to that of the magnitudes: terms may cancel, and then only these bound it. */
    private static double assertClose(String what, Tensor kernels, Tensor matrix, Tensor magnitude) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < kernels.size(); i++) {
            difference += Math.pow((double) kernels.get(i) - matrix.get(i), 2);
            norm += Math.pow(magnitude.get(i), 2);
        }
        double relative = norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
        assertTrue(kernels.size() == matrix.size() && relative <= TOLERANCE, what + ": relative error " + relative);
        return relative;
    }

    private static ConvGeometry draw(int seed) {
        RandomKey key = RandomKey.of(seed, "geometry");
        for (int attempt = 0; ; attempt++) {
            RandomKey draw = key.with(attempt);
            boolean line = below(draw, 0, 3) == 0;
            int groups = 1 + below(draw, 1, 3);
            Window window = Window.of(line ? 1 : 1 + below(draw, 2, 4), 1 + below(draw, 3, 4))
                    .stride(line ? 1 : 1 + below(draw, 4, 3), 1 + below(draw, 5, 3))
                    .dilation(line ? 1 : 1 + below(draw, 6, 3), 1 + below(draw, 7, 3))
                    .padding(
                            line ? 0 : below(draw, 8, 6),
                            line ? 0 : below(draw, 9, 6),
                            below(draw, 10, 6),
                            below(draw, 11, 6))
                    .mode(PaddingMode.values()[seed % PaddingMode.values().length]);
            int height = line ? 1 : 1 + below(draw, 12, 6);
            int width = 1 + below(draw, 13, 6);
            if (window.outputHeight(height) > 0 && window.outputWidth(width) > 0) {
                return new ConvGeometry(
                        1 + below(draw, 14, 2),
                        height,
                        width,
                        groups * (1 + below(draw, 15, 2)),
                        groups * (1 + below(draw, 16, 2)),
                        groups,
                        window);
            }
        }
    }

    private static int below(RandomKey key, int index, int bound) {
        return (int) Long.remainderUnsigned(key.bits(index), bound);
    }
}
