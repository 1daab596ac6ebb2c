package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link FewChannels}'s forward pass for vectors of 512 bits. Tap t of output pixel i is {@code x[xAt + columns[t] + i]}: one
 * address and fixed displacements.
 */
final class FewChannelsKernel {
    /** Pixels of {@link #one}. */
    static final int PIXELS = 16;
    /** Pixels of {@link #two}. */
    static final int PIXELS_OF_TWO = 14;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;

    private FewChannelsKernel() {}

    /** {@code z[i * zStep + k] = begin[k] + sum over l ascending of x(l, i) * w[l, k]} for one vector of filters. */
    static void one(
            int depth,
            float[] x,
            int xAt,
            int[] columns,
            float[] w,
            int wAt,
            float[] begin,
            int beginAt,
            float[] z,
            int zAt,
            int zStep) {
        FloatVector beginA = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector c0 = beginA;
        FloatVector c1 = beginA;
        FloatVector c2 = beginA;
        FloatVector c3 = beginA;
        FloatVector c4 = beginA;
        FloatVector c5 = beginA;
        FloatVector c6 = beginA;
        FloatVector c7 = beginA;
        FloatVector c8 = beginA;
        FloatVector c9 = beginA;
        FloatVector c10 = beginA;
        FloatVector c11 = beginA;
        FloatVector c12 = beginA;
        FloatVector c13 = beginA;
        FloatVector c14 = beginA;
        FloatVector c15 = beginA;
        for (int l = 0; l < depth; l++) {
            int at = xAt + columns[l];
            FloatVector row = FloatVector.fromArray(SPECIES, w, wAt + l * WIDTH);
            c0 = FloatVector.broadcast(SPECIES, x[at]).fma(row, c0);
            c1 = FloatVector.broadcast(SPECIES, x[at + 1]).fma(row, c1);
            c2 = FloatVector.broadcast(SPECIES, x[at + 2]).fma(row, c2);
            c3 = FloatVector.broadcast(SPECIES, x[at + 3]).fma(row, c3);
            c4 = FloatVector.broadcast(SPECIES, x[at + 4]).fma(row, c4);
            c5 = FloatVector.broadcast(SPECIES, x[at + 5]).fma(row, c5);
            c6 = FloatVector.broadcast(SPECIES, x[at + 6]).fma(row, c6);
            c7 = FloatVector.broadcast(SPECIES, x[at + 7]).fma(row, c7);
            c8 = FloatVector.broadcast(SPECIES, x[at + 8]).fma(row, c8);
            c9 = FloatVector.broadcast(SPECIES, x[at + 9]).fma(row, c9);
            c10 = FloatVector.broadcast(SPECIES, x[at + 10]).fma(row, c10);
            c11 = FloatVector.broadcast(SPECIES, x[at + 11]).fma(row, c11);
            c12 = FloatVector.broadcast(SPECIES, x[at + 12]).fma(row, c12);
            c13 = FloatVector.broadcast(SPECIES, x[at + 13]).fma(row, c13);
            c14 = FloatVector.broadcast(SPECIES, x[at + 14]).fma(row, c14);
            c15 = FloatVector.broadcast(SPECIES, x[at + 15]).fma(row, c15);
        }
        VECTOR.cast(c0).intoArray(z, zAt);
        VECTOR.cast(c1).intoArray(z, zAt + zStep);
        VECTOR.cast(c2).intoArray(z, zAt + 2 * zStep);
        VECTOR.cast(c3).intoArray(z, zAt + 3 * zStep);
        VECTOR.cast(c4).intoArray(z, zAt + 4 * zStep);
        VECTOR.cast(c5).intoArray(z, zAt + 5 * zStep);
        VECTOR.cast(c6).intoArray(z, zAt + 6 * zStep);
        VECTOR.cast(c7).intoArray(z, zAt + 7 * zStep);
        VECTOR.cast(c8).intoArray(z, zAt + 8 * zStep);
        VECTOR.cast(c9).intoArray(z, zAt + 9 * zStep);
        VECTOR.cast(c10).intoArray(z, zAt + 10 * zStep);
        VECTOR.cast(c11).intoArray(z, zAt + 11 * zStep);
        VECTOR.cast(c12).intoArray(z, zAt + 12 * zStep);
        VECTOR.cast(c13).intoArray(z, zAt + 13 * zStep);
        VECTOR.cast(c14).intoArray(z, zAt + 14 * zStep);
        VECTOR.cast(c15).intoArray(z, zAt + 15 * zStep);
    }

