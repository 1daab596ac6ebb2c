package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The innermost loops of {@link NineTapSums}; the sums are laid out as {@link PeriodicWeights} are. */
final class NineTapSumKernel {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int VECTOR = PeriodicWeights.VECTOR;

    private NineTapSumKernel() {}

    /** {@code sums[t] += image(t) * dz} of one pixel; {@code step} is that from one column of the image to the next. */
    static void pixel(
            int vectors,
            float[] top,
            int line0,
            float[] image,
            int line1,
            float[] bottom,
            int line2,
            int step,
            float[] dz,
            int dzAt,
            float[] sums,
            int sumsAt) {
        int line01 = line0 + step;
        int line02 = line01 + step;
        int line11 = line1 + step;
        int line12 = line11 + step;
        int line21 = line2 + step;
        int line22 = line21 + step;
        for (int i = 0; i < vectors; i++) {
            int at = i * WIDTH;
            int to = sumsAt + i * VECTOR;
            FloatVector z0 = FloatVector.fromArray(SPECIES, dz, dzAt + at);
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, to);
            sum = FloatVector.fromArray(SPECIES, top, line0 + at).fma(z0, sum);
            sum.intoArray(sums, to);
            sum = FloatVector.fromArray(SPECIES, sums, to + WIDTH);
            sum = FloatVector.fromArray(SPECIES, top, line01 + at).fma(z0, sum);
            sum.intoArray(sums, to + WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 2 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, top, line02 + at).fma(z0, sum);
            sum.intoArray(sums, to + 2 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 3 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, image, line1 + at).fma(z0, sum);
            sum.intoArray(sums, to + 3 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 4 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, image, line11 + at).fma(z0, sum);
            sum.intoArray(sums, to + 4 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 5 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, image, line12 + at).fma(z0, sum);
            sum.intoArray(sums, to + 5 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 6 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, bottom, line2 + at).fma(z0, sum);
            sum.intoArray(sums, to + 6 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 7 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, bottom, line21 + at).fma(z0, sum);
            sum.intoArray(sums, to + 7 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 8 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, bottom, line22 + at).fma(z0, sum);
            sum.intoArray(sums, to + 8 * WIDTH);
        }
    }

    /** The same of two pixels side by side, of stride 2, one after the other. */
    static void pair(
            int vectors,
            float[] top,
            int line0,
            float[] image,
            int line1,
            float[] bottom,
            int line2,
            int step,
            float[] dz,
            int dzAt,
            float[] sums,
            int sumsAt) {
        int line01 = line0 + step;
        int line02 = line01 + step;
        int line03 = line02 + step;
        int line04 = line03 + step;
        int line11 = line1 + step;
        int line12 = line11 + step;
        int line13 = line12 + step;
        int line14 = line13 + step;
        int line21 = line2 + step;
        int line22 = line21 + step;
        int line23 = line22 + step;
        int line24 = line23 + step;
        int dzAt1 = dzAt + step;
        for (int i = 0; i < vectors; i++) {
            int at = i * WIDTH;
            int to = sumsAt + i * VECTOR;
            FloatVector z0 = FloatVector.fromArray(SPECIES, dz, dzAt + at);
            FloatVector z1 = FloatVector.fromArray(SPECIES, dz, dzAt1 + at);
            FloatVector x2 = FloatVector.fromArray(SPECIES, top, line02 + at);
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, to);
            sum = FloatVector.fromArray(SPECIES, top, line0 + at).fma(z0, sum);
            sum = x2.fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to);
            sum = FloatVector.fromArray(SPECIES, sums, to + WIDTH);
            sum = FloatVector.fromArray(SPECIES, top, line01 + at).fma(z0, sum);
            sum = FloatVector.fromArray(SPECIES, top, line03 + at).fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 2 * WIDTH);
            sum = x2.fma(z0, sum);
            sum = FloatVector.fromArray(SPECIES, top, line04 + at).fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + 2 * WIDTH);
            x2 = FloatVector.fromArray(SPECIES, image, line12 + at);
            sum = FloatVector.fromArray(SPECIES, sums, to + 3 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, image, line1 + at).fma(z0, sum);
            sum = x2.fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + 3 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 4 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, image, line11 + at).fma(z0, sum);
            sum = FloatVector.fromArray(SPECIES, image, line13 + at).fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + 4 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 5 * WIDTH);
            sum = x2.fma(z0, sum);
            sum = FloatVector.fromArray(SPECIES, image, line14 + at).fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + 5 * WIDTH);
            x2 = FloatVector.fromArray(SPECIES, bottom, line22 + at);
            sum = FloatVector.fromArray(SPECIES, sums, to + 6 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, bottom, line2 + at).fma(z0, sum);
            sum = x2.fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + 6 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 7 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, bottom, line21 + at).fma(z0, sum);
            sum = FloatVector.fromArray(SPECIES, bottom, line23 + at).fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + 7 * WIDTH);
            sum = FloatVector.fromArray(SPECIES, sums, to + 8 * WIDTH);
            sum = x2.fma(z0, sum);
            sum = FloatVector.fromArray(SPECIES, bottom, line24 + at).fma(z1, sum);
            MicroKernel.VECTOR.cast(sum).intoArray(sums, to + 8 * WIDTH);
        }
    }

    /**
     * {@code sums[t] += image(t) * dz} of so many pixels of one line, of stride 1. What the next pixel reads too stays in registers, as the sums
     * do.
     */
    static void along(
            int pixels,
            float[] top,
            int line0,
            float[] image,
            int line1,
            float[] bottom,
            int line2,
            int step,
            float[] dz,
            int dzAt,
            float[] sums,
            int sumsAt) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, top, line0);
        FloatVector x1 = FloatVector.fromArray(SPECIES, top, line0 + step);
        int line02 = line0 + 2 * step;
        FloatVector x3 = FloatVector.fromArray(SPECIES, image, line1);
        FloatVector x4 = FloatVector.fromArray(SPECIES, image, line1 + step);
        int line12 = line1 + 2 * step;
        FloatVector x6 = FloatVector.fromArray(SPECIES, bottom, line2);
        FloatVector x7 = FloatVector.fromArray(SPECIES, bottom, line2 + step);
        int line22 = line2 + 2 * step;
        FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, sumsAt);
        FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, sumsAt + WIDTH);
        FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * WIDTH);
        FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * WIDTH);
        FloatVector sum4 = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * WIDTH);
        FloatVector sum5 = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * WIDTH);
        FloatVector sum6 = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * WIDTH);
        FloatVector sum7 = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * WIDTH);
        FloatVector sum8 = FloatVector.fromArray(SPECIES, sums, sumsAt + 8 * WIDTH);
        for (int i = 0; i < pixels; i++) {
            int at = i * step;
            FloatVector gradient = FloatVector.fromArray(SPECIES, dz, dzAt + at);
            FloatVector x2 = FloatVector.fromArray(SPECIES, top, line02 + at);
            sum0 = x0.fma(gradient, sum0);
            sum1 = x1.fma(gradient, sum1);
            sum2 = x2.fma(gradient, sum2);
            x0 = x1;
            x1 = x2;
            FloatVector x5 = FloatVector.fromArray(SPECIES, image, line12 + at);
            sum3 = x3.fma(gradient, sum3);
            sum4 = x4.fma(gradient, sum4);
            sum5 = x5.fma(gradient, sum5);
            x3 = x4;
            x4 = x5;
            FloatVector x8 = FloatVector.fromArray(SPECIES, bottom, line22 + at);
            sum6 = x6.fma(gradient, sum6);
            sum7 = x7.fma(gradient, sum7);
            sum8 = x8.fma(gradient, sum8);
            x6 = x7;
            x7 = x8;
        }
        MicroKernel.VECTOR.cast(sum0).intoArray(sums, sumsAt);
        MicroKernel.VECTOR.cast(sum1).intoArray(sums, sumsAt + WIDTH);
        MicroKernel.VECTOR.cast(sum2).intoArray(sums, sumsAt + 2 * WIDTH);
        MicroKernel.VECTOR.cast(sum3).intoArray(sums, sumsAt + 3 * WIDTH);
        MicroKernel.VECTOR.cast(sum4).intoArray(sums, sumsAt + 4 * WIDTH);
        MicroKernel.VECTOR.cast(sum5).intoArray(sums, sumsAt + 5 * WIDTH);
        MicroKernel.VECTOR.cast(sum6).intoArray(sums, sumsAt + 6 * WIDTH);
        MicroKernel.VECTOR.cast(sum7).intoArray(sums, sumsAt + 7 * WIDTH);
        MicroKernel.VECTOR.cast(sum8).intoArray(sums, sumsAt + 8 * WIDTH);
    }
}
