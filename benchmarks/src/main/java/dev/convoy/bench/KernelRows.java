package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows of the kernels' speed as shares of the machine's ceilings. Each row alternates between the kernel and its ceiling for some rounds;
 * the ratio is the median of the rounds' ratios, so a noisy neighbour disturbs both sides alike. Time is the thread's own processor time.
 */
final class KernelRows {
    private static final int ROUNDS = 9;
    private static final long ROUND_NANOS = 40_000_000;
    private static final long STRETCH_NANOS = 2_000_000;
    private static final long WARM_UP_NANOS = 800_000_000;
    private static final int WARM_UP_CALLS = 200;

    private final Report report;
    private final String only;
    private final Kernels kernels = KernelProvider.VECTOR.kernels();
    private final SplittableRandom random = new SplittableRandom(1);
    private final float[] copyFrom = Ceiling.copyBuffer();
    private final float[] copyTo = Ceiling.copyBuffer();

    /** @param only part of the names of the rows to measure */
    KernelRows(Report report, String only) {
        this.report = report;
        this.only = only;
    }

    Kernels kernels() {
        return kernels;
    }

    /** What the figures belong to. */
    void title() {
        report.title("");
        report.title("JDK " + Runtime.version() + ", " + kernels.description() + ", F at " + Ceiling.bits() + " bits");
    }

    /** F and the copy, of one core and of all. */
    void ceilings() throws InterruptedException {
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
    void flops(String name, double flops, Runnable call) {
        row(name, flops, "GFLOP/s", "F", Ceiling::steadyGigaflops, call);
    }

    /** A row in GB/s, bytes read plus bytes written, against the copy. */
    void bytes(String name, double bytes, Runnable call) {
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

    /** Random ones of at most 1/2. */
    float[] values(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return values;
    }

    /** Forward, input adjoint and weight adjoint of a convolution. */
    void passes(String name, ConvGeometry g) {
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
}
