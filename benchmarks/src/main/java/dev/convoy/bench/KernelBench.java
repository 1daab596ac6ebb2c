package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The kernels as shares of the machine's ceilings. Each row alternates between the kernel and its ceiling for some rounds; the ratio is
 * the median of the rounds' ratios, so a noisy neighbour disturbs both sides alike. Time is the thread's own processor time.
 */
public final class KernelBench {
    private static final int ROUNDS = 9;
    private static final long ROUND_NANOS = 40_000_000;
    private static final long STRETCH_NANOS = 2_000_000;
    private static final long WARM_UP_NANOS = 800_000_000;
    private static final int WARM_UP_CALLS = 200;

    private final Report report = new Report();
    private final Kernels kernels = KernelProvider.VECTOR.kernels();
    private final SplittableRandom random = new SplittableRandom(1);
    private final float[] copyFrom = Ceiling.copyBuffer();
    private final float[] copyTo = Ceiling.copyBuffer();
    private final String only;

    private KernelBench(String only) {
        this.only = only;
    }

    /** {@code [--json FILE] [--only PART-OF-A-NAME]} */
    public static void main(String[] args) throws IOException, InterruptedException {
        String json = "";
        String only = "";
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("bench kernels: " + args[i] + " expects a value");
            }
            switch (args[i]) {
                case "--json" -> json = args[i + 1];
                case "--only" -> only = args[i + 1];
                default ->
                    throw new IllegalArgumentException(
                            "bench kernels: unknown option " + args[i] + "; known are --json FILE and --only TEXT");
            }
        }
        KernelBench bench = new KernelBench(only);
        bench.run();
        if (!json.isEmpty()) {
            bench.report.write(Path.of(json));
        }
    }

    private void run() throws InterruptedException {
        report.title("");
        report.title("JDK " + Runtime.version() + ", " + kernels.description() + ", F at " + Ceiling.bits() + " bits");
        ceilings();
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

    private void ceilings() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            Ceiling.gigaflops();
        }
        int cores = Runtime.getRuntime().availableProcessors();
        report.add(new Report.Row(
                "F (fp32 fused multiply-add)", 1, Ceiling.together(1, Ceiling::steadyGigaflops), "GFLOP/s", 0, 0, ""));
        report.add(new Report.Row(
                "F (fp32 fused multiply-add)",
                cores,
                Ceiling.together(cores, Ceiling::steadyGigaflops),
                "GFLOP/s",
                0,
                0,
                ""));
        report.add(new Report.Row(
                "copy", 1, Ceiling.together(1, () -> Ceiling.copyGigabytes(copyFrom, copyTo)), "GB/s", 0, 0, ""));
        if (cores > 1) {
            float[][] buffers = new float[2 * cores][];
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = i == 0 ? copyFrom : i == 1 ? copyTo : Ceiling.copyBuffer();
            }
            AtomicInteger next = new AtomicInteger();
            double all = Ceiling.together(cores, () -> {
                int pair = 2 * (next.getAndIncrement() % cores);
                return Ceiling.copyGigabytes(buffers[pair], buffers[pair + 1]);
            });
            report.add(new Report.Row("copy", cores, all, "GB/s", 0, 0, ""));
        }
    }

    /** A row in GFLOP/s against F. */
    private void flops(String name, double flops, Runnable call) {
        row(name, flops, "GFLOP/s", "F", Ceiling::steadyGigaflops, call);
    }

    /** A row in GB/s, bytes read plus bytes written, against the copy. */
    private void bytes(String name, double bytes, Runnable call) {
        row(name, bytes, "GB/s", "copy", () -> Ceiling.copyGigabytes(copyFrom, copyTo), call);
    }

    private void row(String name, double work, String unit, String against, Ceiling.Rate ceiling, Runnable call) {
        if (!name.contains(only)) {
            return;
        }
        long begin = Ceiling.cpuNanos();
        for (int warm = 0; warm < WARM_UP_CALLS || Ceiling.cpuNanos() - begin < WARM_UP_NANOS; warm++) {
            if (warm > 2 && Ceiling.cpuNanos() - begin > 5 * WARM_UP_NANOS) {
                break;
            }
            call.run();
        }
        double[] rates = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        double before = ceiling.measure();
        double highest = before;
        for (int round = 0; round < ROUNDS; round++) {
            rates[round] = bestRate(work, call);
            double after = ceiling.measure();
            ratios[round] = rates[round] / Math.max(before, after);
            before = after;
            highest = Math.max(highest, after);
        }
        Arrays.sort(rates);
        Arrays.sort(ratios);
        report.add(new Report.Row(
                name, 1, rates[ROUNDS / 2], unit, ratios[ROUNDS / 2], rates[ROUNDS - 1] / highest, against));
    }

    /** The best of the stretches of one round, each as long as a measurement of F. */
    private static double bestRate(double work, Runnable call) {
        long begin = Ceiling.cpuNanos();
        double best = 0;
        for (long now = begin; now - begin < ROUND_NANOS; ) {
            long start = now;
            int calls = 0;
            while (now - start < STRETCH_NANOS) {
                call.run();
                calls++;
                now = Ceiling.cpuNanos();
            }
            best = Math.max(best, work * calls / (now - start));
        }
        return best;
    }

    private float[] values(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return values;
    }

    private void product(int n) {
        float[] a = values(n * n);
        float[] b = values(n * n);
        float[] c = new float[n * n];
        flops("sgemm " + n, 2.0 * n * n * n, () -> kernels.gemmAdd(n, n, n, a, 0, n, 1, b, 0, n, 1, c, 0, n));
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
        float[] x = values(g.batch() * g.height() * g.width() * g.channels());
        float[] w = values(g.window().taps() * g.channelsPerGroup() * g.filters());
        float[] dz = values(g.batch() * g.outputHeight() * g.outputWidth() * g.filters());
        float[] bias = values(g.filters());
        float[] z = new float[dz.length];
        float[] dx = new float[x.length];
        float[] dw = new float[w.length];
        double flops = 2.0 * g.multiplyAdds();
        flops(name + " fwd", flops, () -> kernels.conv2d(g, x, 0, w, 0, bias, 0, z, 0));
        flops(name + " dx", flops, () -> kernels.conv2dInputAdjointAdd(g, dz, 0, w, 0, dx, 0));
        flops(name + " dw", flops, () -> kernels.conv2dWeightAdjointAdd(g, x, 0, dz, 0, dw, 0));
    }

    private void channels(int rows, int channels) {
        int size = rows * channels;
        double pass = 4.0 * size;
        float[] x = values(size);
        float[] y = values(size);
        float[] out = new float[size];
        float[] a = values(channels);
        float[] b = values(channels);
        float[] d = values(channels);
        String of = ", " + channels + " channels";
        bytes("channelSum" + of, pass, () -> kernels.channelSum(rows, channels, x, 0, d, 0));
        bytes(
                "channelCentredDot" + of,
                2 * pass,
                () -> kernels.channelCentredDot(rows, channels, x, 0, a, 0, y, 0, d, 0));
        bytes("channelAffine" + of, 2 * pass, () -> kernels.channelAffine(rows, channels, x, 0, a, 0, b, 0, out, 0));
        bytes(
                "channelCombineAdd" + of,
                4 * pass,
                () -> kernels.channelCombineAdd(rows, channels, x, 0, a, y, 0, b, d, out, 0));
        if (channels == 16) {
            bytes("relu", 2 * pass, () -> kernels.relu(size, x, 0, out, 0));
            bytes("relu adjoint", 4 * pass, () -> kernels.reluAdjointAdd(size, x, 0, y, 0, out, 0));
        }
    }

    private void pooling(int batch, int pixels, int channels) {
        PoolGeometry g = new PoolGeometry(
                batch, pixels, pixels, channels, Window.square(2).stride(2));
        float[] x = values(batch * pixels * pixels * channels);
        float[] y = new float[x.length / 4];
        float[] dy = values(y.length);
        float[] dx = new float[x.length];
        double pass = 4.0 * x.length;
        bytes("maxPool 2x2/2", 1.25 * pass, () -> kernels.maxPool(g, x, 0, y, 0));
        bytes("maxPool 2x2/2 adjoint", 3.5 * pass, () -> kernels.maxPoolAdjointAdd(g, x, 0, y, 0, dy, 0, dx, 0));
        bytes("averagePool 2x2/2", 1.25 * pass, () -> kernels.averagePool(g, true, x, 0, y, 0));
        bytes("averagePool 2x2/2 adjoint", 2.25 * pass, () -> kernels.averagePoolAdjointAdd(g, true, dy, 0, dx, 0));
    }
}