    /** As {@link #one}, for two vectors of filters, {@code second} floats apart. Twenty-eight sums leave registers for one step's operands. */
    static void two(
            int depth,
            float[] x,
            int xAt,
            int[] columns,
            float[] w,
            int wAt,
            float[] begin,
            int beginAt,
            int second,
            float[] z,
            int zAt,
            int zStep) {
        FloatVector beginA = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector beginB = FloatVector.fromArray(SPECIES, begin, beginAt + second);
        FloatVector c0a = beginA;
        FloatVector c0b = beginB;
        FloatVector c1a = beginA;
        FloatVector c1b = beginB;
        FloatVector c2a = beginA;
        FloatVector c2b = beginB;
        FloatVector c3a = beginA;
        FloatVector c3b = beginB;
        FloatVector c4a = beginA;
        FloatVector c4b = beginB;
        FloatVector c5a = beginA;
        FloatVector c5b = beginB;
        FloatVector c6a = beginA;
        FloatVector c6b = beginB;
        FloatVector c7a = beginA;
        FloatVector c7b = beginB;
        FloatVector c8a = beginA;
        FloatVector c8b = beginB;
        FloatVector c9a = beginA;
        FloatVector c9b = beginB;
        FloatVector c10a = beginA;
        FloatVector c10b = beginB;
        FloatVector c11a = beginA;
        FloatVector c11b = beginB;
        FloatVector c12a = beginA;
        FloatVector c12b = beginB;
        FloatVector c13a = beginA;
        FloatVector c13b = beginB;
        for (int l = 0; l < depth; l++) {
            int at = xAt + columns[l];
            FloatVector left = FloatVector.fromArray(SPECIES, w, wAt + l * (2 * WIDTH));
            FloatVector right = FloatVector.fromArray(SPECIES, w, wAt + l * (2 * WIDTH) + WIDTH);
            FloatVector x0 = FloatVector.broadcast(SPECIES, x[at]);
            c0a = x0.fma(left, c0a);
            c0b = x0.fma(right, c0b);
            FloatVector x1 = FloatVector.broadcast(SPECIES, x[at + 1]);
            c1a = x1.fma(left, c1a);
            c1b = x1.fma(right, c1b);
            FloatVector x2 = FloatVector.broadcast(SPECIES, x[at + 2]);
            c2a = x2.fma(left, c2a);
            c2b = x2.fma(right, c2b);
            FloatVector x3 = FloatVector.broadcast(SPECIES, x[at + 3]);
            c3a = x3.fma(left, c3a);
            c3b = x3.fma(right, c3b);
            FloatVector x4 = FloatVector.broadcast(SPECIES, x[at + 4]);
            c4a = x4.fma(left, c4a);
            c4b = x4.fma(right, c4b);
            FloatVector x5 = FloatVector.broadcast(SPECIES, x[at + 5]);
            c5a = x5.fma(left, c5a);
            c5b = x5.fma(right, c5b);
            FloatVector x6 = FloatVector.broadcast(SPECIES, x[at + 6]);
            c6a = x6.fma(left, c6a);
            c6b = x6.fma(right, c6b);
            FloatVector x7 = FloatVector.broadcast(SPECIES, x[at + 7]);
            c7a = x7.fma(left, c7a);
            c7b = x7.fma(right, c7b);
            FloatVector x8 = FloatVector.broadcast(SPECIES, x[at + 8]);
            c8a = x8.fma(left, c8a);
            c8b = x8.fma(right, c8b);
            FloatVector x9 = FloatVector.broadcast(SPECIES, x[at + 9]);
            c9a = x9.fma(left, c9a);
            c9b = x9.fma(right, c9b);
            FloatVector x10 = FloatVector.broadcast(SPECIES, x[at + 10]);
            c10a = x10.fma(left, c10a);
            c10b = x10.fma(right, c10b);
            FloatVector x11 = FloatVector.broadcast(SPECIES, x[at + 11]);
            c11a = x11.fma(left, c11a);
            c11b = x11.fma(right, c11b);
            FloatVector x12 = FloatVector.broadcast(SPECIES, x[at + 12]);
            c12a = x12.fma(left, c12a);
            c12b = x12.fma(right, c12b);
            FloatVector x13 = FloatVector.broadcast(SPECIES, x[at + 13]);
            c13a = x13.fma(left, c13a);
            c13b = x13.fma(right, c13b);
        }
        VECTOR.cast(c0a).intoArray(z, zAt);
        VECTOR.cast(c0b).intoArray(z, zAt + second);
        VECTOR.cast(c1a).intoArray(z, zAt + zStep);
        VECTOR.cast(c1b).intoArray(z, zAt + zStep + second);
        VECTOR.cast(c2a).intoArray(z, zAt + 2 * zStep);
        VECTOR.cast(c2b).intoArray(z, zAt + 2 * zStep + second);
        VECTOR.cast(c3a).intoArray(z, zAt + 3 * zStep);
        VECTOR.cast(c3b).intoArray(z, zAt + 3 * zStep + second);
        VECTOR.cast(c4a).intoArray(z, zAt + 4 * zStep);
        VECTOR.cast(c4b).intoArray(z, zAt + 4 * zStep + second);
        VECTOR.cast(c5a).intoArray(z, zAt + 5 * zStep);
        VECTOR.cast(c5b).intoArray(z, zAt + 5 * zStep + second);
        VECTOR.cast(c6a).intoArray(z, zAt + 6 * zStep);
        VECTOR.cast(c6b).intoArray(z, zAt + 6 * zStep + second);
        VECTOR.cast(c7a).intoArray(z, zAt + 7 * zStep);
        VECTOR.cast(c7b).intoArray(z, zAt + 7 * zStep + second);
        VECTOR.cast(c8a).intoArray(z, zAt + 8 * zStep);
        VECTOR.cast(c8b).intoArray(z, zAt + 8 * zStep + second);
        VECTOR.cast(c9a).intoArray(z, zAt + 9 * zStep);
        VECTOR.cast(c9b).intoArray(z, zAt + 9 * zStep + second);
        VECTOR.cast(c10a).intoArray(z, zAt + 10 * zStep);
        VECTOR.cast(c10b).intoArray(z, zAt + 10 * zStep + second);
        VECTOR.cast(c11a).intoArray(z, zAt + 11 * zStep);
        VECTOR.cast(c11b).intoArray(z, zAt + 11 * zStep + second);
        VECTOR.cast(c12a).intoArray(z, zAt + 12 * zStep);
        VECTOR.cast(c12b).intoArray(z, zAt + 12 * zStep + second);
        VECTOR.cast(c13a).intoArray(z, zAt + 13 * zStep);
        VECTOR.cast(c13b).intoArray(z, zAt + 13 * zStep + second);
    }
}
