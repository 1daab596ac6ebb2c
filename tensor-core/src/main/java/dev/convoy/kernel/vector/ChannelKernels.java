package dev.convoy.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Sums and maps over {@code [rows, channels]}. The array is walked as it lies, whatever the number of channels: eight rows of C
 * channels are the eight stripes side by side, and a per-channel factor repeated to a multiple of the vector width lines up with every
 * stretch of that length.
 */
final class ChannelKernels {
    static final int STRIPES = 8;
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    /** Up to so many channels the factors are repeated; beyond, a row by itself is long enough. */
    private static final int FEW_CHANNELS = 128;
    /** Floats, of which a loop's beginning and end are a small part. */
    private static final int LONG_ENOUGH = 512;
    /** Beyond so many channels they are summed a block at a time, so that the stripes stay in the cache. */
    private static final int BLOCK = 1024;

    private ChannelKernels() {}

    static void sum(Scratch scratch, int rows, int channels, float[] x, int xAt, float[] out, int outAt) {
        int block = Math.min(channels, BLOCK);
        float[] stripes = scratch.first(STRIPES * block);
        for (int first = 0; first < channels; first += block) {
            int width = Math.min(block, channels - first);
            // Rows that lie side by side are walked eight at a time.
            int together = width == channels ? STRIPES : 1;
            Arrays.fill(stripes, 0, STRIPES * width, 0f);
            for (int row = 0; row < rows; row += together) {
                int size = Math.min(together, rows - row) * width;
                addTo(stripes, row % STRIPES * width, size, x, xAt + row * channels + first);
            }
            join(width, stripes, out, outAt + first);
        }
    }

