package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link FewChannels}'s weight adjoint for vectors of 512 bits: the sums of some taps stay in registers while pixels
 * go by. Tap t reads {@code x[xAt + columns[t] + i]} for pixel i.
 */
final class FewChannelsSums {
    /** The most taps at a time; more, of two vectors, C2 of JDK 17 no longer keeps in registers. */
    static final int MOST_TAPS = 12;
    /** Taps of {@link #nine}. */
    static final int TAPS_OF_ONE = 9;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;

    private FewChannelsSums() {}

    /** {@code sums[t, k] += sum over i ascending of x(tap + t, i) * dz[i * dzStep + k]} for nine taps and one vector of filters. */
    static void nine(
            int count,
            float[] x,
            int xAt,
            int[] columns,
            int tap,
            float[] dz,
            int dzAt,
            int dzStep,
            float[] sums,
            int sumsAt) {
        int at0 = xAt + columns[tap];
        int at1 = xAt + columns[tap + 1];
        int at2 = xAt + columns[tap + 2];
        int at3 = xAt + columns[tap + 3];
        int at4 = xAt + columns[tap + 4];
        int at5 = xAt + columns[tap + 5];
        int at6 = xAt + columns[tap + 6];
        int at7 = xAt + columns[tap + 7];
        int at8 = xAt + columns[tap + 8];
        FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, sumsAt);
        FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, sumsAt + WIDTH);
        FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * WIDTH);
        FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * WIDTH);
        FloatVector sum4 = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * WIDTH);
        FloatVector sum5 = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * WIDTH);
        FloatVector sum6 = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * WIDTH);
        FloatVector sum7 = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * WIDTH);
        FloatVector sum8 = FloatVector.fromArray(SPECIES, sums, sumsAt + 8 * WIDTH);
        for (int i = 0; i < count; i++) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, dz, dzAt + i * dzStep);
            sum0 = FloatVector.broadcast(SPECIES, x[at0 + i]).fma(gradient, sum0);
            sum1 = FloatVector.broadcast(SPECIES, x[at1 + i]).fma(gradient, sum1);
            sum2 = FloatVector.broadcast(SPECIES, x[at2 + i]).fma(gradient, sum2);
            sum3 = FloatVector.broadcast(SPECIES, x[at3 + i]).fma(gradient, sum3);
            sum4 = FloatVector.broadcast(SPECIES, x[at4 + i]).fma(gradient, sum4);
            sum5 = FloatVector.broadcast(SPECIES, x[at5 + i]).fma(gradient, sum5);
            sum6 = FloatVector.broadcast(SPECIES, x[at6 + i]).fma(gradient, sum6);
            sum7 = FloatVector.broadcast(SPECIES, x[at7 + i]).fma(gradient, sum7);
            sum8 = FloatVector.broadcast(SPECIES, x[at8 + i]).fma(gradient, sum8);
        }
        sum0.intoArray(sums, sumsAt);
        sum1.intoArray(sums, sumsAt + WIDTH);
        sum2.intoArray(sums, sumsAt + 2 * WIDTH);
        sum3.intoArray(sums, sumsAt + 3 * WIDTH);
        sum4.intoArray(sums, sumsAt + 4 * WIDTH);
        sum5.intoArray(sums, sumsAt + 5 * WIDTH);
        sum6.intoArray(sums, sumsAt + 6 * WIDTH);
        sum7.intoArray(sums, sumsAt + 7 * WIDTH);
        sum8.intoArray(sums, sumsAt + 8 * WIDTH);
    }

    /** As {@link #nine}, for two vectors of filters, {@code second} floats apart. */
    static void nineOfTwo(
            int count,
            float[] x,
            int xAt,
            int[] columns,
            int tap,
            float[] dz,
            int dzAt,
            int dzStep,
            int second,
            float[] sums,
            int sumsAt) {
        int at0 = xAt + columns[tap];
        int at1 = xAt + columns[tap + 1];
        int at2 = xAt + columns[tap + 2];
        int at3 = xAt + columns[tap + 3];
        int at4 = xAt + columns[tap + 4];
        int at5 = xAt + columns[tap + 5];
        int at6 = xAt + columns[tap + 6];
        int at7 = xAt + columns[tap + 7];
        int at8 = xAt + columns[tap + 8];
        FloatVector sum0a = FloatVector.fromArray(SPECIES, sums, sumsAt);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, sums, sumsAt + WIDTH);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * WIDTH);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * WIDTH);
        FloatVector sum2a = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * WIDTH);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * WIDTH);
        FloatVector sum3a = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * WIDTH);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * WIDTH);
        FloatVector sum4a = FloatVector.fromArray(SPECIES, sums, sumsAt + 8 * WIDTH);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, sums, sumsAt + 9 * WIDTH);
        FloatVector sum5a = FloatVector.fromArray(SPECIES, sums, sumsAt + 10 * WIDTH);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, sums, sumsAt + 11 * WIDTH);
        FloatVector sum6a = FloatVector.fromArray(SPECIES, sums, sumsAt + 12 * WIDTH);
        FloatVector sum6b = FloatVector.fromArray(SPECIES, sums, sumsAt + 13 * WIDTH);
        FloatVector sum7a = FloatVector.fromArray(SPECIES, sums, sumsAt + 14 * WIDTH);
        FloatVector sum7b = FloatVector.fromArray(SPECIES, sums, sumsAt + 15 * WIDTH);
        FloatVector sum8a = FloatVector.fromArray(SPECIES, sums, sumsAt + 16 * WIDTH);
        FloatVector sum8b = FloatVector.fromArray(SPECIES, sums, sumsAt + 17 * WIDTH);
        for (int i = 0; i < count; i++) {
            FloatVector left = FloatVector.fromArray(SPECIES, dz, dzAt + i * dzStep);
            FloatVector right = FloatVector.fromArray(SPECIES, dz, dzAt + i * dzStep + second);
            FloatVector x0 = FloatVector.broadcast(SPECIES, x[at0 + i]);
            sum0a = x0.fma(left, sum0a);
            sum0b = x0.fma(right, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, x[at1 + i]);
            sum1a = x1.fma(left, sum1a);
            sum1b = x1.fma(right, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, x[at2 + i]);
            sum2a = x2.fma(left, sum2a);
            sum2b = x2.fma(right, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, x[at3 + i]);
            sum3a = x3.fma(left, sum3a);
            sum3b = x3.fma(right, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, x[at4 + i]);
            sum4a = x4.fma(left, sum4a);
            sum4b = x4.fma(right, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, x[at5 + i]);
            sum5a = x5.fma(left, sum5a);
            sum5b = x5.fma(right, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, x[at6 + i]);
            sum6a = x6.fma(left, sum6a);
            sum6b = x6.fma(right, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, x[at7 + i]);
            sum7a = x7.fma(left, sum7a);
            sum7b = x7.fma(right, sum7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, x[at8 + i]);
            sum8a = x8.fma(left, sum8a);
            sum8b = x8.fma(right, sum8b);
        }
        VECTOR.cast(sum0a).intoArray(sums, sumsAt);
        VECTOR.cast(sum0b).intoArray(sums, sumsAt + WIDTH);
        VECTOR.cast(sum1a).intoArray(sums, sumsAt + 2 * WIDTH);
        VECTOR.cast(sum1b).intoArray(sums, sumsAt + 3 * WIDTH);
        VECTOR.cast(sum2a).intoArray(sums, sumsAt + 4 * WIDTH);
        VECTOR.cast(sum2b).intoArray(sums, sumsAt + 5 * WIDTH);
        VECTOR.cast(sum3a).intoArray(sums, sumsAt + 6 * WIDTH);
        VECTOR.cast(sum3b).intoArray(sums, sumsAt + 7 * WIDTH);
        VECTOR.cast(sum4a).intoArray(sums, sumsAt + 8 * WIDTH);
        VECTOR.cast(sum4b).intoArray(sums, sumsAt + 9 * WIDTH);
        VECTOR.cast(sum5a).intoArray(sums, sumsAt + 10 * WIDTH);
        VECTOR.cast(sum5b).intoArray(sums, sumsAt + 11 * WIDTH);
        VECTOR.cast(sum6a).intoArray(sums, sumsAt + 12 * WIDTH);
        VECTOR.cast(sum6b).intoArray(sums, sumsAt + 13 * WIDTH);
        VECTOR.cast(sum7a).intoArray(sums, sumsAt + 14 * WIDTH);
        VECTOR.cast(sum7b).intoArray(sums, sumsAt + 15 * WIDTH);
        VECTOR.cast(sum8a).intoArray(sums, sumsAt + 16 * WIDTH);
        VECTOR.cast(sum8b).intoArray(sums, sumsAt + 17 * WIDTH);
    }

    /** As {@link #nineOfTwo}, for twelve taps. */
    static void twelveOfTwo(
            int count,
            float[] x,
            int xAt,
            int[] columns,
            int tap,
            float[] dz,
            int dzAt,
            int dzStep,
            int second,
            float[] sums,
            int sumsAt) {
        int at0 = xAt + columns[tap];
        int at1 = xAt + columns[tap + 1];
        int at2 = xAt + columns[tap + 2];
        int at3 = xAt + columns[tap + 3];
        int at4 = xAt + columns[tap + 4];
        int at5 = xAt + columns[tap + 5];
        int at6 = xAt + columns[tap + 6];
        int at7 = xAt + columns[tap + 7];
        int at8 = xAt + columns[tap + 8];
        int at9 = xAt + columns[tap + 9];
        int at10 = xAt + columns[tap + 10];
        int at11 = xAt + columns[tap + 11];
        FloatVector sum0a = FloatVector.fromArray(SPECIES, sums, sumsAt);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, sums, sumsAt + WIDTH);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * WIDTH);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * WIDTH);
        FloatVector sum2a = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * WIDTH);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * WIDTH);
        FloatVector sum3a = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * WIDTH);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * WIDTH);
        FloatVector sum4a = FloatVector.fromArray(SPECIES, sums, sumsAt + 8 * WIDTH);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, sums, sumsAt + 9 * WIDTH);
        FloatVector sum5a = FloatVector.fromArray(SPECIES, sums, sumsAt + 10 * WIDTH);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, sums, sumsAt + 11 * WIDTH);
        FloatVector sum6a = FloatVector.fromArray(SPECIES, sums, sumsAt + 12 * WIDTH);
        FloatVector sum6b = FloatVector.fromArray(SPECIES, sums, sumsAt + 13 * WIDTH);
        FloatVector sum7a = FloatVector.fromArray(SPECIES, sums, sumsAt + 14 * WIDTH);
        FloatVector sum7b = FloatVector.fromArray(SPECIES, sums, sumsAt + 15 * WIDTH);
        FloatVector sum8a = FloatVector.fromArray(SPECIES, sums, sumsAt + 16 * WIDTH);
        FloatVector sum8b = FloatVector.fromArray(SPECIES, sums, sumsAt + 17 * WIDTH);
        FloatVector sum9a = FloatVector.fromArray(SPECIES, sums, sumsAt + 18 * WIDTH);
        FloatVector sum9b = FloatVector.fromArray(SPECIES, sums, sumsAt + 19 * WIDTH);
        FloatVector sum10a = FloatVector.fromArray(SPECIES, sums, sumsAt + 20 * WIDTH);
        FloatVector sum10b = FloatVector.fromArray(SPECIES, sums, sumsAt + 21 * WIDTH);
        FloatVector sum11a = FloatVector.fromArray(SPECIES, sums, sumsAt + 22 * WIDTH);
        FloatVector sum11b = FloatVector.fromArray(SPECIES, sums, sumsAt + 23 * WIDTH);
        for (int i = 0; i < count; i++) {
            FloatVector left = FloatVector.fromArray(SPECIES, dz, dzAt + i * dzStep);
            FloatVector right = FloatVector.fromArray(SPECIES, dz, dzAt + i * dzStep + second);
            FloatVector x0 = FloatVector.broadcast(SPECIES, x[at0 + i]);
            sum0a = x0.fma(left, sum0a);
            sum0b = x0.fma(right, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, x[at1 + i]);
            sum1a = x1.fma(left, sum1a);
            sum1b = x1.fma(right, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, x[at2 + i]);
            sum2a = x2.fma(left, sum2a);
            sum2b = x2.fma(right, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, x[at3 + i]);
            sum3a = x3.fma(left, sum3a);
            sum3b = x3.fma(right, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, x[at4 + i]);
            sum4a = x4.fma(left, sum4a);
            sum4b = x4.fma(right, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, x[at5 + i]);
            sum5a = x5.fma(left, sum5a);
            sum5b = x5.fma(right, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, x[at6 + i]);
            sum6a = x6.fma(left, sum6a);
            sum6b = x6.fma(right, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, x[at7 + i]);
            sum7a = x7.fma(left, sum7a);
            sum7b = x7.fma(right, sum7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, x[at8 + i]);
            sum8a = x8.fma(left, sum8a);
            sum8b = x8.fma(right, sum8b);
            FloatVector x9 = FloatVector.broadcast(SPECIES, x[at9 + i]);
            sum9a = x9.fma(left, sum9a);
            sum9b = x9.fma(right, sum9b);
            FloatVector x10 = FloatVector.broadcast(SPECIES, x[at10 + i]);
            sum10a = x10.fma(left, sum10a);
            sum10b = x10.fma(right, sum10b);
            FloatVector x11 = FloatVector.broadcast(SPECIES, x[at11 + i]);
            sum11a = x11.fma(left, sum11a);
            sum11b = x11.fma(right, sum11b);
        }
        VECTOR.cast(sum0a).intoArray(sums, sumsAt);
        VECTOR.cast(sum0b).intoArray(sums, sumsAt + WIDTH);
        VECTOR.cast(sum1a).intoArray(sums, sumsAt + 2 * WIDTH);
        VECTOR.cast(sum1b).intoArray(sums, sumsAt + 3 * WIDTH);
        VECTOR.cast(sum2a).intoArray(sums, sumsAt + 4 * WIDTH);
        VECTOR.cast(sum2b).intoArray(sums, sumsAt + 5 * WIDTH);
        VECTOR.cast(sum3a).intoArray(sums, sumsAt + 6 * WIDTH);
        VECTOR.cast(sum3b).intoArray(sums, sumsAt + 7 * WIDTH);
        VECTOR.cast(sum4a).intoArray(sums, sumsAt + 8 * WIDTH);
        VECTOR.cast(sum4b).intoArray(sums, sumsAt + 9 * WIDTH);
        VECTOR.cast(sum5a).intoArray(sums, sumsAt + 10 * WIDTH);
        VECTOR.cast(sum5b).intoArray(sums, sumsAt + 11 * WIDTH);
        VECTOR.cast(sum6a).intoArray(sums, sumsAt + 12 * WIDTH);
        VECTOR.cast(sum6b).intoArray(sums, sumsAt + 13 * WIDTH);
        VECTOR.cast(sum7a).intoArray(sums, sumsAt + 14 * WIDTH);
        VECTOR.cast(sum7b).intoArray(sums, sumsAt + 15 * WIDTH);
        VECTOR.cast(sum8a).intoArray(sums, sumsAt + 16 * WIDTH);
        VECTOR.cast(sum8b).intoArray(sums, sumsAt + 17 * WIDTH);
        VECTOR.cast(sum9a).intoArray(sums, sumsAt + 18 * WIDTH);
        VECTOR.cast(sum9b).intoArray(sums, sumsAt + 19 * WIDTH);
        VECTOR.cast(sum10a).intoArray(sums, sumsAt + 20 * WIDTH);
        VECTOR.cast(sum10b).intoArray(sums, sumsAt + 21 * WIDTH);
        VECTOR.cast(sum11a).intoArray(sums, sumsAt + 22 * WIDTH);
        VECTOR.cast(sum11b).intoArray(sums, sumsAt + 23 * WIDTH);
    }
}
