package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import java.io.IOException;

/** A selection of the kernels, next to the machine's ceilings. */
public final class KernelBench {
    private final KernelRows rows;
    private final Kernels kernels;

    private KernelBench(KernelRows rows) {
        this.rows = rows;
        this.kernels = rows.kernels();
    }

    /** {@code [--json FILE] [--only PART-OF-A-NAME] [--compare FILE]} */
    public static void main(String[] args) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of("kernels", args);
        Report report = new Report();
        new KernelBench(new KernelRows(report, arguments.only())).run();
        arguments.finish(report);
    }

    private void run() throws InterruptedException {
        rows.title();
        rows.ceilings();
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
        depthwise(4, 28, 128);
        for (int channels : new int[] {3, 16, 64}) {
            channels((1 << 23) / channels, channels);
        }
        pooling(32, 32, 64);
    }

    private void product(int n) {
        float[] a = rows.values(n * n);
        float[] b = rows.values(n * n);
        float[] c = new float[n * n];
        rows.flops("sgemm " + n, 2.0 * n * n * n, () -> kernels.gemmAdd(n, n, n, a, 0, n, 1, b, 0, n, 1, c, 0, n));
    }

    private void convolution(String net, int batch, int pixels, int channels, int filters, int taps, int stride) {
        Window window = Window.square(taps).stride(stride).padding(taps / 2);
        ConvGeometry g = new ConvGeometry(batch, pixels, pixels, channels, filters, 1, window);
        String name = "conv " + taps + "x" + taps + (stride == 1 ? "" : "/" + stride) + " " + channels + "->" + filters
                + " " + pixels + "px, " + net;
        rows.passes(name, g);
    }

    private void depthwise(int batch, int pixels, int channels) {
        Window window = Window.square(3).padding(1);
        rows.passes(
                "conv 3x3 depthwise " + channels + " " + pixels + "px",
                new ConvGeometry(batch, pixels, pixels, channels, channels, channels, window));
    }

    private void channels(int pixels, int channels) {
        int size = pixels * channels;
        double pass = 4.0 * size;
        float[] x = rows.values(size);
        float[] y = rows.values(size);
        float[] out = new float[size];
        float[] a = rows.values(channels);
        float[] b = rows.values(channels);
        float[] d = rows.values(channels);
        String of = ", " + channels + " channels";
        rows.bytes("channelSum" + of, pass, () -> kernels.channelSum(pixels, channels, x, 0, d, 0));
        rows.bytes(
                "channelCentredDot" + of,
                2 * pass,
                () -> kernels.channelCentredDot(pixels, channels, x, 0, a, 0, y, 0, d, 0));
        rows.bytes(
                "channelAffine" + of,
                2 * pass,
                () -> kernels.channelAffine(pixels, channels, x, 0, a, 0, b, 0, out, 0));
        rows.bytes(
                "channelCombineAdd" + of,
                4 * pass,
                () -> kernels.channelCombineAdd(pixels, channels, x, 0, a, y, 0, b, d, out, 0));
        if (channels == 16) {
            rows.bytes("relu", 2 * pass, () -> kernels.relu(size, x, 0, out, 0));
            rows.bytes("relu adjoint", 4 * pass, () -> kernels.reluAdjointAdd(size, x, 0, y, 0, out, 0));
        }
    }

    private void pooling(int batch, int pixels, int channels) {
        PoolGeometry g = new PoolGeometry(
                batch, pixels, pixels, channels, Window.square(2).stride(2));
        float[] x = rows.values(batch * pixels * pixels * channels);
        float[] y = new float[x.length / 4];
        float[] dy = rows.values(y.length);
        float[] dx = new float[x.length];
        double pass = 4.0 * x.length;
        rows.bytes("maxPool 2x2/2", 1.25 * pass, () -> kernels.maxPool(g, x, 0, y, 0));
        rows.bytes("maxPool 2x2/2 adjoint", 3.5 * pass, () -> kernels.maxPoolAdjointAdd(g, x, 0, y, 0, dy, 0, dx, 0));
        rows.bytes("averagePool 2x2/2", 1.25 * pass, () -> kernels.averagePool(g, true, x, 0, y, 0));
        rows.bytes(
                "averagePool 2x2/2 adjoint", 2.25 * pass, () -> kernels.averagePoolAdjointAdd(g, true, dy, 0, dx, 0));
    }
}
