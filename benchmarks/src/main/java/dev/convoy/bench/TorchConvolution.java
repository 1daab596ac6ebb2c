package dev.convoy.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.Window;
import org.jspecify.annotations.Nullable;

/**
 * libtorch's passes of one convolution on one thread, channels last. The adjoints are those of its automatic differentiation, for one
 * operand at a time; only the backward pass is timed, and what it returns is the gradient itself, not added to one before.
 */
final class TorchConvolution implements AutoCloseable {
    private static final double TOLERANCE = 1e-4;

    private final ConvGeometry geometry;
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final PtNDArray x;
    private final PtNDArray w;
    private final PtNDArray bias;
    private final PtNDArray dz;

    TorchConvolution(ConvolutionData data) {
        ConvGeometry g = data.geometry;
        Window window = g.window();
        this.geometry = g;
        this.x = channelsLast(data.x, g.batch(), g.height(), g.width(), g.channels());
        int[] rsck = {window.height(), window.width(), g.channelsPerGroup(), g.filters()};
        this.w = channelsLast(Axes.permute(data.w, rsck, 3, 0, 1, 2), rsck[3], rsck[0], rsck[1], rsck[2]);
        this.bias = (PtNDArray) manager.create(data.bias);
        this.dz = channelsLast(data.dz, g.batch(), g.outputHeight(), g.outputWidth(), g.filters());
        JniUtils.setNumThreads(1);
        JniUtils.setGradMode(true);
    }

    /** @throws IllegalStateException if a pass gives something else than the kernels */
    static void checkAgreement(ConvGeometry g, Kernels kernels) {
        ConvolutionData data = new ConvolutionData(g);
        data.forward(kernels);
        data.inputAdjoint(kernels);
        data.weightAdjoint(kernels);
        try (TorchConvolution torch = new TorchConvolution(data)) {
            try (PtNDArray z = torch.convolve(torch.x, torch.w, torch.bias)) {
                require(g, "forward", z, data.z, g.batch(), g.outputHeight(), g.outputWidth(), g.filters());
            }
            torch.backward(
                    torch.x, true, dx -> require(g, "dx", dx, data.dx, g.batch(), g.height(), g.width(), g.channels()));
            torch.backward(torch.w, false, dw -> {
                int[] rsck = {g.window().height(), g.window().width(), g.channelsPerGroup(), g.filters()};
                require(g, "dw", dw, Axes.permute(data.dw, rsck, 3, 0, 1, 2), rsck[3], rsck[0], rsck[1], rsck[2]);
            });
        }
    }

    long forward() {
        long begin = Ceiling.cpuNanos();
        PtNDArray z = convolve(x, w, bias);
        long taken = Ceiling.cpuNanos() - begin;
        z.close();
        return taken;
    }

    long inputAdjoint() {
        return backward(x, true, dx -> {});
    }

    long weightAdjoint() {
        return backward(w, false, dw -> {});
    }

    /** The nanoseconds of the gradient of {@code operand}, which {@code use} sees afterwards. */
    private long backward(PtNDArray operand, boolean isInput, Use use) {
        try (PtNDArray leaf = JniUtils.detachGradient(operand)) {
            JniUtils.attachGradient(leaf, true);
            try (PtNDArray z = convolve(isInput ? leaf : x, isInput ? w : leaf, null)) {
                long begin = Ceiling.cpuNanos();
                JniUtils.backward(z, dz, false, false);
                long taken = Ceiling.cpuNanos() - begin;
                try (PtNDArray gradient = JniUtils.getGradient(leaf)) {
                    use.of(gradient);
                }
                return taken;
            }
        }
    }

    private interface Use {
        void of(PtNDArray gradient);
    }

    private PtNDArray convolve(PtNDArray image, PtNDArray weight, @Nullable PtNDArray shift) {
        Window window = geometry.window();
        return JniUtils.convolution(
                image,
                weight,
                shift,
                new Shape(window.strideHeight(), window.strideWidth()),
                new Shape(window.padTop(), window.padLeft()),
                new Shape(window.dilationHeight(), window.dilationWidth()),
                geometry.groups());
    }

    /** An array of shape [n, c, h, w] that lies in memory as the values given, [n, h, w, c]. */
    private PtNDArray channelsLast(float[] values, int n, int h, int w, int c) {
        PtNDArray array = (PtNDArray) manager.create(values, new Shape(n, h, w, c));
        return JniUtils.permute(array, new long[] {0, 3, 1, 2});
    }

    private static void require(
            ConvGeometry g, String pass, PtNDArray theirs, float[] ours, int n, int h, int w, int c) {
        float[] values = theirs.toFloatArray();
        double error = Agreement.relative(Axes.permute(ours, new int[] {n, h, w, c}, 0, 3, 1, 2), values);
        if (!(error <= TOLERANCE)) {
            throw new IllegalStateException(
                    KernelWork.text(g) + ": Convoy and libtorch differ in " + pass + ", relative error " + error);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
