package dev.convoy.bench;

import dev.convoy.kernel.Kernels;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the kernels' speed as shares of the machine's ceilings. Each row alternates between the kernel, its ceiling and, where there is
 * one, a peer that computes the same for some rounds; the ratios are medians of the rounds' ratios, so a noisy neighbour disturbs all
 * alike. Time is the thread's own processor time.
 */
final class KernelRows {
    static final int ROUNDS = 9;
    private static final long ROUND_NANOS = 40_000_000;
    private static final long STRETCH_NANOS = 2_000_000;
    private static final long WARM_UP_NANOS = 800_000_000;
    private static final int WARM_UP_CALLS = 200;

    private final Report report;
    private final Kernels kernels;
    private final int rounds;
    private final float[] copyFrom = Ceiling.copyBuffer();
    private final float[] copyTo = Ceiling.copyBuffer();

    KernelRows(Report report, Kernels kernels, int rounds) {
        this.report = report;
        this.kernels = kernels;
        this.rounds = rounds;
    }

    /** What the figures belong to. */
    void title() {
        report.title("");
        report.title("JDK " + Runtime.version() + ", " + kernels.description() + ", F at " + Ceiling.bits() + " bits");
    }

    /** F and the copy, of one core and of all. */
    void ceilings() throws InterruptedException {
        Ceiling.warmUp();
        int cores = Runtime.getRuntime().availableProcessors();
        ceiling("F (fp32 fused multiply-add)", 1, "GFLOP/s", Ceiling.together(1, Ceiling::steadyGigaflops));
        ceiling("F (fp32 fused multiply-add)", cores, "GFLOP/s", Ceiling.together(cores, Ceiling::steadyGigaflops));
        ceiling("copy", 1, "GB/s", Ceiling.together(1, this::copy));
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
            ceiling("copy", cores, "GB/s", all);
        }
    }

    private void ceiling(String name, int threads, String unit, double value) {
        report.add(new Report.Row(name, threads, value, unit, 0, 0, ""), "");
    }

    private double copy() {
        return Ceiling.copyGigabytes(copyFrom, copyTo);
    }

    /**
     * What a row found.
     *
     * @param flops of one call
     * @param rate in GFLOP/s or GB/s
     * @param kernel the same over the ceiling
     * @param peer the peer's rate over the ceiling, or 0
     */
    record Found(double flops, double rate, double kernel, double peer) {}

    /** A row in GFLOP/s against F or, where memory is the limit, in GB/s against a copy of as many bytes. */
    Found row(String name, Consumer<Kernels> call) {
        return row(name, call, "", null);
    }

    /**
     * The same next to a peer.
     *
     * @param note at the end of the row
     * @param peer computes the same once and returns the nanoseconds it took the processor
     */
    Found row(String name, Consumer<Kernels> call, String note, @Nullable LongSupplier peer) {
        KernelWork work = KernelWork.of(call);
        boolean arithmetic = work.flops() > 0;
        double amount = arithmetic ? work.flops() : work.bytes();
        int copied = (int) Math.min(copyFrom.length, work.bytes() / (2 * Float.BYTES));
        double most = arithmetic ? Ceiling.FLOPS : 2.0 * Float.BYTES * copied;
        LongSupplier ceiling = arithmetic ? Ceiling::multiplyAdds : () -> Ceiling.copy(copyFrom, copyTo, copied);
        LongSupplier own = () -> {
            long begin = Ceiling.cpuNanos();
            call.accept(kernels);
            return Ceiling.cpuNanos() - begin;
        };
        warmUp(own);
        if (peer != null) {
            warmUp(peer);
        }
        double[] rates = new double[rounds];
        double[] peers = new double[rounds];
        double[] ceilings = new double[rounds];
        double before = most * bestRate(ceiling);
        for (int round = 0; round < rounds; round++) {
            rates[round] = amount * bestRate(own);
            double after = most * bestRate(ceiling);
            ceilings[round] = Math.max(before, after);
            before = after;
            if (peer != null) {
                peers[round] = amount * bestRate(peer);
                before = most * bestRate(ceiling);
            }
        }
        String against = arithmetic ? "F" : "copy";
        String unit = arithmetic ? "GFLOP/s" : "GB/s";
        double ratio = Rounds.median(Rounds.ratios(rates, ceilings));
        double best = Rounds.best(rates) / Rounds.best(ceilings);
        double lead = peer == null ? 0 : Rounds.median(Rounds.ratios(rates, peers));
        String notes = peer == null ? note : String.format(Locale.ROOT, "%5.2f x libtorch  %s", lead, note);
        report.add(new Report.Row(name, 1, Rounds.median(rates), unit, ratio, best, against), notes);
        if (peer != null) {
            report.keep(new Report.Row(
                    name, 1, Rounds.median(rates), unit, lead, Rounds.best(rates) / Rounds.best(peers), "libtorch"));
        }
        return new Found(work.flops(), Rounds.median(rates), ratio, Rounds.median(Rounds.ratios(peers, ceilings)));
    }

    private static void warmUp(LongSupplier own) {
        long taken = 0;
        for (int calls = 0; calls < WARM_UP_CALLS || taken < WARM_UP_NANOS; calls++) {
            if (calls > 2 && taken > 2 * WARM_UP_NANOS) {
                break;
            }
            taken += own.getAsLong();
        }
    }

    /** Calls per nanosecond in the best of the stretches of one round. */
    private static double bestRate(LongSupplier contender) {
        double best = 0;
        for (long all = 0; all < ROUND_NANOS; ) {
            long nanos = 0;
            int calls = 0;
            while (nanos < STRETCH_NANOS) {
                nanos += contender.getAsLong();
                calls++;
            }
            best = Math.max(best, (double) calls / nanos);
            all += nanos;
        }
        return best;
    }
}
