package dev.convoy.kernel.vector;

/**
 * Nine weights and a bias of each channel as a line of the output meets them, {@code [vector, 16, lane]}. A line is channels over and over, so
 * its vectors, wherever the first begins, meet the same weights again after a period; a vector may hold the last channels of one pixel and
 * the first of the next, and there is none that is not full.
 */
final class PeriodicWeights {
    /** Weights of a vector, and room for its bias and a power of two: such distances C2 checks once for a whole loop. */
    static final int ROWS = 16;
    /** The bias's row. */
    static final int BIAS = 9;

    private static final int WIDTH = MicroKernel.WIDTH;
    static final int VECTOR = ROWS * WIDTH;
    /** Vectors of a period that are gone through at a time, if there are as many. */
    static final int VECTORS = 16;
    /** The longest period. */
    private static final int MOST = 8 * VECTORS;

    float[] floats = new float[0];
    private int channels;
    private int period;

    /** Whether the period is short enough to be worth its packing. */
    static boolean fits(int channels) {
        return period(channels) <= MOST;
    }

    private static int period(int channels) {
        int common = WIDTH;
        while (channels % common != 0) {
            common /= 2;
        }
        return channels / common;
    }

    /** Vectors after which the weights repeat. */
    int period() {
        return period;
    }

    /**
     * Packs a period that begins with channel {@code shift}; a vector that begins with channel 0, and one that ends with the last.
     *
     * @param flipped whether the taps are taken from the last to the first
     * @param bias one of each channel
     */
    void pack(int channels, int shift, boolean flipped, float[] w, int wAt, float[] bias, int biasAt) {
        this.channels = channels;
        int once = period(channels);
        period = once * Math.max(1, VECTORS / once);
        floats = Scratch.grown(floats, (period + 2) * VECTOR);
        for (int row = 0; row <= BIAS; row++) {
            float[] from = row == BIAS ? bias : w;
            int at = row == BIAS ? biasAt : wAt + (flipped ? BIAS - 1 - row : row) * channels;
            int channel = shift % channels;
            for (int vector = 0; vector < period; vector++) {
                channel = packVector(vector, row, channel, from, at);
            }
            packVector(period, row, 0, from, at);
            packVector(period + 1, row, Math.floorMod(-WIDTH, channels), from, at);
        }
    }

    /** Returns the channel after the last. */
    private int packVector(int vector, int row, int first, float[] from, int at) {
        int to = vector * VECTOR + row * WIDTH;
        int channel = first;
        for (int lane = 0; lane < WIDTH; lane++) {
            floats[to + lane] = from[at + channel];
            channel = channel + 1 == channels ? 0 : channel + 1;
        }
        return channel;
    }

    /** Where the vector of a line's first channels lies. */
    int head() {
        return period * VECTOR;
    }

    /** Where the vector of a line's last channels lies. */
    int tail() {
        return (period + 1) * VECTOR;
    }

    /** Stores the weights of a period that begins with channel 0, of whole vectors, back to where they were packed from. */
    void unpack(float[] w, int wAt) {
        for (int row = 0; row < BIAS; row++) {
            for (int c = 0; c < channels; c += WIDTH) {
                System.arraycopy(floats, c * ROWS + row * WIDTH, w, wAt + row * channels + c, WIDTH);
            }
        }
    }
}
