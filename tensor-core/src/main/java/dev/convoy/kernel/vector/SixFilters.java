package dev.convoy.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The innermost loop for up to six filters and vectors of 512 bits: lanes are pixels, four vectors of them, and weights are broadcast. Four
 * loads of pixels and six of weights are enough for twenty-four products; of a vector of filters ten lanes would be empty.
 *
 * <p>The sums lie filter by filter and are {@linkplain #turn turned} when they are stored.
 */
final class SixFilters {
    static final int FILTERS = 6;
    /** Vectors of pixels at a time. */
    static final int VECTORS = 4;
    /** Pixels at a time, and the distance of two filters in a tile. */
    static final int PIXELS = VECTORS * MicroKernel.WIDTH;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;

    private SixFilters() {}

    /** So many filters, with vectors whose thirty-two registers hold twenty-four sums. */
    static boolean fits(int filters) {
        return filters <= FILTERS && WIDTH == 16;
    }

    /**
     * {@code tile[k, i] = begin[k, i] + sum over l ascending of x[xAt + columns[l] + i] * w[l, k]} for six filters and {@link #PIXELS}
     * pixels. Rows of weights are a vector wide.
     */
    static void multiply(int depth, float[] x, int xAt, int[] columns, float[] w, float[] begin, float[] tile) {
        FloatVector sum0a = FloatVector.fromArray(SPECIES, begin, 0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, begin, WIDTH);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, begin, 2 * WIDTH);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, begin, 3 * WIDTH);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, begin, PIXELS);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, begin, PIXELS + WIDTH);
        FloatVector sum1c = FloatVector.fromArray(SPECIES, begin, PIXELS + 2 * WIDTH);
        FloatVector sum1d = FloatVector.fromArray(SPECIES, begin, PIXELS + 3 * WIDTH);
        FloatVector sum2a = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS + WIDTH);
        FloatVector sum2c = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS + 2 * WIDTH);
        FloatVector sum2d = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS + 3 * WIDTH);
        FloatVector sum3a = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS + WIDTH);
        FloatVector sum3c = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS + 2 * WIDTH);
        FloatVector sum3d = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS + 3 * WIDTH);
        FloatVector sum4a = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS + WIDTH);
        FloatVector sum4c = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS + 2 * WIDTH);
        FloatVector sum4d = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS + 3 * WIDTH);
        FloatVector sum5a = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS + WIDTH);
        FloatVector sum5c = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS + 2 * WIDTH);
        FloatVector sum5d = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS + 3 * WIDTH);
        for (int l = 0; l < depth; l++) {
            int at = xAt + columns[l];
            FloatVector xa = FloatVector.fromArray(SPECIES, x, at);
            FloatVector xb = FloatVector.fromArray(SPECIES, x, at + WIDTH);
            FloatVector xc = FloatVector.fromArray(SPECIES, x, at + 2 * WIDTH);
            FloatVector xd = FloatVector.fromArray(SPECIES, x, at + 3 * WIDTH);
            int weight = l * WIDTH;
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
        VECTOR.cast(sum0a).intoArray(tile, 0);
        VECTOR.cast(sum0b).intoArray(tile, WIDTH);
        VECTOR.cast(sum0c).intoArray(tile, 2 * WIDTH);
        VECTOR.cast(sum0d).intoArray(tile, 3 * WIDTH);
        VECTOR.cast(sum1a).intoArray(tile, PIXELS);
        VECTOR.cast(sum1b).intoArray(tile, PIXELS + WIDTH);
        VECTOR.cast(sum1c).intoArray(tile, PIXELS + 2 * WIDTH);
        VECTOR.cast(sum1d).intoArray(tile, PIXELS + 3 * WIDTH);
        VECTOR.cast(sum2a).intoArray(tile, 2 * PIXELS);
        VECTOR.cast(sum2b).intoArray(tile, 2 * PIXELS + WIDTH);
        VECTOR.cast(sum2c).intoArray(tile, 2 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum2d).intoArray(tile, 2 * PIXELS + 3 * WIDTH);
        VECTOR.cast(sum3a).intoArray(tile, 3 * PIXELS);
        VECTOR.cast(sum3b).intoArray(tile, 3 * PIXELS + WIDTH);
        VECTOR.cast(sum3c).intoArray(tile, 3 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum3d).intoArray(tile, 3 * PIXELS + 3 * WIDTH);
        VECTOR.cast(sum4a).intoArray(tile, 4 * PIXELS);
        VECTOR.cast(sum4b).intoArray(tile, 4 * PIXELS + WIDTH);
        VECTOR.cast(sum4c).intoArray(tile, 4 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum4d).intoArray(tile, 4 * PIXELS + 3 * WIDTH);
        VECTOR.cast(sum5a).intoArray(tile, 5 * PIXELS);
        VECTOR.cast(sum5b).intoArray(tile, 5 * PIXELS + WIDTH);
        VECTOR.cast(sum5c).intoArray(tile, 5 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum5d).intoArray(tile, 5 * PIXELS + 3 * WIDTH);
    }

    /**
     * The same for vectors of pixels that do not follow each other, which costs a sixth more: {@code tile[k, v, i] = begin[k, v, i] + sum over l
     * ascending of x[at(v) + columns[l] + i] * w[l, k]}.
     */
    static void multiplyApart(
            int depth,
            float[] x,
            int at0,
            int at1,
            int at2,
            int at3,
            int[] columns,
            float[] w,
            float[] begin,
            float[] tile) {
        FloatVector sum0a = FloatVector.fromArray(SPECIES, begin, 0);
        FloatVector sum0b = FloatVector.fromArray(SPECIES, begin, WIDTH);
        FloatVector sum0c = FloatVector.fromArray(SPECIES, begin, 2 * WIDTH);
        FloatVector sum0d = FloatVector.fromArray(SPECIES, begin, 3 * WIDTH);
        FloatVector sum1a = FloatVector.fromArray(SPECIES, begin, PIXELS);
        FloatVector sum1b = FloatVector.fromArray(SPECIES, begin, PIXELS + WIDTH);
        FloatVector sum1c = FloatVector.fromArray(SPECIES, begin, PIXELS + 2 * WIDTH);
        FloatVector sum1d = FloatVector.fromArray(SPECIES, begin, PIXELS + 3 * WIDTH);
        FloatVector sum2a = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS);
        FloatVector sum2b = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS + WIDTH);
        FloatVector sum2c = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS + 2 * WIDTH);
        FloatVector sum2d = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS + 3 * WIDTH);
        FloatVector sum3a = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS);
        FloatVector sum3b = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS + WIDTH);
        FloatVector sum3c = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS + 2 * WIDTH);
        FloatVector sum3d = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS + 3 * WIDTH);
        FloatVector sum4a = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS);
        FloatVector sum4b = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS + WIDTH);
        FloatVector sum4c = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS + 2 * WIDTH);
        FloatVector sum4d = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS + 3 * WIDTH);
        FloatVector sum5a = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS);
        FloatVector sum5b = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS + WIDTH);
        FloatVector sum5c = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS + 2 * WIDTH);
        FloatVector sum5d = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS + 3 * WIDTH);
        for (int l = 0; l < depth; l++) {
            int column = columns[l];
            FloatVector xa = FloatVector.fromArray(SPECIES, x, at0 + column);
            FloatVector xb = FloatVector.fromArray(SPECIES, x, at1 + column);
            FloatVector xc = FloatVector.fromArray(SPECIES, x, at2 + column);
            FloatVector xd = FloatVector.fromArray(SPECIES, x, at3 + column);
            int weight = l * WIDTH;
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
        VECTOR.cast(sum0a).intoArray(tile, 0);
        VECTOR.cast(sum0b).intoArray(tile, WIDTH);
        VECTOR.cast(sum0c).intoArray(tile, 2 * WIDTH);
        VECTOR.cast(sum0d).intoArray(tile, 3 * WIDTH);
        VECTOR.cast(sum1a).intoArray(tile, PIXELS);
        VECTOR.cast(sum1b).intoArray(tile, PIXELS + WIDTH);
        VECTOR.cast(sum1c).intoArray(tile, PIXELS + 2 * WIDTH);
        VECTOR.cast(sum1d).intoArray(tile, PIXELS + 3 * WIDTH);
        VECTOR.cast(sum2a).intoArray(tile, 2 * PIXELS);
        VECTOR.cast(sum2b).intoArray(tile, 2 * PIXELS + WIDTH);
        VECTOR.cast(sum2c).intoArray(tile, 2 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum2d).intoArray(tile, 2 * PIXELS + 3 * WIDTH);
        VECTOR.cast(sum3a).intoArray(tile, 3 * PIXELS);
        VECTOR.cast(sum3b).intoArray(tile, 3 * PIXELS + WIDTH);
        VECTOR.cast(sum3c).intoArray(tile, 3 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum3d).intoArray(tile, 3 * PIXELS + 3 * WIDTH);
        VECTOR.cast(sum4a).intoArray(tile, 4 * PIXELS);
        VECTOR.cast(sum4b).intoArray(tile, 4 * PIXELS + WIDTH);
        VECTOR.cast(sum4c).intoArray(tile, 4 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum4d).intoArray(tile, 4 * PIXELS + 3 * WIDTH);
        VECTOR.cast(sum5a).intoArray(tile, 5 * PIXELS);
        VECTOR.cast(sum5b).intoArray(tile, 5 * PIXELS + WIDTH);
        VECTOR.cast(sum5c).intoArray(tile, 5 * PIXELS + 2 * WIDTH);
        VECTOR.cast(sum5d).intoArray(tile, 5 * PIXELS + 3 * WIDTH);
    }

    /** {@code z[zAt + i * filters + k] = tile[k, i]}: z as it lies, for at most six filters. */
    static void turn(int pixels, int filters, float[] tile, float[] z, int zAt) {
        if (filters == FILTERS) {
            turnSix(pixels, tile, z, zAt);
        } else {
            store(pixels, filters, tile, 0, z, zAt, filters);
        }
    }

    /** {@code z[zAt + i * step + k] = tile[k, tileAt + i]}. */
    static void store(int pixels, int filters, float[] tile, int tileAt, float[] z, int zAt, int step) {
        for (int k = 0; k < filters; k++) {
            for (int i = 0; i < pixels; i++) {
                z[zAt + k + i * step] = tile[k * PIXELS + tileAt + i];
            }
        }
    }

    /** {@code tile[k, tileAt + i] = z[zAt + i * step + k]}. */
    static void load(int pixels, int filters, float[] tile, int tileAt, float[] z, int zAt, int step) {
        for (int k = 0; k < filters; k++) {
            for (int i = 0; i < pixels; i++) {
                tile[k * PIXELS + tileAt + i] = z[zAt + k + i * step];
            }
        }
    }

    /** {@code begin[k, i] = row[rowAt + k]}; zeros where row is null. */
    static void fill(int filters, float @Nullable [] row, int rowAt, float[] begin) {
        for (int k = 0; k < filters; k++) {
            Arrays.fill(begin, k * PIXELS, (k + 1) * PIXELS, row == null ? 0f : row[rowAt + k]);
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
