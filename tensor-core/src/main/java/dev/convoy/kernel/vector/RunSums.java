package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loop of {@link WeightRuns} for vectors of 512 bits: the sums of twelve neighbouring weights by two vectors of filters stay
 * in registers while pixels go by.
 *
 * <p>All distances are constants of the code. With variable ones, or with a table of where pixels begin, C2 runs out of registers for
 * addresses, keeps some in vector registers, and moving them takes the place of products.
 */
final class RunSums {
    /** Neighbouring weights of a tile. */
    static final int WEIGHTS = 12;
    /** From one pixel of x to the next: a power of two, or indices are checked in the loop. */
    static final int PIXEL = 64;
    /** Filters of a tile, all there are. */
    static final int FILTERS = 2 * MicroKernel.WIDTH;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;

    private RunSums() {}

    /**
     * {@code sums[j * FILTERS + k] += sum over i ascending of x[xAt + i * PIXEL + j] * dz[i * FILTERS + k]}.
     *
     * @param count how many pixels i
     */
    static void add(int count, float[] x, int xAt, float[] dz, int dzAt, float[] sums, int sumsAt) {
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
            int at = xAt + i * PIXEL;
            FloatVector left = FloatVector.fromArray(SPECIES, dz, dzAt + i * (2 * WIDTH));
            FloatVector right = FloatVector.fromArray(SPECIES, dz, dzAt + i * (2 * WIDTH) + WIDTH);
            FloatVector x0 = FloatVector.broadcast(SPECIES, x[at]);
            sum0a = x0.fma(left, sum0a);
            sum0b = x0.fma(right, sum0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, x[at + 1]);
            sum1a = x1.fma(left, sum1a);
            sum1b = x1.fma(right, sum1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, x[at + 2]);
            sum2a = x2.fma(left, sum2a);
            sum2b = x2.fma(right, sum2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, x[at + 3]);
            sum3a = x3.fma(left, sum3a);
            sum3b = x3.fma(right, sum3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, x[at + 4]);
            sum4a = x4.fma(left, sum4a);
            sum4b = x4.fma(right, sum4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, x[at + 5]);
            sum5a = x5.fma(left, sum5a);
            sum5b = x5.fma(right, sum5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, x[at + 6]);
            sum6a = x6.fma(left, sum6a);
            sum6b = x6.fma(right, sum6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, x[at + 7]);
            sum7a = x7.fma(left, sum7a);
            sum7b = x7.fma(right, sum7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, x[at + 8]);
            sum8a = x8.fma(left, sum8a);
            sum8b = x8.fma(right, sum8b);
            FloatVector x9 = FloatVector.broadcast(SPECIES, x[at + 9]);
            sum9a = x9.fma(left, sum9a);
            sum9b = x9.fma(right, sum9b);
            FloatVector x10 = FloatVector.broadcast(SPECIES, x[at + 10]);
            sum10a = x10.fma(left, sum10a);
            sum10b = x10.fma(right, sum10b);
            FloatVector x11 = FloatVector.broadcast(SPECIES, x[at + 11]);
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
