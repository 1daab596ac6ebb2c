package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a depthwise convolution of nine taps along lines of the output: {@code z[i] = bias[i] + sum over r, s ascending of
 * image[line(r) + column(s) + i] * w[r,s,i]}. All they read and write follows each other in memory, weights too, {@link PeriodicWeights}.
 */
final class NineTapKernel {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int VECTOR = PeriodicWeights.VECTOR;

    private NineTapKernel() {}

    /**
     * {@code vectors} vectors of each of three lines, {@code zStep} floats apart, of stride 1: five lines of the image serve them, and each weight is
     * loaded once. The first and the last may be those of another array, of zeros. {@code step} is from one tap to
     * the next.
     */
    static void three(
            int vectors,
            float[] top,
            int line0,
            float[] image,
            int line1,
            int line2,
            int line3,
            float[] bottom,
            int line4,
            int step,
            float[] w,
            int wAt,
            float[] z,
            int zAt,
            int zStep) {
        int line01 = line0 + step;
        int line02 = line0 + 2 * step;
        int line11 = line1 + step;
        int line12 = line1 + 2 * step;
        int line21 = line2 + step;
        int line22 = line2 + 2 * step;
        int line31 = line3 + step;
        int line32 = line3 + 2 * step;
        int line41 = line4 + step;
        int line42 = line4 + 2 * step;
        int zAt1 = zAt + zStep;
        int zAt2 = zAt1 + zStep;
        for (int i = 0; i < vectors; i++) {
            int at = i * WIDTH;
            int wi = wAt + i * VECTOR;
            FloatVector bias = FloatVector.fromArray(SPECIES, w, wi + PeriodicWeights.BIAS * WIDTH);
            FloatVector w0 = FloatVector.fromArray(SPECIES, w, wi);
            FloatVector w1 = FloatVector.fromArray(SPECIES, w, wi + WIDTH);
            FloatVector w2 = FloatVector.fromArray(SPECIES, w, wi + 2 * WIDTH);
            FloatVector sum0 = FloatVector.fromArray(SPECIES, top, line0 + at).fma(w0, bias);
            sum0 = FloatVector.fromArray(SPECIES, top, line01 + at).fma(w1, sum0);
            sum0 = FloatVector.fromArray(SPECIES, top, line02 + at).fma(w2, sum0);
            FloatVector w3 = FloatVector.fromArray(SPECIES, w, wi + 3 * WIDTH);
            FloatVector w4 = FloatVector.fromArray(SPECIES, w, wi + 4 * WIDTH);
            FloatVector w5 = FloatVector.fromArray(SPECIES, w, wi + 5 * WIDTH);
            FloatVector x0 = FloatVector.fromArray(SPECIES, image, line1 + at);
            FloatVector x1 = FloatVector.fromArray(SPECIES, image, line11 + at);
            FloatVector x2 = FloatVector.fromArray(SPECIES, image, line12 + at);
            FloatVector sum1 = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
            sum0 = x2.fma(w5, x1.fma(w4, x0.fma(w3, sum0)));
            FloatVector w6 = FloatVector.fromArray(SPECIES, w, wi + 6 * WIDTH);
            FloatVector w7 = FloatVector.fromArray(SPECIES, w, wi + 7 * WIDTH);
            FloatVector w8 = FloatVector.fromArray(SPECIES, w, wi + 8 * WIDTH);
            x0 = FloatVector.fromArray(SPECIES, image, line2 + at);
            x1 = FloatVector.fromArray(SPECIES, image, line21 + at);
            x2 = FloatVector.fromArray(SPECIES, image, line22 + at);
            FloatVector sum2 = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
            sum1 = x2.fma(w5, x1.fma(w4, x0.fma(w3, sum1)));
            sum0 = x2.fma(w8, x1.fma(w7, x0.fma(w6, sum0)));
            MicroKernel.VECTOR.cast(sum0).intoArray(z, zAt + at);
            x0 = FloatVector.fromArray(SPECIES, image, line3 + at);
            x1 = FloatVector.fromArray(SPECIES, image, line31 + at);
            x2 = FloatVector.fromArray(SPECIES, image, line32 + at);
            sum2 = x2.fma(w5, x1.fma(w4, x0.fma(w3, sum2)));
            sum1 = x2.fma(w8, x1.fma(w7, x0.fma(w6, sum1)));
            MicroKernel.VECTOR.cast(sum1).intoArray(z, zAt1 + at);
            sum2 = FloatVector.fromArray(SPECIES, bottom, line4 + at).fma(w6, sum2);
            sum2 = FloatVector.fromArray(SPECIES, bottom, line41 + at).fma(w7, sum2);
            sum2 = FloatVector.fromArray(SPECIES, bottom, line42 + at).fma(w8, sum2);
            MicroKernel.VECTOR.cast(sum2).intoArray(z, zAt2 + at);
        }
    }

