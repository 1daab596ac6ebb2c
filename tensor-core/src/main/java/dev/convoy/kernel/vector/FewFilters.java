package dev.convoy.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Patches times weights for few filters, which would leave most lanes of a vector of filters empty. Here the lanes are neighbouring pixels
 * of an output line, for which the turned image ({@link ChannelLines}) is contiguous: it is read in place. The sums of eight filters are
 * turned when they are stored. Up to six take four vectors of pixels together, of several lines where these are short ({@link SixFilters}).
 */
final class FewFilters {
    private static final int MOST = 8;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;
    /** Pixels at a time, and the distance of two filters in a tile. Sixteen sums need more registers than 256-bit machines have. */
    private static final int PIXELS = WIDTH == 16 ? 2 * WIDTH : WIDTH;

    private final float[] begin = new float[MOST * PIXELS];
    private final float[] tile = new float[MOST * PIXELS];

    // Vectors of pixels of one or several lines, four of which SixFilters takes at a time.
    private final float[] sixBegin = new float[SixFilters.FILTERS * SixFilters.PIXELS];
    private final float[] sixTile = new float[SixFilters.FILTERS * SixFilters.PIXELS];
    private final int[] from = new int[SixFilters.VECTORS];
    private final int[] to = new int[SixFilters.VECTORS];
    private final int[] pixels = new int[SixFilters.VECTORS];

    /** Whether so many filters are few, and lines of so many pixels long enough. Panels of weights must be one vector wide. */
    static boolean fits(int filters, int points) {
        return filters <= MOST && WIDTH >= MOST && 2 * points >= WIDTH;
    }

    /** How many images to take at a time: of four small ones no fourth vector of pixels stays empty, however many lines they have. */
    static int images(int lines, int width, int batch) {
        return Math.min(batch, lines <= WIDTH && width <= 4 * WIDTH ? SixFilters.VECTORS : 1);
    }

    /**
     * {@code c[i, k] = row[k] + patches[i] * weights[, k]} for every pixel i of the phase in so many lines of all images, or {@code c[i, k]
     * += ...} where row is null.
     *
     * @param row what the sums of each filter begin from
     */
    void multiply(Phase phase, int lines, float @Nullable [] row, int rowAt, float[] c, int cAt) {
        int filters = phase.weights.columns;
        if (SixFilters.fits(filters)) {
            multiplySix(phase, lines, row, rowAt, c, cAt);
            return;
        }
        int points = phase.bases.points();
        int step = phase.pixels.pointStep();
        int depth = phase.weights.depth;
        float[] image = phase.patches.image();
        int[] columns = phase.patches.columns();
        if (row != null) {
            for (int k = 0; k < filters; k++) {
                Arrays.fill(begin, k * PIXELS, (k + 1) * PIXELS, row[rowAt + k]);
            }
        }
        for (int line = 0; line < lines; line++) {
            int from = phase.patches.row(line * points);
            int to = cAt + phase.pixels.at(line * points);
            for (int q = 0; q < points; q += PIXELS) {
                int pixels = Math.min(PIXELS, points - q);
                int at = to + q * step;
                if (row == null) {
                    load(filters, pixels, c, at, step);
                }
                float[] first = row == null ? tile : begin;
                multiply(pixels, depth, phase.weights.panels, image, from + q, columns, first, tile);
                store(filters, pixels, c, at, step);
            }
        }
    }

    private void multiplySix(Phase phase, int lines, float @Nullable [] row, int rowAt, float[] c, int cAt) {
        if (row != null) {
            SixFilters.fill(phase.weights.columns, row, rowAt, sixBegin);
        }
        int points = phase.bases.points();
        int step = phase.pixels.pointStep();
        int vectors = 0;
        for (int line = 0; line < lines; line++) {
            int image = phase.patches.row(line * points);
            int at = cAt + phase.pixels.at(line * points);
            for (int q = 0; q < points; q += WIDTH) {
                from[vectors] = image + q;
                to[vectors] = at + q * step;
                pixels[vectors] = Math.min(WIDTH, points - q);
                if (++vectors == SixFilters.VECTORS) {
                    multiplyVectors(vectors, phase, row != null, c, step);
                    vectors = 0;
                }
            }
        }
        if (vectors > 0) {
            Arrays.fill(from, vectors, SixFilters.VECTORS, from[0]);
            multiplyVectors(vectors, phase, row != null, c, step);
        }
    }

