package dev.convoy.kernel.vector;

import dev.convoy.kernel.RunningMoments;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link dev.convoy.kernel.Kernels#channelMoments} of rows that come little by little. Eight rows of C channels are one row of 8 C columns,
 * each the stripe of a channel; four vectors of columns at a time are summed in registers down the rows that are there.
 */
final class ChannelMoments implements FinishedRows {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int STRIPES = ChannelKernels.STRIPES;
    private static final float[] NOTHING = {};

    private final Scratch scratch;
    private final RunningMoments moments = new RunningMoments();
    private int rows;
    private int channels;
    private float[] x = NOTHING;
    private int xAt;
    private float[] mean = NOTHING;
    private float[] variance = NOTHING;

    /** Of the block at hand: its rows so far, their sums, and what these are taken around, in columns. */
    private int taken;

    private float[] sums = NOTHING;
    private float[] squares = NOTHING;
    private float[] centres = NOTHING;

    ChannelMoments(Scratch scratch) {
        this.scratch = scratch;
    }

    /** Begins with no row; mean and variance are there once all {@code rows} are. */
    ChannelMoments begin(int rows, int channels, float[] x, int xAt, float[] mean, float[] variance) {
        this.rows = rows;
        this.channels = channels;
        this.x = x;
        this.xAt = xAt;
        this.mean = mean;
        this.variance = variance;
        moments.reset(channels);
        taken = 0;
        int columns = STRIPES * channels;
        sums = Scratch.grown(sums, columns);
        squares = Scratch.grown(squares, columns);
        centres = Scratch.grown(centres, columns);
        return this;
    }

    @Override
    public void upTo(int finished) {
        while (moments.rows() < rows) {
            int block = moments.nextBlock(rows);
            boolean complete = moments.rows() + block <= finished;
            if (taken == 0 && !beginBlock(block, complete)) {
                return;
            }
            take(complete ? block : (finished - moments.rows()) / STRIPES * STRIPES);
            if (!complete) {
                return;
            }
            endBlock(block);
        }
    }

    /** Whether a block can begin: the first is needed whole, for the mean to take its deviations from. */
    private boolean beginBlock(int block, boolean complete) {
        if (moments.rows() == 0) {
            if (!complete) {
                return false;
            }
            ChannelKernels.sum(scratch, block, channels, x, xAt, mean, 0);
            for (int c = 0; c < channels; c++) {
                mean[c] /= block;
            }
        }
        int columns = STRIPES * channels;
        ChannelKernels.repeated(centres, columns, channels, mean, 0);
        Arrays.fill(sums, 0, columns, 0f);
        Arrays.fill(squares, 0, columns, 0f);
        return true;
    }

    /** Takes the block's rows before {@code end}: a multiple of the stripes, or the last one. */
    private void take(int end) {
        int columns = STRIPES * channels;
        int at = xAt + (moments.rows() + taken) * channels;
        int down = (end - taken) / STRIPES;
        int j = 0;
        for (; j + 4 * WIDTH <= columns; j += 4 * WIDTH) {
            addFourVectors(down, columns, x, at + j, centres, j, sums, squares);
        }
        for (; j + WIDTH <= columns; j += WIDTH) {
            addVector(down, columns, x, at + j, centres, j, sums, squares);
        }
        addColumns(down, columns, j, columns, x, at, centres, sums, squares);
        int rest = (end - taken) % STRIPES * channels;
        addColumns(1, columns, 0, rest, x, at + down * columns, centres, sums, squares);
        taken = end;
    }

    private void endBlock(int block) {
        float[] sum = scratch.first(channels);
        ChannelKernels.join(channels, sums, sum, 0);
        ChannelKernels.join(channels, squares, variance, 0);
        moments.add(block, mean, sum, variance);
        moments.mean(mean);
        taken = 0;
        if (moments.rows() == rows) {
            moments.variance(variance);
            x = NOTHING;
            mean = NOTHING;
            variance = NOTHING;
        }
    }

    private static void addFourVectors(
            int rows, int columns, float[] x, int xAt, float[] centres, int at, float[] sums, float[] squares) {
        FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, at + WIDTH);
        FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, at + 2 * WIDTH);
        FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, at + 3 * WIDTH);
        FloatVector squares0 = FloatVector.fromArray(SPECIES, squares, at);
        FloatVector squares1 = FloatVector.fromArray(SPECIES, squares, at + WIDTH);
        FloatVector squares2 = FloatVector.fromArray(SPECIES, squares, at + 2 * WIDTH);
        FloatVector squares3 = FloatVector.fromArray(SPECIES, squares, at + 3 * WIDTH);
        FloatVector centre0 = FloatVector.fromArray(SPECIES, centres, at);
        FloatVector centre1 = FloatVector.fromArray(SPECIES, centres, at + WIDTH);
        FloatVector centre2 = FloatVector.fromArray(SPECIES, centres, at + 2 * WIDTH);
        FloatVector centre3 = FloatVector.fromArray(SPECIES, centres, at + 3 * WIDTH);
        for (int row = 0; row < rows; row++) {
            int from = xAt + row * columns;
            FloatVector deviation0 = FloatVector.fromArray(SPECIES, x, from).sub(centre0);
            FloatVector deviation1 =
                    FloatVector.fromArray(SPECIES, x, from + WIDTH).sub(centre1);
            FloatVector deviation2 =
                    FloatVector.fromArray(SPECIES, x, from + 2 * WIDTH).sub(centre2);
            FloatVector deviation3 =
                    FloatVector.fromArray(SPECIES, x, from + 3 * WIDTH).sub(centre3);
            sum0 = deviation0.add(sum0);
            sum1 = deviation1.add(sum1);
            sum2 = deviation2.add(sum2);
            sum3 = deviation3.add(sum3);
            squares0 = deviation0.fma(deviation0, squares0);
            squares1 = deviation1.fma(deviation1, squares1);
            squares2 = deviation2.fma(deviation2, squares2);
            squares3 = deviation3.fma(deviation3, squares3);
        }
        sum0.intoArray(sums, at);
        sum1.intoArray(sums, at + WIDTH);
        sum2.intoArray(sums, at + 2 * WIDTH);
        sum3.intoArray(sums, at + 3 * WIDTH);
        squares0.intoArray(squares, at);
        squares1.intoArray(squares, at + WIDTH);
        squares2.intoArray(squares, at + 2 * WIDTH);
        squares3.intoArray(squares, at + 3 * WIDTH);
    }

    private static void addVector(
            int rows, int columns, float[] x, int xAt, float[] centres, int at, float[] sums, float[] squares) {
        FloatVector sum = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector square = FloatVector.fromArray(SPECIES, squares, at);
        FloatVector centre = FloatVector.fromArray(SPECIES, centres, at);
        for (int row = 0; row < rows; row++) {
            FloatVector deviation =
                    FloatVector.fromArray(SPECIES, x, xAt + row * columns).sub(centre);
            sum = deviation.add(sum);
            square = deviation.fma(deviation, square);
        }
        sum.intoArray(sums, at);
        square.intoArray(squares, at);
    }

    /** Columns from {@code first} to {@code end}, one by one. */
    private static void addColumns(
            int rows,
            int columns,
            int first,
            int end,
            float[] x,
            int xAt,
            float[] centres,
            float[] sums,
            float[] squares) {
        for (int row = 0; row < rows; row++) {
            for (int j = first; j < end; j++) {
                float deviation = x[xAt + row * columns + j] - centres[j];
                sums[j] += deviation;
                squares[j] = Math.fma(deviation, deviation, squares[j]);
            }
        }
    }
}
