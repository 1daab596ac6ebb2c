package dev.convoy.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Maps and sums over {@code [rows, channels]} with a rectifier in them, so that what it passes on is neither written nor read; the array
 * is walked as in {@link ChannelKernels}.
 */
final class RectifiedChannels {
    private static final int STRIPES = ChannelKernels.STRIPES;
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private RectifiedChannels() {}

    static void forward(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] scale,
            float[] shift,
            float @Nullable [] residual,
            int residualAt,
            float[] y,
            int yAt) {
        int size = rows * channels;
        int stretch = ChannelKernels.stretch(rows, channels);
        float[] scales = ChannelKernels.repeated(scratch.first(stretch), stretch, channels, scale, 0);
        float[] shifts = ChannelKernels.repeated(scratch.second(stretch), stretch, channels, shift, 0);
        for (int at = 0; at < size; at += stretch) {
            int count = Math.min(stretch, size - at);
            if (residual == null) {
                rectify(count, x, xAt + at, scales, shifts, y, yAt + at);
            } else {
                addAndRectify(count, x, xAt + at, scales, shifts, residual, residualAt + at, y, yAt + at);
            }
        }
    }

    private static void rectify(int size, float[] x, int xAt, float[] scale, float[] shift, float[] y, int yAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + i)
                    .fma(FloatVector.fromArray(SPECIES, scale, i), FloatVector.fromArray(SPECIES, shift, i));
            value.blend(0f, value.compare(VectorOperators.LE, 0f)).intoArray(y, yAt + i);
        }
        for (; i < size; i++) {
            float value = Math.fma(x[xAt + i], scale[i], shift[i]);
            y[yAt + i] = value <= 0f ? 0f : value;
        }
    }

    private static void addAndRectify(
            int size,
            float[] x,
            int xAt,
            float[] scale,
            float[] shift,
            float[] residual,
            int residualAt,
            float[] y,
            int yAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + i)
                    .fma(FloatVector.fromArray(SPECIES, scale, i), FloatVector.fromArray(SPECIES, shift, i))
                    .add(FloatVector.fromArray(SPECIES, residual, residualAt + i));
            value.blend(0f, value.compare(VectorOperators.LE, 0f)).intoArray(y, yAt + i);
        }
        for (; i < size; i++) {
            float value = Math.fma(x[xAt + i], scale[i], shift[i]) + residual[residualAt + i];
            y[yAt + i] = value <= 0f ? 0f : value;
        }
    }

    static void sumAndDot(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] centre,
            float[] scale,
            float[] shift,
            float[] dy,
            int dyAt,
            float[] sum,
            float[] dot) {
        int block = ChannelSumAndDot.block(channels);
        int together = ChannelSumAndDot.together(channels);
        float[] sums = scratch.first(STRIPES * block);
        float[] dots = scratch.second(STRIPES * block);
        float[] centres = scratch.third(together * block);
        float[] scales = scratch.fourth(together * block);
        float[] shifts = scratch.fifth(together * block);
        for (int first = 0; first < channels; first += block) {
            int width = Math.min(block, channels - first);
            Arrays.fill(sums, 0, STRIPES * width, 0f);
            Arrays.fill(dots, 0, STRIPES * width, 0f);
            ChannelKernels.repeated(centres, together * width, width, centre, first);
            ChannelKernels.repeated(scales, together * width, width, scale, first);
            ChannelKernels.repeated(shifts, together * width, width, shift, first);
            for (int row = 0; row < rows; row += together) {
                int at = row % STRIPES * width;
                int size = Math.min(together, rows - row) * width;
                int from = row * channels + first;
                addPassed(sums, dots, at, size, x, xAt + from, centres, scales, shifts, dy, dyAt + from);
            }
            ChannelKernels.join(width, sums, sum, first);
            ChannelKernels.join(width, dots, dot, first);
        }
    }

    private static void addPassed(
            float[] sums,
            float[] dots,
            int at,
            int size,
            float[] x,
            int xAt,
            float[] centres,
            float[] scales,
            float[] shifts,
            float[] dy,
            int dyAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + i);
            FloatVector passed = FloatVector.zero(SPECIES)
                    .blend(
                            FloatVector.fromArray(SPECIES, dy, dyAt + i),
                            value.fma(
                                            FloatVector.fromArray(SPECIES, scales, i),
                                            FloatVector.fromArray(SPECIES, shifts, i))
                                    .compare(VectorOperators.GT, 0f))
                    .add(0f);
            FloatVector.fromArray(SPECIES, sums, at + i).add(passed).intoArray(sums, at + i);
            value.sub(FloatVector.fromArray(SPECIES, centres, i))
                    .fma(passed, FloatVector.fromArray(SPECIES, dots, at + i))
                    .intoArray(dots, at + i);
        }
        for (; i < size; i++) {
            float value = x[xAt + i];
            float passed = 0f + (Math.fma(value, scales[i], shifts[i]) > 0f ? dy[dyAt + i] : 0f);
            sums[at + i] += passed;
            dots[at + i] = Math.fma(value - centres[i], passed, dots[at + i]);
        }
    }

    static void adjointSumAndDot(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] centre,
            float[] y,
            int yAt,
            float[] dy,
            int dyAt,
            float[] sum,
            float[] dot,
            float[] dz,
            int dzAt) {
        int block = ChannelSumAndDot.block(channels);
        int together = ChannelSumAndDot.together(channels);
        float[] sums = scratch.first(STRIPES * block);
        float[] dots = scratch.second(STRIPES * block);
        float[] centres = scratch.third(together * block);
        for (int first = 0; first < channels; first += block) {
            int width = Math.min(block, channels - first);
            Arrays.fill(sums, 0, STRIPES * width, 0f);
            Arrays.fill(dots, 0, STRIPES * width, 0f);
            ChannelKernels.repeated(centres, together * width, width, centre, first);
            for (int row = 0; row < rows; row += together) {
                int at = row % STRIPES * width;
                int size = Math.min(together, rows - row) * width;
                int from = row * channels + first;
                passAndAdd(
                        sums, dots, at, size, x, xAt + from, centres, y, yAt + from, dy, dyAt + from, dz, dzAt + from);
            }
            ChannelKernels.join(width, sums, sum, first);
            ChannelKernels.join(width, dots, dot, first);
        }
    }

    private static void passAndAdd(
            float[] sums,
            float[] dots,
            int at,
            int size,
            float[] x,
            int xAt,
            float[] centres,
            float[] y,
            int yAt,
            float[] dy,
            int dyAt,
            float[] dz,
            int dzAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector passed = FloatVector.zero(SPECIES)
                    .blend(
                            FloatVector.fromArray(SPECIES, dy, dyAt + i),
                            FloatVector.fromArray(SPECIES, y, yAt + i).compare(VectorOperators.GT, 0f))
                    .add(0f);
            passed.intoArray(dz, dzAt + i);
            FloatVector.fromArray(SPECIES, sums, at + i).add(passed).intoArray(sums, at + i);
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .sub(FloatVector.fromArray(SPECIES, centres, i))
                    .fma(passed, FloatVector.fromArray(SPECIES, dots, at + i))
                    .intoArray(dots, at + i);
        }
        for (; i < size; i++) {
            float passed = 0f + (y[yAt + i] > 0f ? dy[dyAt + i] : 0f);
            dz[dzAt + i] = passed;
            sums[at + i] += passed;
            dots[at + i] = Math.fma(x[xAt + i] - centres[i], passed, dots[at + i]);
        }
    }

    static void combine(
            Scratch scratch,
            int rows,
            int channels,
            float[] x,
            int xAt,
            float[] scale,
            float[] shift,
            float[] dy,
            int dyAt,
            float[] slope,
            float[] constant,
            float[] out,
            int outAt) {
        int size = rows * channels;
        int stretch = ChannelKernels.stretch(rows, channels);
        float[] scales = ChannelKernels.repeated(scratch.first(stretch), stretch, channels, scale, 0);
        float[] shifts = ChannelKernels.repeated(scratch.second(stretch), stretch, channels, shift, 0);
        float[] slopes = ChannelKernels.repeated(scratch.third(stretch), stretch, channels, slope, 0);
        float[] constants = ChannelKernels.repeated(scratch.fourth(stretch), stretch, channels, constant, 0);
        for (int at = 0; at < size; at += stretch) {
            int count = Math.min(stretch, size - at);
            combined(count, x, xAt + at, scales, shifts, dy, dyAt + at, slopes, constants, out, outAt + at);
        }
    }

    private static void combined(
            int size,
            float[] x,
            int xAt,
            float[] scales,
            float[] shifts,
            float[] dy,
            int dyAt,
            float[] slopes,
            float[] constants,
            float[] out,
            int outAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + i);
            FloatVector scale = FloatVector.fromArray(SPECIES, scales, i);
            FloatVector passed = FloatVector.zero(SPECIES)
                    .blend(
                            FloatVector.fromArray(SPECIES, dy, dyAt + i),
                            value.fma(scale, FloatVector.fromArray(SPECIES, shifts, i))
                                    .compare(VectorOperators.GT, 0f))
                    .add(0f);
            FloatVector rest =
                    value.fma(FloatVector.fromArray(SPECIES, slopes, i), FloatVector.fromArray(SPECIES, constants, i));
            passed.fma(scale, rest).add(0f).intoArray(out, outAt + i);
        }
        for (; i < size; i++) {
            float value = x[xAt + i];
            float passed = 0f + (Math.fma(value, scales[i], shifts[i]) > 0f ? dy[dyAt + i] : 0f);
            out[outAt + i] = 0f + Math.fma(passed, scales[i], Math.fma(value, slopes[i], constants[i]));
        }
    }
}
