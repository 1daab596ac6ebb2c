package dev.convoy.kernel;

/**
 * Mean and sum of squared deviations of each channel over the rows so far, in double, block after block: what the implementations of
 * {@link Kernels#channelMoments} have in common. Source: Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983.
 *
 * <p>With N rows so far and a block of n, of which {@code sum} and {@code squares} are taken around {@code centre}:
 *
 * <pre>
 * shift    = sum / n
 * delta    = centre + shift - mean
 * mean    += delta * (n / (N + n))
 * squares += max(0, blockSquares - sum * shift) + delta * delta * (N * (n / (N + n)))
 * </pre>
 */
public final class RunningMoments {
    private static final int FIRST_ROWS = 64;
    private static final int MOST_ROWS = 1024;

    private double[] mean = new double[0];
    private double[] squares = new double[0];
    private int rows;
    private int channels;

    /** Back to no rows. */
    public void reset(int newChannels) {
        if (mean.length < newChannels) {
            mean = new double[newChannels];
            squares = new double[newChannels];
        }
        for (int c = 0; c < newChannels; c++) {
            mean[c] = 0;
            squares[c] = 0;
        }
        channels = newChannels;
        rows = 0;
    }

    /** How many rows there are so far. */
    public int rows() {
        return rows;
    }

    /** How many rows the next block has, of {@code all}. */
    public int nextBlock(int all) {
        return Math.min(all - rows, Math.min(Math.max(FIRST_ROWS, rows), MOST_ROWS));
    }

    /** The next block's sums around {@code centre}. */
    public void add(int blockRows, float[] centre, float[] sums, float[] blockSquares) {
        double share = (double) blockRows / (rows + blockRows);
        double weight = rows * share;
        for (int c = 0; c < channels; c++) {
            double shift = sums[c] / (double) blockRows;
            double delta = centre[c] + shift - mean[c];
            mean[c] += delta * share;
            squares[c] += Math.max(0, blockSquares[c] - sums[c] * shift) + delta * delta * weight;
        }
        rows += blockRows;
    }

    /** The mean so far, rounded. */
    public void mean(float[] to) {
        for (int c = 0; c < channels; c++) {
            to[c] = (float) mean[c];
        }
    }

    /** The biased variance so far, rounded. */
    public void variance(float[] to) {
        for (int c = 0; c < channels; c++) {
            to[c] = (float) (squares[c] / rows);
        }
    }
}
