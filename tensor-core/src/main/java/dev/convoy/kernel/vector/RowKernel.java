package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tiles of {@link MicroKernel} for a left operand whose rows are contiguous and were copied, not turned: element (i, l) of the tile is
 * {@code a[aAt + i * STEP + l]}. The distance of the rows is a constant of the code, so that one address serves all of them.
 */
final class RowKernel {
    /**
     * Floats from one row to the next: a chunk, and an odd number of cache lines, else the rows would share a few sets of the cache. What is
     * between the rows takes what {@link RowCopy} writes too far, and must not be less than its vector.
     */
    static final int STEP = Gemm.DEPTH + 16;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;

    private RowKernel() {}

    /** As {@link MicroKernel#tile}, with the same rows and columns. */
    static void tile(
            int columns,
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] c,
            int cAt,
            int cStep) {
        if (columns == WIDTH) {
            if (WIDTH == 16) {
                tile16x1(depth, a, aAt, b, bAt, begin, beginAt, beginStep, c, cAt, cStep);
            } else {
                tile8x1(depth, a, aAt, b, bAt, begin, beginAt, beginStep, c, cAt, cStep);
            }
        } else if (WIDTH == 16) {
            tile8x2(depth, a, aAt, b, bAt, begin, beginAt, beginStep, c, cAt, cStep);
        } else {
            tile4x2(depth, a, aAt, b, bAt, begin, beginAt, beginStep, c, cAt, cStep);
        }
    }

    private static void tile4x2(
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] c,
            int cAt,
            int cStep) {
        FloatVector c0a = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector c0b = FloatVector.fromArray(SPECIES, begin, beginAt + WIDTH);
        FloatVector c1a = FloatVector.fromArray(SPECIES, begin, beginAt + beginStep);
        FloatVector c1b = FloatVector.fromArray(SPECIES, begin, beginAt + beginStep + WIDTH);
        FloatVector c2a = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginStep);
        FloatVector c2b = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginStep + WIDTH);
        FloatVector c3a = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginStep);
        FloatVector c3b = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginStep + WIDTH);
        for (int l = 0; l < depth; l++) {
            int at = aAt + l;
            FloatVector left = FloatVector.fromArray(SPECIES, b, bAt + l * (2 * WIDTH));
            FloatVector right = FloatVector.fromArray(SPECIES, b, bAt + l * (2 * WIDTH) + WIDTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
            c0a = a0.fma(left, c0a);
            c0b = a0.fma(right, c0b);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + STEP]);
            c1a = a1.fma(left, c1a);
            c1b = a1.fma(right, c1b);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * STEP]);
            c2a = a2.fma(left, c2a);
            c2b = a2.fma(right, c2b);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * STEP]);
            c3a = a3.fma(left, c3a);
            c3b = a3.fma(right, c3b);
        }
        c0a.intoArray(c, cAt);
        c0b.intoArray(c, cAt + WIDTH);
        c1a.intoArray(c, cAt + cStep);
        c1b.intoArray(c, cAt + cStep + WIDTH);
        c2a.intoArray(c, cAt + 2 * cStep);
        c2b.intoArray(c, cAt + 2 * cStep + WIDTH);
        c3a.intoArray(c, cAt + 3 * cStep);
        c3b.intoArray(c, cAt + 3 * cStep + WIDTH);
    }

    private static void tile8x1(
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] c,
            int cAt,
            int cStep) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginStep);
        FloatVector c2 = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginStep);
        FloatVector c3 = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginStep);
        FloatVector c4 = FloatVector.fromArray(SPECIES, begin, beginAt + 4 * beginStep);
        FloatVector c5 = FloatVector.fromArray(SPECIES, begin, beginAt + 5 * beginStep);
        FloatVector c6 = FloatVector.fromArray(SPECIES, begin, beginAt + 6 * beginStep);
        FloatVector c7 = FloatVector.fromArray(SPECIES, begin, beginAt + 7 * beginStep);
        for (int l = 0; l < depth; l++) {
            int at = aAt + l;
            FloatVector row = FloatVector.fromArray(SPECIES, b, bAt + l * WIDTH);
            c0 = FloatVector.broadcast(SPECIES, a[at]).fma(row, c0);
            c1 = FloatVector.broadcast(SPECIES, a[at + STEP]).fma(row, c1);
            c2 = FloatVector.broadcast(SPECIES, a[at + 2 * STEP]).fma(row, c2);
            c3 = FloatVector.broadcast(SPECIES, a[at + 3 * STEP]).fma(row, c3);
            c4 = FloatVector.broadcast(SPECIES, a[at + 4 * STEP]).fma(row, c4);
            c5 = FloatVector.broadcast(SPECIES, a[at + 5 * STEP]).fma(row, c5);
            c6 = FloatVector.broadcast(SPECIES, a[at + 6 * STEP]).fma(row, c6);
            c7 = FloatVector.broadcast(SPECIES, a[at + 7 * STEP]).fma(row, c7);
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + cStep);
        c2.intoArray(c, cAt + 2 * cStep);
        c3.intoArray(c, cAt + 3 * cStep);
        c4.intoArray(c, cAt + 4 * cStep);
        c5.intoArray(c, cAt + 5 * cStep);
        c6.intoArray(c, cAt + 6 * cStep);
        c7.intoArray(c, cAt + 7 * cStep);
    }

    private static void tile8x2(
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] c,
            int cAt,
            int cStep) {
        FloatVector c0a = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector c0b = FloatVector.fromArray(SPECIES, begin, beginAt + WIDTH);
        FloatVector c1a = FloatVector.fromArray(SPECIES, begin, beginAt + beginStep);
        FloatVector c1b = FloatVector.fromArray(SPECIES, begin, beginAt + beginStep + WIDTH);
        FloatVector c2a = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginStep);
        FloatVector c2b = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginStep + WIDTH);
        FloatVector c3a = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginStep);
        FloatVector c3b = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginStep + WIDTH);
        FloatVector c4a = FloatVector.fromArray(SPECIES, begin, beginAt + 4 * beginStep);
        FloatVector c4b = FloatVector.fromArray(SPECIES, begin, beginAt + 4 * beginStep + WIDTH);
        FloatVector c5a = FloatVector.fromArray(SPECIES, begin, beginAt + 5 * beginStep);
        FloatVector c5b = FloatVector.fromArray(SPECIES, begin, beginAt + 5 * beginStep + WIDTH);
        FloatVector c6a = FloatVector.fromArray(SPECIES, begin, beginAt + 6 * beginStep);
        FloatVector c6b = FloatVector.fromArray(SPECIES, begin, beginAt + 6 * beginStep + WIDTH);
        FloatVector c7a = FloatVector.fromArray(SPECIES, begin, beginAt + 7 * beginStep);
        FloatVector c7b = FloatVector.fromArray(SPECIES, begin, beginAt + 7 * beginStep + WIDTH);
        for (int l = 0; l < depth; l++) {
            int at = aAt + l;
            FloatVector left = FloatVector.fromArray(SPECIES, b, bAt + l * (2 * WIDTH));
            FloatVector right = FloatVector.fromArray(SPECIES, b, bAt + l * (2 * WIDTH) + WIDTH);
            FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
            c0a = a0.fma(left, c0a);
            c0b = a0.fma(right, c0b);
            FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + STEP]);
            c1a = a1.fma(left, c1a);
            c1b = a1.fma(right, c1b);
            FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * STEP]);
            c2a = a2.fma(left, c2a);
            c2b = a2.fma(right, c2b);
            FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * STEP]);
            c3a = a3.fma(left, c3a);
            c3b = a3.fma(right, c3b);
            FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4 * STEP]);
            c4a = a4.fma(left, c4a);
            c4b = a4.fma(right, c4b);
            FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5 * STEP]);
            c5a = a5.fma(left, c5a);
            c5b = a5.fma(right, c5b);
            FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6 * STEP]);
            c6a = a6.fma(left, c6a);
            c6b = a6.fma(right, c6b);
            FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7 * STEP]);
            c7a = a7.fma(left, c7a);
            c7b = a7.fma(right, c7b);
        }
        VECTOR.cast(c0a).intoArray(c, cAt);
        VECTOR.cast(c0b).intoArray(c, cAt + WIDTH);
        VECTOR.cast(c1a).intoArray(c, cAt + cStep);
        VECTOR.cast(c1b).intoArray(c, cAt + cStep + WIDTH);
        VECTOR.cast(c2a).intoArray(c, cAt + 2 * cStep);
        VECTOR.cast(c2b).intoArray(c, cAt + 2 * cStep + WIDTH);
        VECTOR.cast(c3a).intoArray(c, cAt + 3 * cStep);
        VECTOR.cast(c3b).intoArray(c, cAt + 3 * cStep + WIDTH);
        VECTOR.cast(c4a).intoArray(c, cAt + 4 * cStep);
        VECTOR.cast(c4b).intoArray(c, cAt + 4 * cStep + WIDTH);
        VECTOR.cast(c5a).intoArray(c, cAt + 5 * cStep);
        VECTOR.cast(c5b).intoArray(c, cAt + 5 * cStep + WIDTH);
        VECTOR.cast(c6a).intoArray(c, cAt + 6 * cStep);
        VECTOR.cast(c6b).intoArray(c, cAt + 6 * cStep + WIDTH);
        VECTOR.cast(c7a).intoArray(c, cAt + 7 * cStep);
        VECTOR.cast(c7b).intoArray(c, cAt + 7 * cStep + WIDTH);
    }

    private static void tile16x1(
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] c,
            int cAt,
            int cStep) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginStep);
        FloatVector c2 = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginStep);
        FloatVector c3 = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginStep);
        FloatVector c4 = FloatVector.fromArray(SPECIES, begin, beginAt + 4 * beginStep);
        FloatVector c5 = FloatVector.fromArray(SPECIES, begin, beginAt + 5 * beginStep);
        FloatVector c6 = FloatVector.fromArray(SPECIES, begin, beginAt + 6 * beginStep);
        FloatVector c7 = FloatVector.fromArray(SPECIES, begin, beginAt + 7 * beginStep);
        FloatVector c8 = FloatVector.fromArray(SPECIES, begin, beginAt + 8 * beginStep);
        FloatVector c9 = FloatVector.fromArray(SPECIES, begin, beginAt + 9 * beginStep);
        FloatVector c10 = FloatVector.fromArray(SPECIES, begin, beginAt + 10 * beginStep);
        FloatVector c11 = FloatVector.fromArray(SPECIES, begin, beginAt + 11 * beginStep);
        FloatVector c12 = FloatVector.fromArray(SPECIES, begin, beginAt + 12 * beginStep);
        FloatVector c13 = FloatVector.fromArray(SPECIES, begin, beginAt + 13 * beginStep);
        FloatVector c14 = FloatVector.fromArray(SPECIES, begin, beginAt + 14 * beginStep);
        FloatVector c15 = FloatVector.fromArray(SPECIES, begin, beginAt + 15 * beginStep);
        for (int l = 0; l < depth; l++) {
            int at = aAt + l;
            FloatVector row = FloatVector.fromArray(SPECIES, b, bAt + l * WIDTH);
            c0 = FloatVector.broadcast(SPECIES, a[at]).fma(row, c0);
            c1 = FloatVector.broadcast(SPECIES, a[at + STEP]).fma(row, c1);
            c2 = FloatVector.broadcast(SPECIES, a[at + 2 * STEP]).fma(row, c2);
            c3 = FloatVector.broadcast(SPECIES, a[at + 3 * STEP]).fma(row, c3);
            c4 = FloatVector.broadcast(SPECIES, a[at + 4 * STEP]).fma(row, c4);
            c5 = FloatVector.broadcast(SPECIES, a[at + 5 * STEP]).fma(row, c5);
            c6 = FloatVector.broadcast(SPECIES, a[at + 6 * STEP]).fma(row, c6);
            c7 = FloatVector.broadcast(SPECIES, a[at + 7 * STEP]).fma(row, c7);
            c8 = FloatVector.broadcast(SPECIES, a[at + 8 * STEP]).fma(row, c8);
            c9 = FloatVector.broadcast(SPECIES, a[at + 9 * STEP]).fma(row, c9);
            c10 = FloatVector.broadcast(SPECIES, a[at + 10 * STEP]).fma(row, c10);
            c11 = FloatVector.broadcast(SPECIES, a[at + 11 * STEP]).fma(row, c11);
            c12 = FloatVector.broadcast(SPECIES, a[at + 12 * STEP]).fma(row, c12);
            c13 = FloatVector.broadcast(SPECIES, a[at + 13 * STEP]).fma(row, c13);
            c14 = FloatVector.broadcast(SPECIES, a[at + 14 * STEP]).fma(row, c14);
            c15 = FloatVector.broadcast(SPECIES, a[at + 15 * STEP]).fma(row, c15);
        }
        VECTOR.cast(c0).intoArray(c, cAt);
        VECTOR.cast(c1).intoArray(c, cAt + cStep);
        VECTOR.cast(c2).intoArray(c, cAt + 2 * cStep);
        VECTOR.cast(c3).intoArray(c, cAt + 3 * cStep);
        VECTOR.cast(c4).intoArray(c, cAt + 4 * cStep);
        VECTOR.cast(c5).intoArray(c, cAt + 5 * cStep);
        VECTOR.cast(c6).intoArray(c, cAt + 6 * cStep);
        VECTOR.cast(c7).intoArray(c, cAt + 7 * cStep);
        VECTOR.cast(c8).intoArray(c, cAt + 8 * cStep);
        VECTOR.cast(c9).intoArray(c, cAt + 9 * cStep);
        VECTOR.cast(c10).intoArray(c, cAt + 10 * cStep);
        VECTOR.cast(c11).intoArray(c, cAt + 11 * cStep);
        VECTOR.cast(c12).intoArray(c, cAt + 12 * cStep);
        VECTOR.cast(c13).intoArray(c, cAt + 13 * cStep);
        VECTOR.cast(c14).intoArray(c, cAt + 14 * cStep);
        VECTOR.cast(c15).intoArray(c, cAt + 15 * cStep);
    }
}