    private void multiplyVectors(int vectors, Phase phase, boolean anew, float[] c, int step) {
        int filters = phase.weights.columns;
        for (int v = 0; v < vectors && !anew; v++) {
            SixFilters.load(pixels[v], filters, sixTile, v * WIDTH, c, to[v], step);
        }
        SixFilters.multiplyApart(
                phase.weights.depth,
                phase.patches.image(),
                from[0],
                from[1],
                from[2],
                from[3],
                phase.patches.columns(),
                phase.weights.panels,
                anew ? sixBegin : sixTile,
                sixTile);
        for (int v = 0; v < vectors; v++) {
            SixFilters.store(pixels[v], filters, sixTile, v * WIDTH, c, to[v], step);
        }
    }

    private void load(int filters, int pixels, float[] c, int cAt, int step) {
        for (int k = 0; k < filters; k++) {
            for (int i = 0; i < pixels; i++) {
                tile[k * PIXELS + i] = c[cAt + k + i * step];
            }
        }
    }

    private void store(int filters, int pixels, float[] c, int cAt, int step) {
        for (int k = 0; k < filters; k++) {
            for (int i = 0; i < pixels; i++) {
                c[cAt + k + i * step] = tile[k * PIXELS + i];
            }
        }
    }

    /** {@code c[k, i] = begin[k, i] + sum over l ascending of image[from + columns[l] + i] * w[l, k]}. */
    private static void multiply(
            int pixels, int depth, float[] w, float[] image, int from, int[] columns, float[] begin, float[] c) {
        if (pixels <= WIDTH) {
            one(depth, w, image, from, columns, begin, c);
        } else {
            two(depth, w, image, from, columns, begin, c);
        }
    }