    /** The same of two lines of stride 2: the middle one of the five lines of the image serves both. */
    static void two(
            int vectors,
            float[] top,
            int line0,
            float[] image,
            int line1,
            int line2,
            int line3,
            float[] bottom,
            int line4,
            int step,
            float[] w,
            int wAt,
            float[] z,
            int zAt,
            int zStep) {
        int line01 = line0 + step;
        int line02 = line0 + 2 * step;
        int line11 = line1 + step;
        int line12 = line1 + 2 * step;
        int line21 = line2 + step;
        int line22 = line2 + 2 * step;
        int line31 = line3 + step;
        int line32 = line3 + 2 * step;
        int line41 = line4 + step;
        int line42 = line4 + 2 * step;
        int zAt1 = zAt + zStep;
        for (int i = 0; i < vectors; i++) {
            int at = i * WIDTH;
            int wi = wAt + i * VECTOR;
            FloatVector bias = FloatVector.fromArray(SPECIES, w, wi + PeriodicWeights.BIAS * WIDTH);
            FloatVector w0 = FloatVector.fromArray(SPECIES, w, wi);
            FloatVector w1 = FloatVector.fromArray(SPECIES, w, wi + WIDTH);
            FloatVector w2 = FloatVector.fromArray(SPECIES, w, wi + 2 * WIDTH);
            FloatVector w3 = FloatVector.fromArray(SPECIES, w, wi + 3 * WIDTH);
            FloatVector w4 = FloatVector.fromArray(SPECIES, w, wi + 4 * WIDTH);
            FloatVector w5 = FloatVector.fromArray(SPECIES, w, wi + 5 * WIDTH);
            FloatVector sum0 = FloatVector.fromArray(SPECIES, top, line0 + at).fma(w0, bias);
            sum0 = FloatVector.fromArray(SPECIES, top, line01 + at).fma(w1, sum0);
            sum0 = FloatVector.fromArray(SPECIES, top, line02 + at).fma(w2, sum0);
            sum0 = FloatVector.fromArray(SPECIES, image, line1 + at).fma(w3, sum0);
            sum0 = FloatVector.fromArray(SPECIES, image, line11 + at).fma(w4, sum0);
            sum0 = FloatVector.fromArray(SPECIES, image, line12 + at).fma(w5, sum0);
            FloatVector w6 = FloatVector.fromArray(SPECIES, w, wi + 6 * WIDTH);
            FloatVector w7 = FloatVector.fromArray(SPECIES, w, wi + 7 * WIDTH);
            FloatVector w8 = FloatVector.fromArray(SPECIES, w, wi + 8 * WIDTH);
            FloatVector x0 = FloatVector.fromArray(SPECIES, image, line2 + at);
            FloatVector x1 = FloatVector.fromArray(SPECIES, image, line21 + at);
            FloatVector x2 = FloatVector.fromArray(SPECIES, image, line22 + at);
            sum0 = x2.fma(w8, x1.fma(w7, x0.fma(w6, sum0)));
            MicroKernel.VECTOR.cast(sum0).intoArray(z, zAt + at);
            FloatVector sum1 = x2.fma(w2, x1.fma(w1, x0.fma(w0, bias)));
            sum1 = FloatVector.fromArray(SPECIES, image, line3 + at).fma(w3, sum1);
            sum1 = FloatVector.fromArray(SPECIES, image, line31 + at).fma(w4, sum1);
            sum1 = FloatVector.fromArray(SPECIES, image, line32 + at).fma(w5, sum1);
            sum1 = FloatVector.fromArray(SPECIES, bottom, line4 + at).fma(w6, sum1);
            sum1 = FloatVector.fromArray(SPECIES, bottom, line41 + at).fma(w7, sum1);
            sum1 = FloatVector.fromArray(SPECIES, bottom, line42 + at).fma(w8, sum1);
            MicroKernel.VECTOR.cast(sum1).intoArray(z, zAt1 + at);
        }
    }
}
