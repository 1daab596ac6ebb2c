package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A product of one row, for which packing the right operand would cost more than the arithmetic: it is read in place. The sums are those of
 * {@link Gemm}: one chain over l ascending for each element of c.
 */
final class SingleRow {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private SingleRow() {}

    /** Whether a product is one for this class: one row, and a right operand with neighbouring rows or columns. */
    static boolean fits(int rows, int rightRowStride, int rightColumnStride) {
        return rows == 1 && (rightColumnStride == 1 || rightRowStride == 1);
    }

    /**
     * {@code c[j] += sum over l ascending of a[l] * b[l, j]}.
     *
     * @param aStep from one element of the row to the next
     */
    static void add(
            int n,
            int k,
            float[] a,
            int aAt,
            int aStep,
            float[] b,
            int bAt,
            int rowStride,
            int columnStride,
            float[] c,
            int cAt) {
        int j = 0;
        if (columnStride == 1) {
            for (; j + 4 * WIDTH <= n; j += 4 * WIDTH) {
                fourVectors(k, a, aAt, aStep, b, bAt + j, rowStride, c, cAt + j);
            }
            for (; j + WIDTH <= n; j += WIDTH) {
                vector(k, a, aAt, aStep, b, bAt + j, rowStride, c, cAt + j);
            }
            for (; j + 4 <= n; j += 4) {
                fourColumns(k, a, aAt, aStep, b, bAt + j, rowStride, c, cAt + j);
            }
        } else {
            for (; j + 8 <= n; j += 8) {
                eightColumns(k, a, aAt, aStep, b, bAt + j * columnStride, columnStride, c, cAt + j);
            }
        }
        for (; j < n; j++) {
            column(k, a, aAt, aStep, b, bAt + j * columnStride, rowStride, c, cAt + j);
        }
    }

    private static void fourVectors(
            int k, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] c, int cAt) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, c, cAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, c, cAt + WIDTH);
        FloatVector c2 = FloatVector.fromArray(SPECIES, c, cAt + 2 * WIDTH);
        FloatVector c3 = FloatVector.fromArray(SPECIES, c, cAt + 3 * WIDTH);
        for (int l = 0; l < k; l++) {
            int at = bAt + l * bStep;
            FloatVector left = FloatVector.broadcast(SPECIES, a[aAt + l * aStep]);
            c0 = left.fma(FloatVector.fromArray(SPECIES, b, at), c0);
            c1 = left.fma(FloatVector.fromArray(SPECIES, b, at + WIDTH), c1);
            c2 = left.fma(FloatVector.fromArray(SPECIES, b, at + 2 * WIDTH), c2);
            c3 = left.fma(FloatVector.fromArray(SPECIES, b, at + 3 * WIDTH), c3);
        }
        c0.intoArray(c, cAt);
        c1.intoArray(c, cAt + WIDTH);
        c2.intoArray(c, cAt + 2 * WIDTH);
        c3.intoArray(c, cAt + 3 * WIDTH);
    }

    private static void vector(
            int k, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] c, int cAt) {
        FloatVector sum = FloatVector.fromArray(SPECIES, c, cAt);
        for (int l = 0; l < k; l++) {
            FloatVector left = FloatVector.broadcast(SPECIES, a[aAt + l * aStep]);
            sum = left.fma(FloatVector.fromArray(SPECIES, b, bAt + l * bStep), sum);
        }
        sum.intoArray(c, cAt);
    }

    // Independent chains: eight additions begin in the time that one takes. Rows of b are neighbours.
    private static void eightColumns(
            int k, float[] a, int aAt, int aStep, float[] b, int bAt, int columnStride, float[] c, int cAt) {
        int b1 = bAt + columnStride;
        int b2 = b1 + columnStride;
        int b3 = b2 + columnStride;
        int b4 = b3 + columnStride;
        int b5 = b4 + columnStride;
        int b6 = b5 + columnStride;
        int b7 = b6 + columnStride;
        float c0 = c[cAt];
        float c1 = c[cAt + 1];
        float c2 = c[cAt + 2];
        float c3 = c[cAt + 3];
        float c4 = c[cAt + 4];
        float c5 = c[cAt + 5];
        float c6 = c[cAt + 6];
        float c7 = c[cAt + 7];
        for (int l = 0; l < k; l++) {
            float left = a[aAt + l * aStep];
            c0 = Math.fma(left, b[bAt + l], c0);
            c1 = Math.fma(left, b[b1 + l], c1);
            c2 = Math.fma(left, b[b2 + l], c2);
            c3 = Math.fma(left, b[b3 + l], c3);
            c4 = Math.fma(left, b[b4 + l], c4);
            c5 = Math.fma(left, b[b5 + l], c5);
            c6 = Math.fma(left, b[b6 + l], c6);
            c7 = Math.fma(left, b[b7 + l], c7);
        }
        c[cAt] = c0;
        c[cAt + 1] = c1;
        c[cAt + 2] = c2;
        c[cAt + 3] = c3;
        c[cAt + 4] = c4;
        c[cAt + 5] = c5;
        c[cAt + 6] = c6;
        c[cAt + 7] = c7;
    }

    private static void fourColumns(
            int k, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] c, int cAt) {
        float c0 = c[cAt];
        float c1 = c[cAt + 1];
        float c2 = c[cAt + 2];
        float c3 = c[cAt + 3];
        for (int l = 0; l < k; l++) {
            int at = bAt + l * bStep;
            float left = a[aAt + l * aStep];
            c0 = Math.fma(left, b[at], c0);
            c1 = Math.fma(left, b[at + 1], c1);
            c2 = Math.fma(left, b[at + 2], c2);
            c3 = Math.fma(left, b[at + 3], c3);
        }
        c[cAt] = c0;
        c[cAt + 1] = c1;
        c[cAt + 2] = c2;
        c[cAt + 3] = c3;
    }

    private static void column(
            int k, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] c, int cAt) {
        float sum = c[cAt];
        for (int l = 0; l < k; l++) {
            sum = Math.fma(a[aAt + l * aStep], b[bAt + l * bStep], sum);
        }
        c[cAt] = sum;
    }
}
