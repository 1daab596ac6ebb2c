package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** In steady state, compiled, the vector kernels allocate nothing: no boxed vector, no buffer, no operand. */
@EnabledIfSystemProperty(named = "kernels", matches = "vector")
class KernelAllocationTest {
    private static final int CALLS = 500;
    /** A boxed vector in any loop would cost at least this much per call. */
    private static final long BYTES_PER_CALL = 16;
    /** Until C2 has compiled a method its vectors are objects; how many calls that takes is the JDK's choice. */
    private static final int ROUNDS = 200;

    private final Kernels kernels = KernelProvider.VECTOR.kernels();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private void assertAllocatesNothing(String what, Runnable call) {
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && fewest > BYTES_PER_CALL * CALLS; round++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            fewest = Math.min(
                    fewest,
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertTrue(
                fewest <= BYTES_PER_CALL * CALLS,
                what + ": " + fewest / CALLS + " bytes per call after " + ROUNDS * CALLS + " calls");
    }

    @Test
    void matrixProduct() {
        float[] a = new float[40 * 40];
        float[] b = new float[40 * 40];
        float[] c = new float[40 * 40];
        assertAllocatesNothing("gemm", () -> kernels.gemmAdd(33, 40, 21, a, 0, 40, 1, b, 0, 40, 1, c, 0, 40));
        assertAllocatesNothing("gemm, one row", () -> kernels.gemmAdd(1, 35, 21, a, 0, 40, 1, b, 0, 40, 1, c, 0, 40));
        assertAllocatesNothing(
                "gemm, transposed", () -> kernels.gemmAdd(33, 12, 21, a, 0, 1, 40, b, 0, 1, 40, c, 0, 40));
    }

    @Test
    void convolution() {
        ConvGeometry[] geometries = {
            new ConvGeometry(2, 6, 6, 8, 16, 1, Window.square(3).padding(1)),
            new ConvGeometry(1, 7, 7, 3, 6, 1, Window.square(5).stride(2).padding(2)),
            new ConvGeometry(2, 6, 6, 16, 40, 1, Window.square(1)),
            new ConvGeometry(2, 5, 5, 17, 17, 17, Window.square(3).padding(1)),
            new ConvGeometry(1, 7, 4, 16, 48, 1, Window.square(3).padding(1)),
            new ConvGeometry(1, 7, 7, 24, 17, 1, Window.square(3).padding(1)),
            new ConvGeometry(1, 7, 6, 24, 32, 1, Window.square(5).padding(2)),
            new ConvGeometry(1, 8, 7, 64, 128, 1, Window.square(3).padding(1)),
            new ConvGeometry(1, 4, 4, 64, 320, 1, Window.square(3).padding(1)),
            new ConvGeometry(2, 6, 6, 16, 16, 16, Window.square(5).stride(2).padding(2)),
            new ConvGeometry(2, 7, 5, 32, 32, 32, Window.square(3).padding(1)),
            new ConvGeometry(2, 6, 8, 32, 32, 32, Window.square(3).stride(2).padding(1)),
            new ConvGeometry(1, 4, 4, 256, 256, 256, Window.square(3).stride(2).padding(1)),
            new ConvGeometry(1, 7, 7, 32, 32, 32, Window.square(3)),
            new ConvGeometry(1, 6, 20, 2, 6, 1, Window.square(3).padding(1)),
            new ConvGeometry(1, 6, 10, 6, 16, 1, Window.square(3).padding(1)),
            new ConvGeometry(2, 6, 6, 32, 40, 1, Window.square(3).stride(2).padding(1)),
            new ConvGeometry(2, 8, 8, 16, 32, 1, Window.square(3).stride(2).padding(1)),
            new ConvGeometry(1, 5, 18, 1, 16, 1, Window.square(3).padding(1)),
            new ConvGeometry(1, 5, 18, 3, 24, 1, Window.square(2)),
            new ConvGeometry(1, 5, 18, 3, 32, 1, Window.square(3).padding(1)),
            new ConvGeometry(1, 6, 18, 1, 6, 1, Window.square(5).padding(2)),
            new ConvGeometry(1, 6, 18, 2, 5, 1, Window.square(4).padding(2)),
            new ConvGeometry(1, 5, 34, 1, 6, 1, Window.square(5).stride(2).padding(2)),
            new ConvGeometry(1, 3, 5, 264, 272, 1, Window.square(3).stride(2).padding(1)),
            new ConvGeometry(1, 7, 10, 80, 32, 1, Window.square(3).stride(2).padding(1)),
            new ConvGeometry(2, 8, 7, 48, 32, 1, Window.square(1).stride(2)),
        };
        for (ConvGeometry g : geometries) {
            float[] x = new float[KernelCases.inputSize(g)];
            float[] w = new float[KernelCases.weightSize(g)];
            float[] z = new float[KernelCases.outputSize(g)];
            float[] mean = new float[g.filters()];
            float[] variance = new float[g.filters()];
            assertAllocatesNothing("forward, " + g, () -> kernels.conv2d(g, x, 0, w, 0, null, 0, z, 0));
            assertAllocatesNothing(
                    "forward and moments, " + g,
                    () -> kernels.conv2dAndMoments(g, x, 0, w, 0, null, 0, z, 0, mean, variance));
            assertAllocatesNothing("dx, " + g, () -> kernels.conv2dInputAdjoint(g, z, 0, w, 0, x, 0));
            assertAllocatesNothing("dx added, " + g, () -> kernels.conv2dInputAdjointAdd(g, z, 0, w, 0, x, 0));
            assertAllocatesNothing("dw, " + g, () -> kernels.conv2dWeightAdjointAdd(g, x, 0, z, 0, w, 0));
        }
    }

    @Test
    void channelsAndRectifier() {
        float[] x = new float[64 * 24];
        float[] y = new float[64 * 24];
        float[] out = new float[64 * 24];
        assertAllocatesNothing("sum", () -> kernels.channelSum(64, 24, x, 0, out, 0));
        assertAllocatesNothing("dot", () -> kernels.channelCentredDot(64, 24, x, 0, y, 0, y, 0, out, 0));
        assertAllocatesNothing("squares", () -> kernels.channelCentredDot(64, 24, x, 0, y, 0, null, 0, out, 0));
        assertAllocatesNothing("affine", () -> kernels.channelAffine(64, 24, x, 0, y, 0, y, 0, out, 0));
        assertAllocatesNothing("combine", () -> kernels.channelCombineAdd(64, 24, x, 0, y, y, 0, y, y, out, 0));
        assertAllocatesNothing("relu", () -> kernels.relu(x.length, x, 0, out, 0));
        assertAllocatesNothing("relu adjoint", () -> kernels.reluAdjoint(x.length, x, 0, y, 0, out, 0));
    }

    @Test
    void normalisedChannels() {
        float[] x = new float[64 * 24];
        float[] y = new float[64 * 24];
        float[] dy = new float[64 * 24];
        float[] a = new float[24];
        float[] sum = new float[24];
        float[] dot = new float[24];
        float[] out = new float[64 * 24];
        assertAllocatesNothing("moments", () -> kernels.channelMoments(64, 24, x, 0, sum, dot));
        assertAllocatesNothing("sum and dot", () -> kernels.channelSumAndDot(64, 24, x, 0, a, dy, 0, sum, dot));
        assertAllocatesNothing("forward", () -> kernels.channelAffineRelu(64, 24, x, 0, a, a, null, 0, out, 0));
        assertAllocatesNothing("residual", () -> kernels.channelAffineRelu(64, 24, x, 0, a, a, y, 0, out, 0));
        assertAllocatesNothing(
                "sums of the passed", () -> kernels.channelReluSumAndDot(64, 24, x, 0, a, a, a, dy, 0, sum, dot));
        assertAllocatesNothing(
                "combine the passed", () -> kernels.channelReluCombine(64, 24, x, 0, a, a, dy, 0, a, a, out, 0));
        assertAllocatesNothing("combine", () -> kernels.channelCombine(64, 24, x, 0, a, y, 0, a, a, out, 0));
        assertAllocatesNothing(
                "pass and sum",
                () -> kernels.channelReluAdjointSumAndDot(64, 24, x, 0, a, y, 0, dy, 0, sum, dot, out, 0));
    }

    @Test
    void gelu() {
        float[] x = new float[3000];
        float[] y = new float[3000];
        assertAllocatesNothing("gelu", () -> kernels.gelu(x.length, x, 0, y, 0));
        assertAllocatesNothing("gelu adjoint", () -> kernels.geluAdjoint(x.length, x, 0, y, 0, y, 0));
    }

    @Test
    void elementFunctions() {
        float[] x = new float[1000];
        float[] y = new float[1000];
        for (ElementFunction function : ElementFunction.values()) {
            assertAllocatesNothing(function.toString(), () -> kernels.map(function, x.length, x, 0, y, 0));
        }
    }

    @Test
    void pooling() {
        for (int channels : new int[] {6, 20}) {
            pooling(channels, Window.square(3).stride(2).padding(1));
            pooling(channels, Window.square(2).stride(2));
        }
    }

    private void pooling(int channels, Window window) {
        PoolGeometry g = new PoolGeometry(2, 8, 8, channels, window);
        float[] x = new float[2 * 8 * 8 * channels];
        float[] dx = new float[x.length];
        float[] y = new float[2 * 4 * 4 * channels];
        float[] dy = new float[y.length];
        assertAllocatesNothing("max", () -> kernels.maxPool(g, x, 0, y, 0));
        assertAllocatesNothing("max adjoint", () -> kernels.maxPoolAdjoint(g, x, 0, y, 0, dy, 0, dx, 0));
        assertAllocatesNothing("average", () -> kernels.averagePool(g, false, x, 0, y, 0));
        assertAllocatesNothing("average adjoint", () -> kernels.averagePoolAdjoint(g, false, dy, 0, dx, 0));
    }
}
