package dev.convoy.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sums over the rows of each channel, in stripes. */
final class ScalarChannelSums {
    private static final int STRIPES = 8;

    private ScalarChannelSums() {}

    static void moments(int rows, int channels, float[] x, int xOffset, float[] mean, float[] variance) {
        RunningMoments moments = new RunningMoments();
        moments.reset(channels);
        int size = moments.nextBlock(rows);
        float[] centre = new float[channels];
        sum(size, channels, x, xOffset, centre, 0);
        for (int c = 0; c < channels; c++) {
            centre[c] /= size;
        }
        float[] sums = new float[STRIPES * channels];
        float[] squares = new float[STRIPES * channels];
        for (int from = 0; from < rows; from += size) {
            size = moments.nextBlock(rows);
            Arrays.fill(sums, 0f);
            Arrays.fill(squares, 0f);
            for (int row = 0; row < size; row++) {
                int stripe = row % STRIPES * channels;
                for (int c = 0; c < channels; c++) {
                    float deviation = x[xOffset + (from + row) * channels + c] - centre[c];
                    sums[stripe + c] += deviation;
                    squares[stripe + c] = Math.fma(deviation, deviation, squares[stripe + c]);
                }
            }
            combine(channels, sums, sums, 0);
            combine(channels, squares, squares, 0);
            moments.add(size, centre, sums, squares);
            moments.mean(centre);
        }
        moments.mean(mean);
        moments.variance(variance);
    }

    static void rectifiedSumAndDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            float[] scale,
            float[] shift,
            float[] dy,
            int dyOffset,
            float[] sum,
            float[] dot) {
        float[] sums = new float[STRIPES * channels];
        float[] dots = new float[STRIPES * channels];
        for (int row = 0; row < rows; row++) {
            int stripe = row % STRIPES * channels;
            for (int c = 0; c < channels; c++) {
                int at = row * channels + c;
                float value = x[xOffset + at];
                float dz = ScalarKernels.rectified(value, scale[c], shift[c], dy[dyOffset + at]);
                sums[stripe + c] += dz;
                dots[stripe + c] = Math.fma(value - centre[c], dz, dots[stripe + c]);
            }
        }
        combine(channels, sums, sum, 0);
        combine(channels, dots, dot, 0);
    }

    static void sum(int rows, int channels, float[] x, int xOffset, float[] out, int outOffset) {
        float[] stripes = new float[STRIPES * channels];
        for (int row = 0; row < rows; row++) {
            int stripe = row % STRIPES * channels;
            int from = xOffset + row * channels;
            for (int c = 0; c < channels; c++) {
                stripes[stripe + c] += x[from + c];
            }
        }
        combine(channels, stripes, out, outOffset);
    }

    static void centredDot(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] centre,
            int centreOffset,
            float @Nullable [] y,
            int yOffset,
            float[] out,
            int outOffset) {
        float[] stripes = new float[STRIPES * channels];
        for (int row = 0; row < rows; row++) {
            int stripe = row % STRIPES * channels;
            int from = row * channels;
            for (int c = 0; c < channels; c++) {
                float deviation = x[xOffset + from + c] - centre[centreOffset + c];
                float factor = y == null ? deviation : y[yOffset + from + c];
                stripes[stripe + c] = Math.fma(deviation, factor, stripes[stripe + c]);
            }
        }
        combine(channels, stripes, out, outOffset);
    }

    private static void combine(int channels, float[] s, float[] out, int outOffset) {
        for (int c = 0; c < channels; c++) {
            float low = (s[c] + s[channels + c]) + (s[2 * channels + c] + s[3 * channels + c]);
            float high = (s[4 * channels + c] + s[5 * channels + c]) + (s[6 * channels + c] + s[7 * channels + c]);
            out[outOffset + c] = low + high;
        }
    }
}
