package dev.convoy.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Two sums of each channel in one pass over memory; the arrays are walked as in {@link ChannelKernels}. */
final class ChannelSumAndDot {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    /** Beyond so many channels they are summed a block at a time, so that both arrays of stripes stay in the cache. */
    private static final int BLOCK = 512;
    /** Up to so many channels eight rows are walked at once; beyond, one is long enough. */
    private static final int FEW_CHANNELS = 128;

    private ChannelSumAndDot() {}

    /** How many channels are summed at a time. */
    static int block(int channels) {
        return Math.min(channels, BLOCK);
    }

    /** How many rows are walked at once. */
    static int together(int channels) {
        return channels <= FEW_CHANNELS ? ChannelKernels.STRIPES : 1;
    }

    static void sumAndDot(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] centre,
            float[] dz,
            int dzAt,
            float[] sum,
            float[] dot) {
        int block = block(channels);
        int together = together(channels);
        float[] sums = scratch.first(ChannelKernels.STRIPES * block);
        float[] dots = scratch.second(ChannelKernels.STRIPES * block);
        float[] centres = scratch.third(together * block);
        for (int first = 0; first < channels; first += block) {
            int width = Math.min(block, channels - first);
            Arrays.fill(sums, 0, ChannelKernels.STRIPES * width, 0f);
            Arrays.fill(dots, 0, ChannelKernels.STRIPES * width, 0f);
            ChannelKernels.repeated(centres, together * width, width, centre, first);
            for (int row = 0; row < rows; row += together) {
                int at = row % ChannelKernels.STRIPES * width;
                int size = Math.min(together, rows - row) * width;
                int from = row * channels + first;
                addProducts(sums, dots, at, size, x, xAt + from, centres, dz, dzAt + from);
            }
            ChannelKernels.join(width, sums, sum, first);
            ChannelKernels.join(width, dots, dot, first);
        }
    }

    private static void addProducts(
            float[] sums, float[] dots, int at, int size, float[] x, int xAt, float[] centres, float[] dz, int dzAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, dz, dzAt + i);
            FloatVector.fromArray(SPECIES, sums, at + i).add(gradient).intoArray(sums, at + i);
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .sub(FloatVector.fromArray(SPECIES, centres, i))
                    .fma(gradient, FloatVector.fromArray(SPECIES, dots, at + i))
                    .intoArray(dots, at + i);
        }
        for (; i < size; i++) {
            float gradient = dz[dzAt + i];
            sums[at + i] += gradient;
            dots[at + i] = Math.fma(x[xAt + i] - centres[i], gradient, dots[at + i]);
        }
    }
}
