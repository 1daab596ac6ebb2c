package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loop for up to six filters and vectors of 512 bits: lanes are pixels that follow each other, four vectors of them, and weights are broadcast. Four
 * loads of pixels and six of weights are enough for twenty-four products; of a vector of filters ten lanes would be empty.
 *
 * <p>The sums lie filter by filter and are {@linkplain #turn turned} when they are stored.
 */
final class SixFilters {
    static final int FILTERS = 6;
    /** Pixels at a time, and the distance of two filters in a tile. */
    static final int PIXELS = 4 * MicroKernel.WIDTH;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private SixFilters() {}

    /** {@code tile[k, i] = begin[k] + sum over l ascending of x[xAt + columns[l] + i] * w[l, k]}, for six filters and {@link #PIXELS} pixels. */
    static void multiply(int depth, float[] x, int xAt, int[] columns, float[] w, float[] begin, float[] tile) {
        FloatVector sum0a = FloatVector.broadcast(SPECIES, begin[0]);
        FloatVector sum0b = sum0a;
        FloatVector sum0c = sum0a;
        FloatVector sum0d = sum0a;
        FloatVector sum1a = FloatVector.broadcast(SPECIES, begin[1]);
        FloatVector sum1b = sum1a;
        FloatVector sum1c = sum1a;
        FloatVector sum1d = sum1a;
        FloatVector sum2a = FloatVector.broadcast(SPECIES, begin[2]);
        FloatVector sum2b = sum2a;
        FloatVector sum2c = sum2a;
        FloatVector sum2d = sum2a;
        FloatVector sum3a = FloatVector.broadcast(SPECIES, begin[3]);
        FloatVector sum3b = sum3a;
        FloatVector sum3c = sum3a;
        FloatVector sum3d = sum3a;
        FloatVector sum4a = FloatVector.broadcast(SPECIES, begin[4]);
        FloatVector sum4b = sum4a;
        FloatVector sum4c = sum4a;
        FloatVector sum4d = sum4a;
        FloatVector sum5a = FloatVector.broadcast(SPECIES, begin[5]);
        FloatVector sum5b = sum5a;
        FloatVector sum5c = sum5a;
        FloatVector sum5d = sum5a;
        for (int l = 0; l < depth; l++) {
            int at = xAt + columns[l];
            FloatVector xa = FloatVector.fromArray(SPECIES, x, at);
            FloatVector xb = FloatVector.fromArray(SPECIES, x, at + WIDTH);
            FloatVector xc = FloatVector.fromArray(SPECIES, x, at + 2 * WIDTH);
            FloatVector xd = FloatVector.fromArray(SPECIES, x, at + 3 * WIDTH);
            int weight = l * FILTERS;
            FloatVector w0 = FloatVector.broadcast(SPECIES, w[weight]);
            sum0a = w0.fma(xa, sum0a);
            sum0b = w0.fma(xb, sum0b);
            sum0c = w0.fma(xc, sum0c);
            sum0d = w0.fma(xd, sum0d);
            FloatVector w1 = FloatVector.broadcast(SPECIES, w[weight + 1]);
            sum1a = w1.fma(xa, sum1a);
            sum1b = w1.fma(xb, sum1b);
            sum1c = w1.fma(xc, sum1c);
            sum1d = w1.fma(xd, sum1d);
            FloatVector w2 = FloatVector.broadcast(SPECIES, w[weight + 2]);
            sum2a = w2.fma(xa, sum2a);
            sum2b = w2.fma(xb, sum2b);
            sum2c = w2.fma(xc, sum2c);
            sum2d = w2.fma(xd, sum2d);
            FloatVector w3 = FloatVector.broadcast(SPECIES, w[weight + 3]);
            sum3a = w3.fma(xa, sum3a);
            sum3b = w3.fma(xb, sum3b);
            sum3c = w3.fma(xc, sum3c);
            sum3d = w3.fma(xd, sum3d);
            FloatVector w4 = FloatVector.broadcast(SPECIES, w[weight + 4]);
            sum4a = w4.fma(xa, sum4a);
            sum4b = w4.fma(xb, sum4b);
            sum4c = w4.fma(xc, sum4c);
            sum4d = w4.fma(xd, sum4d);
            FloatVector w5 = FloatVector.broadcast(SPECIES, w[weight + 5]);
            sum5a = w5.fma(xa, sum5a);
            sum5b = w5.fma(xb, sum5b);
            sum5c = w5.fma(xc, sum5c);
            sum5d = w5.fma(xd, sum5d);
        }
        sum0a.intoArray(tile, 0);
        sum0b.intoArray(tile, WIDTH);
        sum0c.intoArray(tile, 2 * WIDTH);
        sum0d.intoArray(tile, 3 * WIDTH);
        sum1a.intoArray(tile, PIXELS);
        sum1b.intoArray(tile, PIXELS + WIDTH);
        sum1c.intoArray(tile, PIXELS + 2 * WIDTH);
        sum1d.intoArray(tile, PIXELS + 3 * WIDTH);
        sum2a.intoArray(tile, 2 * PIXELS);
        sum2b.intoArray(tile, 2 * PIXELS + WIDTH);
        sum2c.intoArray(tile, 2 * PIXELS + 2 * WIDTH);
        sum2d.intoArray(tile, 2 * PIXELS + 3 * WIDTH);
        sum3a.intoArray(tile, 3 * PIXELS);
        sum3b.intoArray(tile, 3 * PIXELS + WIDTH);
        sum3c.intoArray(tile, 3 * PIXELS + 2 * WIDTH);
        sum3d.intoArray(tile, 3 * PIXELS + 3 * WIDTH);
        sum4a.intoArray(tile, 4 * PIXELS);
        sum4b.intoArray(tile, 4 * PIXELS + WIDTH);
        sum4c.intoArray(tile, 4 * PIXELS + 2 * WIDTH);
        sum4d.intoArray(tile, 4 * PIXELS + 3 * WIDTH);
        sum5a.intoArray(tile, 5 * PIXELS);
        sum5b.intoArray(tile, 5 * PIXELS + WIDTH);
        sum5c.intoArray(tile, 5 * PIXELS + 2 * WIDTH);
        sum5d.intoArray(tile, 5 * PIXELS + 3 * WIDTH);
    }

    /** {@code z[zAt + i * filters + k] = tile[k, i]}: z as it lies, for at most six filters. */
    static void turn(int pixels, int filters, float[] tile, float[] z, int zAt) {
        if (filters == FILTERS) {
            turnSix(pixels, tile, z, zAt);
            return;
        }
        for (int k = 0; k < filters; k++) {
            for (int i = 0; i < pixels; i++) {
                z[zAt + k + i * filters] = tile[k * PIXELS + i];
            }
        }
    }

    private static void turnSix(int pixels, float[] tile, float[] z, int zAt) {
        for (int i = 0; i < pixels; i++) {
            int at = zAt + i * FILTERS;
            z[at] = tile[i];
            z[at + 1] = tile[i + PIXELS];
            z[at + 2] = tile[i + 2 * PIXELS];
            z[at + 3] = tile[i + 3 * PIXELS];
            z[at + 4] = tile[i + 4 * PIXELS];
            z[at + 5] = tile[i + 5 * PIXELS];
        }
    }
}