    /** Two vectors of pixels. */
    private static void two(int depth, float[] w, float[] image, int from, int[] columns, float[] begin, float[] c) {
        FloatVector c0a = FloatVector.fromArray(SPECIES, begin, 0);
        FloatVector c0b = FloatVector.fromArray(SPECIES, begin, WIDTH);
        FloatVector c1a = FloatVector.fromArray(SPECIES, begin, PIXELS);
        FloatVector c1b = FloatVector.fromArray(SPECIES, begin, PIXELS + WIDTH);
        FloatVector c2a = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS);
        FloatVector c2b = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS + WIDTH);
        FloatVector c3a = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS);
        FloatVector c3b = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS + WIDTH);
        FloatVector c4a = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS);
        FloatVector c4b = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS + WIDTH);
        FloatVector c5a = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS);
        FloatVector c5b = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS + WIDTH);
        FloatVector c6a = FloatVector.fromArray(SPECIES, begin, 6 * PIXELS);
        FloatVector c6b = FloatVector.fromArray(SPECIES, begin, 6 * PIXELS + WIDTH);
        FloatVector c7a = FloatVector.fromArray(SPECIES, begin, 7 * PIXELS);
        FloatVector c7b = FloatVector.fromArray(SPECIES, begin, 7 * PIXELS + WIDTH);
        for (int l = 0; l < depth; l++) {
            int at = l * WIDTH;
            int pixel = from + columns[l];
            FloatVector left = FloatVector.fromArray(SPECIES, image, pixel);
            FloatVector right = FloatVector.fromArray(SPECIES, image, pixel + WIDTH);
            FloatVector w0 = FloatVector.broadcast(SPECIES, w[at]);
            c0a = w0.fma(left, c0a);
            c0b = w0.fma(right, c0b);
            FloatVector w1 = FloatVector.broadcast(SPECIES, w[at + 1]);
            c1a = w1.fma(left, c1a);
            c1b = w1.fma(right, c1b);
            FloatVector w2 = FloatVector.broadcast(SPECIES, w[at + 2]);
            c2a = w2.fma(left, c2a);
            c2b = w2.fma(right, c2b);
            FloatVector w3 = FloatVector.broadcast(SPECIES, w[at + 3]);
            c3a = w3.fma(left, c3a);
            c3b = w3.fma(right, c3b);
            FloatVector w4 = FloatVector.broadcast(SPECIES, w[at + 4]);
            c4a = w4.fma(left, c4a);
            c4b = w4.fma(right, c4b);
            FloatVector w5 = FloatVector.broadcast(SPECIES, w[at + 5]);
            c5a = w5.fma(left, c5a);
            c5b = w5.fma(right, c5b);
            FloatVector w6 = FloatVector.broadcast(SPECIES, w[at + 6]);
            c6a = w6.fma(left, c6a);
            c6b = w6.fma(right, c6b);
            FloatVector w7 = FloatVector.broadcast(SPECIES, w[at + 7]);
            c7a = w7.fma(left, c7a);
            c7b = w7.fma(right, c7b);
        }
        VECTOR.cast(c0a).intoArray(c, 0);
        VECTOR.cast(c0b).intoArray(c, WIDTH);
        VECTOR.cast(c1a).intoArray(c, PIXELS);
        VECTOR.cast(c1b).intoArray(c, PIXELS + WIDTH);
        VECTOR.cast(c2a).intoArray(c, 2 * PIXELS);
        VECTOR.cast(c2b).intoArray(c, 2 * PIXELS + WIDTH);
        VECTOR.cast(c3a).intoArray(c, 3 * PIXELS);
        VECTOR.cast(c3b).intoArray(c, 3 * PIXELS + WIDTH);
        VECTOR.cast(c4a).intoArray(c, 4 * PIXELS);
        VECTOR.cast(c4b).intoArray(c, 4 * PIXELS + WIDTH);
        VECTOR.cast(c5a).intoArray(c, 5 * PIXELS);
        VECTOR.cast(c5b).intoArray(c, 5 * PIXELS + WIDTH);
        VECTOR.cast(c6a).intoArray(c, 6 * PIXELS);
        VECTOR.cast(c6b).intoArray(c, 6 * PIXELS + WIDTH);
        VECTOR.cast(c7a).intoArray(c, 7 * PIXELS);
        VECTOR.cast(c7b).intoArray(c, 7 * PIXELS + WIDTH);
    }

    /** One vector of pixels. */
    private static void one(int depth, float[] w, float[] image, int from, int[] columns, float[] begin, float[] c) {
        FloatVector c0 = FloatVector.fromArray(SPECIES, begin, 0);
        FloatVector c1 = FloatVector.fromArray(SPECIES, begin, PIXELS);
        FloatVector c2 = FloatVector.fromArray(SPECIES, begin, 2 * PIXELS);
        FloatVector c3 = FloatVector.fromArray(SPECIES, begin, 3 * PIXELS);
        FloatVector c4 = FloatVector.fromArray(SPECIES, begin, 4 * PIXELS);
        FloatVector c5 = FloatVector.fromArray(SPECIES, begin, 5 * PIXELS);
        FloatVector c6 = FloatVector.fromArray(SPECIES, begin, 6 * PIXELS);
        FloatVector c7 = FloatVector.fromArray(SPECIES, begin, 7 * PIXELS);
        for (int l = 0; l < depth; l++) {
            int at = l * WIDTH;
            int pixel = from + columns[l];
            FloatVector x = FloatVector.fromArray(SPECIES, image, pixel);
            c0 = FloatVector.broadcast(SPECIES, w[at]).fma(x, c0);
            c1 = FloatVector.broadcast(SPECIES, w[at + 1]).fma(x, c1);
            c2 = FloatVector.broadcast(SPECIES, w[at + 2]).fma(x, c2);
            c3 = FloatVector.broadcast(SPECIES, w[at + 3]).fma(x, c3);
            c4 = FloatVector.broadcast(SPECIES, w[at + 4]).fma(x, c4);
            c5 = FloatVector.broadcast(SPECIES, w[at + 5]).fma(x, c5);
            c6 = FloatVector.broadcast(SPECIES, w[at + 6]).fma(x, c6);
            c7 = FloatVector.broadcast(SPECIES, w[at + 7]).fma(x, c7);
        }
        c0.intoArray(c, 0);
        c1.intoArray(c, PIXELS);
        c2.intoArray(c, 2 * PIXELS);
        c3.intoArray(c, 3 * PIXELS);
        c4.intoArray(c, 4 * PIXELS);
        c5.intoArray(c, 5 * PIXELS);
        c6.intoArray(c, 6 * PIXELS);
        c7.intoArray(c, 7 * PIXELS);
    }
}
