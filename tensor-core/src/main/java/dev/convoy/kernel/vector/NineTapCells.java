package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Input adjoints of depthwise convolutions that halve an image, 3 x 3 of stride 2 with one pixel of padding: a cell of 2 x 2 pixels of dx is
 * reached from four pixels of dz, through nine taps in all, and written at once. dz is read where it lies, outside of it an array of zeros.
 */
final class NineTapCells {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int VECTOR = PeriodicWeights.VECTOR;
    /** From so many channels on two lines of dx are written to the side, and copied: pixels far apart share few sets of the cache. */
    private static final int MANY_CHANNELS = 256;

    private final PeriodicWeights weights = new PeriodicWeights();
    /** Two lines of dx. */
    private float[] lines = new float[0];

    static boolean fits(ConvGeometry g) {
        return NineTapLines.fits(g) && NineTapLines.halves(g);
    }

    void inputAdjoint(Scratch scratch, ConvGeometry g, float[] dz, int dzAt, float[] w, int wAt, float[] dx, int dxAt) {
        int channels = g.channels();
        weights.pack(channels, 0, false, w, wAt, scratch.zeros(channels), 0);
        float[] zeros = scratch.zeros(channels);
        int height = g.outputHeight();
        int lineSize = g.outputWidth() * channels;
        boolean aside = channels >= MANY_CHANNELS;
        if (aside) {
            lines = Scratch.grown(lines, Math.max(Scratch.LARGE, Scratch.ALIGNED + 4 * lineSize));
        }
        for (int n = 0; n < g.batch(); n++) {
            for (int i = 0; i < height; i++) {
                int from = dzAt + (n * height + i) * lineSize;
                int to = dxAt + (n * height + i) * 4 * lineSize;
                float[] below = i + 1 < height ? dz : zeros;
                if (aside) {
                    line(lineSize, channels, dz, from, below, zeros, lines, Scratch.ALIGNED);
                    System.arraycopy(lines, Scratch.ALIGNED, dx, to, 4 * lineSize);
                } else {
                    line(lineSize, channels, dz, from, below, zeros, dx, to);
                }
            }
        }
    }

    /** Two lines of dx. */
    private void line(
            int lineSize, int channels, float[] dz, int from, float[] below, float[] zeros, float[] dx, int to) {
        int vectors = channels / WIDTH;
        for (int v = 0; v < vectors; v += PeriodicWeights.VECTORS) {
            int count = Math.min(PeriodicWeights.VECTORS, vectors - v);
            cells(count, v * WIDTH, v * VECTOR, lineSize, channels, dz, from, below, zeros, dx, to);
        }
        if (vectors * WIDTH < channels) {
            cells(1, channels - WIDTH, weights.tail(), lineSize, channels, dz, from, below, zeros, dx, to);
        }
    }

    /** Of each cell of two lines {@code count} vectors from channel {@code c} on. */
    private void cells(
            int count,
            int c,
            int wAt,
            int lineSize,
            int channels,
            float[] dz,
            int from,
            float[] below,
            float[] zeros,
            float[] dx,
            int to) {
        float[] w = weights.floats;
        int belowAt = below == zeros ? c : from + lineSize + c;
        int belowStep = below == zeros ? 0 : 1;
        int last = lineSize - channels;
        for (int q = 0; q < last; q += channels) {
            int at = belowAt + q * belowStep;
            int right = at + channels * belowStep;
            int place = to + 2 * q + c;
            cell(
                    count,
                    dz,
                    from + q + c,
                    dz,
                    from + q + channels + c,
                    below,
                    at,
                    below,
                    right,
                    w,
                    wAt,
                    dx,
                    place,
                    channels,
                    2 * lineSize);
        }
        int at = belowAt + last * belowStep;
        int place = to + 2 * last + c;
        cell(count, dz, from + last + c, zeros, c, below, at, zeros, c, w, wAt, dx, place, channels, 2 * lineSize);
    }

    private static void cell(
            int vectors,
            float[] dz,
            int at00,
            float[] right,
            int at01,
            float[] below,
            int at10,
            float[] belowRight,
            int at11,
            float[] w,
            int wAt,
            float[] dx,
            int dxAt,
            int pixelStep,
            int lineStep) {
        int to01 = dxAt + pixelStep;
        int to10 = dxAt + lineStep;
        int to11 = to10 + pixelStep;
        for (int i = 0; i < vectors; i++) {
            int at = i * WIDTH;
            int wi = wAt + i * VECTOR;
            FloatVector zero = FloatVector.fromArray(SPECIES, w, wi + PeriodicWeights.BIAS * WIDTH);
            FloatVector z00 = FloatVector.fromArray(SPECIES, dz, at00 + at);
            z00.fma(FloatVector.fromArray(SPECIES, w, wi + 4 * WIDTH), zero).intoArray(dx, dxAt + at);
            FloatVector z01 = FloatVector.fromArray(SPECIES, right, at01 + at);
            FloatVector sum = z00.fma(FloatVector.fromArray(SPECIES, w, wi + 5 * WIDTH), zero);
            sum = z01.fma(FloatVector.fromArray(SPECIES, w, wi + 3 * WIDTH), sum);
            sum.intoArray(dx, to01 + at);
            FloatVector z10 = FloatVector.fromArray(SPECIES, below, at10 + at);
            sum = z00.fma(FloatVector.fromArray(SPECIES, w, wi + 7 * WIDTH), zero);
            sum = z10.fma(FloatVector.fromArray(SPECIES, w, wi + WIDTH), sum);
            sum.intoArray(dx, to10 + at);
            sum = z00.fma(FloatVector.fromArray(SPECIES, w, wi + 8 * WIDTH), zero);
            sum = z01.fma(FloatVector.fromArray(SPECIES, w, wi + 6 * WIDTH), sum);
            sum = z10.fma(FloatVector.fromArray(SPECIES, w, wi + 2 * WIDTH), sum);
            sum = FloatVector.fromArray(SPECIES, belowRight, at11 + at).fma(FloatVector.fromArray(SPECIES, w, wi), sum);
            sum.intoArray(dx, to11 + at);
        }
    }
}
