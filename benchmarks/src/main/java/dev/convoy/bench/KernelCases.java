package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Every kernel, at sizes that networks ask for; every call reads and writes arrays of its own. */
final class KernelCases {
    /** Floats of each array of the kernels that memory limits: beyond the caches. */
    private static final int LARGE = 1 << 23;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<KernelCase> cases = new ArrayList<>();

    private KernelCases() {}

    static List<KernelCase> all() {
        return new KernelCases().list();
    }

    private List<KernelCase> list() {
        for (int size : new int[] {256, 512, 1024, 2048}) {
            product(size);
        }
        // images, pixels, channels -> filters, taps, stride
        convolution("resnet20 first", 16, 32, 3, 16, 3, 1);
        convolution("resnet20", 16, 32, 16, 16, 3, 1);
        convolution("resnet20 down", 16, 32, 16, 32, 3, 2);
        convolution("resnet20", 16, 16, 32, 32, 3, 1);
        convolution("resnet20 down", 16, 16, 32, 64, 3, 2);
        convolution("resnet20", 16, 8, 64, 64, 3, 1);
        convolution("resnet50", 2, 56, 64, 64, 3, 1);
        convolution("resnet50", 2, 28, 128, 128, 3, 1);
        convolution("resnet50", 4, 14, 256, 256, 3, 1);
        convolution("resnet50 down", 4, 28, 128, 128, 3, 2);
        convolution("resnet50", 2, 56, 64, 256, 1, 1);
        convolution("resnet50", 4, 14, 256, 64, 1, 1);
        convolution("lenet first", 16, 28, 1, 6, 5, 1);
        convolution("lenet", 16, 14, 6, 16, 5, 1);
        convolution("lenet-style", 16, 14, 32, 64, 5, 1);
        ConvGeometry block =
                new ConvGeometry(16, 32, 32, 16, 16, 1, Window.square(3).padding(1));
        add("conv 3x3 16->16 32px, resnet20 fwd and moments", () -> new ConvolutionData(block)::forwardAndMoments);
        add("conv 3x3 16->16 32px, resnet20 dx, added", () -> new ConvolutionData(block)::inputAdjointAdd);
        depthwise(4, 28, 128);
        for (int channels : new int[] {3, 16, 64}) {
            channels(LARGE / channels, channels);
            normalisation(LARGE / channels, channels);
        }
        elements(LARGE);
        pooling(32, 32, 64);
        return List.copyOf(cases);
    }

    private void add(String name, Supplier<Consumer<Kernels>> prepared) {
        cases.add(new KernelCase(name, prepared));
    }

    private void product(int n) {
        add("sgemm " + n, () -> {
            float[] a = values(n * n);
            float[] b = values(n * n);
            float[] c = new float[n * n];
            return kernels -> kernels.gemmAdd(n, n, n, a, 0, n, 1, b, 0, n, 1, c, 0, n);
        });
    }

    private void convolution(String net, int batch, int pixels, int channels, int filters, int taps, int stride) {
        Window window = Window.square(taps).stride(stride).padding(taps / 2);
        ConvGeometry g = new ConvGeometry(batch, pixels, pixels, channels, filters, 1, window);
        String name = "conv " + taps + "x" + taps + (stride == 1 ? "" : "/" + stride) + " " + channels + "->" + filters
                + " " + pixels + "px, " + net;
        passes(name, g);
    }

    private void depthwise(int batch, int pixels, int channels) {
        Window window = Window.square(3).padding(1);
        passes(
                "conv 3x3 depthwise " + channels + " " + pixels + "px",
                new ConvGeometry(batch, pixels, pixels, channels, channels, channels, window));
    }

    private void passes(String name, ConvGeometry g) {
        add(name + " fwd", () -> new ConvolutionData(g)::forward);
        add(name + " dx", () -> new ConvolutionData(g)::inputAdjoint);
        add(name + " dw", () -> new ConvolutionData(g)::weightAdjoint);
    }

    private void channels(int rows, int channels) {
        int size = rows * channels;
        String of = ", " + channels + " channels";
        add("channelSum" + of, () -> {
            float[] x = values(size);
            float[] sum = new float[channels];
            return kernels -> kernels.channelSum(rows, channels, x, 0, sum, 0);
        });
        add("channelCentredDot" + of, () -> {
            float[] x = values(size);
            float[] y = values(size);
            float[] centre = values(channels);
            float[] dot = new float[channels];
            return kernels -> kernels.channelCentredDot(rows, channels, x, 0, centre, 0, y, 0, dot, 0);
        });
        add("channelAffine" + of, () -> {
            float[] x = values(size);
            float[] y = new float[size];
            float[] scale = values(channels);
            float[] shift = values(channels);
            return kernels -> kernels.channelAffine(rows, channels, x, 0, scale, 0, shift, 0, y, 0);
        });
        add("channelCombineAdd" + of, () -> {
            float[] x = values(size);
            float[] y = values(size);
            float[] out = new float[size];
            float[] a = values(channels);
            float[] b = values(channels);
            float[] d = values(channels);
            return kernels -> kernels.channelCombineAdd(rows, channels, x, 0, a, y, 0, b, d, out, 0);
        });
    }

