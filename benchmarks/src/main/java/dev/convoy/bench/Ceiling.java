package dev.convoy.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CyclicBarrier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this machine can do at most, at this moment: F, the rate of a loop of twelve independent fused multiply-add chains in
 * registers, and the rate of a memory copy. Every other figure is taken next to one of these.
 */
final class Ceiling {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int CHAINS = 12;
    /** Steps of a chain, and how often it is run for one measurement. */
    private static final int STEPS = 2_000;

    private static final int REPETITIONS = 200;
    /** Operations of one {@link #multiplyAdds}. */
    static final double FLOPS = 2.0 * CHAINS * SPECIES.length() * STEPS * REPETITIONS;
    /** 128 MB each way. */
    private static final int COPY_FLOATS = 32 << 20;

    /** Where results go, so that no loop is dead code. */
    static volatile float sink;

    private Ceiling() {}

    /** Processor time of this thread: what other processes take does not count. */
    static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** Until the loop of {@link #gigaflops} is compiled. */
    static void warmUp() {
        for (int i = 0; i < 50; i++) {
            gigaflops();
        }
    }

    static int bits() {
        return SPECIES.vectorBitSize();
    }

    /**
     * The nanoseconds that {@link #FLOPS} take this thread. The loop is entered often, so that it is compiled from its
     * beginning and not from its midst, where its vectors are objects of the interpreter's: that is the likely cause, which was not traced, of
     * 3 GFLOP/s for the whole of one process in a dozen.
     */
    static long multiplyAdds() {
        long begin = cpuNanos();
        for (int i = 0; i < REPETITIONS; i++) {
            sink = chains(STEPS);
        }
        return cpuNanos() - begin;
    }

    /** F in GFLOP/s on this thread, from one measurement of about a millisecond. */
    static double gigaflops() {
        return FLOPS / multiplyAdds();
    }

    /** The better of three. */
    static double steadyGigaflops() {
        return Math.max(gigaflops(), Math.max(gigaflops(), gigaflops()));
    }

    /** The nanoseconds that a copy of so many floats takes this thread. */
    static long copy(float[] from, float[] to, int floats) {
        long begin = cpuNanos();
        System.arraycopy(from, 0, to, 0, floats);
        long taken = cpuNanos() - begin;
        sink = to[floats / 2];
        return taken;
    }

    /** Bytes read plus bytes written, in GB/s, by one large copy on this thread. */
    static double copyGigabytes(float[] from, float[] to) {
        return 2.0 * Float.BYTES * from.length / copy(from, to, from.length);
    }

    static float[] copyBuffer() {
        return new float[COPY_FLOATS];
    }

    /** The sum over {@code threads} threads of what {@code rate} returns on each, all running at once; the best of five. */
    static double together(int threads, Rate rate) throws InterruptedException {
        double best = 0;
        for (int round = 0; round < 5; round++) {
            double[] rates = new double[threads];
            CyclicBarrier start = new CyclicBarrier(threads);
            Thread[] workers = new Thread[threads];
            for (int i = 0; i < threads; i++) {
                int index = i;
                workers[i] = new Thread(() -> {
                    try {
                        start.await();
                    } catch (Exception e) {
                        throw new IllegalStateException("benchmark thread " + index + " did not start", e);
                    }
                    rates[index] = rate.measure();
                });
                workers[i].start();
            }
            double sum = 0;
            for (int i = 0; i < threads; i++) {
                workers[i].join();
                sum += rates[i];
            }
            best = Math.max(best, sum);
        }
        return best;
    }

    /** One measurement. */
    interface Rate {
        double measure();
    }

    private static float chains(int steps) {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector term = FloatVector.broadcast(SPECIES, 0.001f);
        FloatVector c0 = FloatVector.broadcast(SPECIES, 0f);
        FloatVector c1 = c0.add(1f);
        FloatVector c2 = c0.add(2f);
        FloatVector c3 = c0.add(3f);
        FloatVector c4 = c0.add(4f);
        FloatVector c5 = c0.add(5f);
        FloatVector c6 = c0.add(6f);
        FloatVector c7 = c0.add(7f);
        FloatVector c8 = c0.add(8f);
        FloatVector c9 = c0.add(9f);
        FloatVector c10 = c0.add(10f);
        FloatVector c11 = c0.add(11f);
        for (int i = 0; i < steps; i++) {
            c0 = c0.fma(factor, term);
            c1 = c1.fma(factor, term);
            c2 = c2.fma(factor, term);
            c3 = c3.fma(factor, term);
            c4 = c4.fma(factor, term);
            c5 = c5.fma(factor, term);
            c6 = c6.fma(factor, term);
            c7 = c7.fma(factor, term);
            c8 = c8.fma(factor, term);
            c9 = c9.fma(factor, term);
            c10 = c10.fma(factor, term);
            c11 = c11.fma(factor, term);
        }
        FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        return sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).reduceLanes(VectorOperators.ADD);
    }
}