    private static void addTo(float[] stripes, int at, int size, float[] x, int xAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector.fromArray(SPECIES, stripes, at + i)
                    .add(FloatVector.fromArray(SPECIES, x, xAt + i))
                    .intoArray(stripes, at + i);
        }
        for (; i < size; i++) {
            stripes[at + i] += x[xAt + i];
        }
    }

    static void centredDot(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] centre,
            int centreAt,
            float @Nullable [] y,
            int yAt,
            float[] out,
            int outAt) {
        int block = Math.min(channels, BLOCK);
        float[] stripes = scratch.first(STRIPES * block);
        float[] centres = scratch.second(STRIPES * block);
        for (int first = 0; first < channels; first += block) {
            int width = Math.min(block, channels - first);
            int together = width == channels ? STRIPES : 1;
            Arrays.fill(stripes, 0, STRIPES * width, 0f);
            repeated(centres, together * width, width, centre, centreAt + first);
            for (int row = 0; row < rows; row += together) {
                int at = row % STRIPES * width;
                int size = Math.min(together, rows - row) * width;
                int from = row * channels + first;
                if (y == null) {
                    squareTo(stripes, at, size, x, xAt + from, centres);
                } else {
                    dotTo(stripes, at, size, x, xAt + from, centres, y, yAt + from);
                }
            }
            join(width, stripes, out, outAt + first);
        }
    }

    private static void squareTo(float[] stripes, int at, int size, float[] x, int xAt, float[] centres) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector deviation =
                    FloatVector.fromArray(SPECIES, x, xAt + i).sub(FloatVector.fromArray(SPECIES, centres, i));
            deviation
                    .fma(deviation, FloatVector.fromArray(SPECIES, stripes, at + i))
                    .intoArray(stripes, at + i);
        }
        for (; i < size; i++) {
            float deviation = x[xAt + i] - centres[i];
            stripes[at + i] = Math.fma(deviation, deviation, stripes[at + i]);
        }
    }

    private static void dotTo(
            float[] stripes, int at, int size, float[] x, int xAt, float[] centres, float[] y, int yAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .sub(FloatVector.fromArray(SPECIES, centres, i))
                    .fma(FloatVector.fromArray(SPECIES, y, yAt + i), FloatVector.fromArray(SPECIES, stripes, at + i))
                    .intoArray(stripes, at + i);
        }
        for (; i < size; i++) {
            stripes[at + i] = Math.fma(x[xAt + i] - centres[i], y[yAt + i], stripes[at + i]);
        }
    }

    /** Adds up the stripes. */
    static void join(int channels, float[] s, float[] out, int outAt) {
        for (int c = 0; c < channels; c++) {
            float low = (s[c] + s[channels + c]) + (s[2 * channels + c] + s[3 * channels + c]);
            float high = (s[4 * channels + c] + s[5 * channels + c]) + (s[6 * channels + c] + s[7 * channels + c]);
            out[outAt + c] = low + high;
        }
    }

    /** Begins {@code to} with one value per channel, over and over. */
    static float[] repeated(float[] to, int length, int channels, float[] from, int at) {
        System.arraycopy(from, at, to, 0, Math.min(channels, length));
        for (int filled = channels; filled < length; filled *= 2) {
            System.arraycopy(to, 0, to, filled, Math.min(filled, length - filled));
        }
        return to;
    }

    /**
     * How many floats a map takes at a time, with a factor for each: whole rows that are whole vectors too where there are few channels,
     * else a row.
     */
    static int stretch(int rows, int channels) {
        if (channels > FEW_CHANNELS || channels == 0) {
            return channels;
        }
        int common = channels;
        while (common % WIDTH != 0) {
            common += channels;
        }
        int stretch = common * ((LONG_ENOUGH + common - 1) / common);
        return rows * channels < stretch ? channels : stretch;
    }

    static void affine(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] scale,
            int scaleAt,
            float[] shift,
            int shiftAt,
            float[] y,
            int yAt) {
        int size = rows * channels;
        int stretch = stretch(rows, channels);
        float[] scales = repeated(scratch.first(stretch), stretch, channels, scale, scaleAt);
        float[] shifts = repeated(scratch.second(stretch), stretch, channels, shift, shiftAt);
        for (int at = 0; at < size; at += stretch) {
            affineStretch(Math.min(stretch, size - at), x, xAt + at, scales, shifts, y, yAt + at);
        }
    }

    private static void affineStretch(int size, float[] x, int xAt, float[] scale, float[] shift, float[] y, int yAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .fma(FloatVector.fromArray(SPECIES, scale, i), FloatVector.fromArray(SPECIES, shift, i))
                    .intoArray(y, yAt + i);
        }
        for (; i < size; i++) {
            y[yAt + i] = Math.fma(x[xAt + i], scale[i], shift[i]);
        }
    }

    static void combine(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] a,
            float[] y,
            int yAt,
            float[] b,
            float[] d,
            boolean add,
            float[] out,
            int outAt) {
        int size = rows * channels;
        int stretch = stretch(rows, channels);
        float[] as = repeated(scratch.first(stretch), stretch, channels, a, 0);
        float[] bs = repeated(scratch.second(stretch), stretch, channels, b, 0);
        float[] ds = repeated(scratch.third(stretch), stretch, channels, d, 0);
        for (int at = 0; at < size; at += stretch) {
            int count = Math.min(stretch, size - at);
            if (add) {
                addCombined(count, x, xAt + at, as, y, yAt + at, bs, ds, out, outAt + at);
            } else {
                combined(count, x, xAt + at, as, y, yAt + at, bs, ds, out, outAt + at);
            }
        }
    }

    private static void combined(
            int size, float[] x, int xAt, float[] a, float[] y, int yAt, float[] b, float[] d, float[] out, int outAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector inner = FloatVector.fromArray(SPECIES, y, yAt + i)
                    .fma(FloatVector.fromArray(SPECIES, b, i), FloatVector.fromArray(SPECIES, d, i));
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .fma(FloatVector.fromArray(SPECIES, a, i), inner)
                    .add(0f)
                    .intoArray(out, outAt + i);
        }
        for (; i < size; i++) {
            out[outAt + i] = 0f + Math.fma(x[xAt + i], a[i], Math.fma(y[yAt + i], b[i], d[i]));
        }
    }

    private static void addCombined(
            int size, float[] x, int xAt, float[] a, float[] y, int yAt, float[] b, float[] d, float[] out, int outAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector inner = FloatVector.fromArray(SPECIES, y, yAt + i)
                    .fma(FloatVector.fromArray(SPECIES, b, i), FloatVector.fromArray(SPECIES, d, i));
            FloatVector.fromArray(SPECIES, out, outAt + i)
                    .add(FloatVector.fromArray(SPECIES, x, xAt + i).fma(FloatVector.fromArray(SPECIES, a, i), inner))
                    .intoArray(out, outAt + i);
        }
        for (; i < size; i++) {
            out[outAt + i] += Math.fma(x[xAt + i], a[i], Math.fma(y[yAt + i], b[i], d[i]));
        }
    }
}
