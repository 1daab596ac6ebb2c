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
    private static final int STRIPES = 8;
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    /** Up to so many channels the factors are repeated; beyond, a row by itself is long enough. */
    private static final int FEW_CHANNELS = 128;
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
            combine(width, stripes, out, outAt + first);
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
            combine(width, stripes, out, outAt + first);
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

    private static void combine(int channels, float[] s, float[] out, int outAt) {
        for (int c = 0; c < channels; c++) {
            float low = (s[c] + s[channels + c]) + (s[2 * channels + c] + s[3 * channels + c]);
            float high = (s[4 * channels + c] + s[5 * channels + c]) + (s[6 * channels + c] + s[7 * channels + c]);
            out[outAt + c] = low + high;
        }
    }

    private static float[] repeated(float[] to, int length, int channels, float[] from, int at) {
        for (int begin = 0; begin < length; begin += channels) {
            System.arraycopy(from, at, to, begin, Math.min(channels, length - begin));
        }
        return to;
    }

    /** The length over which both channels and vectors repeat, at least eight vectors. */
    private static int period(int channels) {
        return channels == 0 ? 0 : channels * WIDTH * Math.max(1, (STRIPES + channels - 1) / channels);
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
        if (channels > FEW_CHANNELS || size < period(channels)) {
            for (int at = 0; at < size; at += channels) {
                affineRow(channels, x, xAt + at, scale, scaleAt, shift, shiftAt, y, yAt + at);
            }
            return;
        }
        int length = period(channels);
        float[] scales = repeated(scratch.first(length), length, channels, scale, scaleAt);
        float[] shifts = repeated(scratch.second(length), length, channels, shift, shiftAt);
        for (int at = 0; at < size; at += length) {
            affineRow(Math.min(length, size - at), x, xAt + at, scales, 0, shifts, 0, y, yAt + at);
        }
    }

    private static void affineRow(
            int size, float[] x, int xAt, float[] scale, int scaleAt, float[] shift, int shiftAt, float[] y, int yAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .fma(
                            FloatVector.fromArray(SPECIES, scale, scaleAt + i),
                            FloatVector.fromArray(SPECIES, shift, shiftAt + i))
                    .intoArray(y, yAt + i);
        }
        for (; i < size; i++) {
            y[yAt + i] = Math.fma(x[xAt + i], scale[scaleAt + i], shift[shiftAt + i]);
        }
    }

    static void combineAdd(
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
            float[] out,
            int outAt) {
        int size = rows * channels;
        if (channels > FEW_CHANNELS || size < period(channels)) {
            for (int at = 0; at < size; at += channels) {
                combineRow(channels, x, xAt + at, a, y, yAt + at, b, d, out, outAt + at);
            }
            return;
        }
        int length = period(channels);
        float[] as = repeated(scratch.first(length), length, channels, a, 0);
        float[] bs = repeated(scratch.second(length), length, channels, b, 0);
        float[] ds = repeated(scratch.third(length), length, channels, d, 0);
        for (int at = 0; at < size; at += length) {
            combineRow(Math.min(length, size - at), x, xAt + at, as, y, yAt + at, bs, ds, out, outAt + at);
        }
    }

    private static void combineRow(
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