    private void normalisation(int rows, int channels) {
        int size = rows * channels;
        String of = ", " + channels + " channels";
        Supplier<float[]> large = () -> values(size);
        Supplier<float[]> small = () -> values(channels);
        add("channelMoments" + of, () -> {
            float[] x = large.get();
            float[] mean = small.get();
            float[] variance = small.get();
            return kernels -> kernels.channelMoments(rows, channels, x, 0, mean, variance);
        });
        add("channelSumAndDot" + of, () -> {
            float[] x = large.get();
            float[] dz = large.get();
            float[] centre = small.get();
            float[] sum = small.get();
            float[] dot = small.get();
            return kernels -> kernels.channelSumAndDot(rows, channels, x, 0, centre, dz, 0, sum, dot);
        });
        add("channelCombine" + of, () -> {
            float[] x = large.get();
            float[] y = large.get();
            float[] out = large.get();
            float[] factor = small.get();
            return kernels -> kernels.channelCombine(rows, channels, x, 0, factor, y, 0, factor, factor, out, 0);
        });
        add("channelAffineRelu" + of, () -> {
            float[] x = large.get();
            float[] y = large.get();
            float[] factor = small.get();
            return kernels -> kernels.channelAffineRelu(rows, channels, x, 0, factor, factor, null, 0, y, 0);
        });
        add("channelAffineRelu with residual" + of, () -> {
            float[] x = large.get();
            float[] residual = large.get();
            float[] y = large.get();
            float[] factor = small.get();
            return kernels -> kernels.channelAffineRelu(rows, channels, x, 0, factor, factor, residual, 0, y, 0);
        });
        add("channelReluSumAndDot" + of, () -> {
            float[] x = large.get();
            float[] dy = large.get();
            float[] factor = small.get();
            float[] sum = small.get();
            float[] dot = small.get();
            return kernels ->
                    kernels.channelReluSumAndDot(rows, channels, x, 0, factor, factor, factor, dy, 0, sum, dot);
        });
        add("channelReluCombine" + of, () -> {
            float[] x = large.get();
            float[] dy = large.get();
            float[] out = large.get();
            float[] factor = small.get();
            return kernels ->
                    kernels.channelReluCombine(rows, channels, x, 0, factor, factor, dy, 0, factor, factor, out, 0);
        });
        add("channelReluAdjointSumAndDot" + of, () -> {
            float[] x = large.get();
            float[] y = large.get();
            float[] dy = large.get();
            float[] dz = large.get();
            float[] factor = small.get();
            float[] sum = small.get();
            float[] dot = small.get();
            return kernels ->
                    kernels.channelReluAdjointSumAndDot(rows, channels, x, 0, factor, y, 0, dy, 0, sum, dot, dz, 0);
        });
    }

    private void elements(int size) {
        for (ElementFunction function : ElementFunction.values()) {
            add("map " + function.name().toLowerCase(Locale.ROOT), () -> {
                float[] x = values(size / 8);
                float[] y = new float[x.length];
                for (int i = 0; i < x.length; i++) {
                    x[i] += 1; // within the logarithm's domain
                }
                return kernels -> kernels.map(function, x.length, x, 0, y, 0);
            });
        }
        add("relu", () -> {
            float[] x = values(size);
            float[] y = new float[size];
            return kernels -> kernels.relu(size, x, 0, y, 0);
        });
        add("relu adjoint", () -> {
            float[] y = values(size);
            float[] dy = values(size);
            float[] dx = new float[size];
            return kernels -> kernels.reluAdjoint(size, y, 0, dy, 0, dx, 0);
        });
        add("gelu", () -> {
            float[] x = values(size);
            float[] y = new float[size];
            return kernels -> kernels.gelu(size, x, 0, y, 0);
        });
        add("gelu adjoint", () -> {
            float[] x = values(size);
            float[] dy = values(size);
            float[] dx = new float[size];
            return kernels -> kernels.geluAdjoint(size, x, 0, dy, 0, dx, 0);
        });
    }

    private void pooling(int batch, int pixels, int channels) {
        PoolGeometry g = new PoolGeometry(
                batch, pixels, pixels, channels, Window.square(2).stride(2));
        int in = batch * pixels * pixels * channels;
        int out = in / 4;
        add("maxPool 2x2/2", () -> {
            float[] x = values(in);
            float[] y = new float[out];
            return kernels -> kernels.maxPool(g, x, 0, y, 0);
        });
        add("maxPool 2x2/2 adjoint", () -> {
            float[] x = values(in);
            float[] y = values(out);
            float[] dy = values(out);
            float[] dx = new float[in];
            return kernels -> kernels.maxPoolAdjoint(g, x, 0, y, 0, dy, 0, dx, 0);
        });
        add("averagePool 2x2/2", () -> {
            float[] x = values(in);
            float[] y = new float[out];
            return kernels -> kernels.averagePool(g, true, x, 0, y, 0);
        });
        add("averagePool 2x2/2 adjoint", () -> {
            float[] dy = values(out);
            float[] dx = new float[in];
            return kernels -> kernels.averagePoolAdjoint(g, true, dy, 0, dx, 0);
        });
    }

    private float[] values(int size) {
        return ConvolutionData.values(random, size);
    }
}
