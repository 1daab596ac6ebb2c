package dev.convoy.kernel.vector;

import java.util.Arrays;

/**
 * Pixels of a depthwise convolution that are reached through the same taps: where each reads, through which taps, with which weights, and
 * where it goes. A forward pass is one phase; the input adjoint of stride {@code sH x sW} is up to {@code sH * sW} of them.
 */
final class DepthwisePhase {
    /** Pixels at a time: what they read and write stays in the first-level cache while the channels are gone through. */
    private static final int PIXELS = 32;

    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int[] NARROW_PLACES = new int[PIXELS];

    static {
        for (int i = 0; i < PIXELS; i++) {
            NARROW_PLACES[i] = i * WIDTH;
        }
    }

    final Lattice bases = new Lattice();
    final Lattice pixels = new Lattice();
    /** Where the first pixel lies in the destination. */
    int origin;

    private int taps;
    private int[] columns = new int[0];
    private int[] tapWeights = new int[0];
    private int[] rows = new int[0];
    private int[] places = new int[0];
    private float[] weights = new float[0];
    private float[] narrow = new float[0];

    void clearTaps(int most) {
        taps = 0;
        columns = Scratch.grown(columns, most + DepthwiseKernel.TAPS);
        tapWeights = Scratch.grown(tapWeights, most);
    }

    /** The next tap: its distance from the pixel's base in the image, and where its weights begin. */
    void addTap(int column, int weight) {
        columns[taps] = column;
        tapWeights[taps++] = weight;
    }

    boolean hasTaps() {
        return taps > 0;
    }

    /** When bases, pixels and taps are laid out: fills the tables for so many images and packs the weights of so many channels. */
    void prepare(int images, int channels, float[] w) {
        int count = images * pixels.rowsPerImage();
        rows = Scratch.grown(rows, count);
        places = Scratch.grown(places, count);
        bases.fill(0, 0, count, rows);
        pixels.fill(origin, 0, count, places);
        Arrays.fill(columns, taps, roundedTaps(), columns[0]);
        packWeights(channels, w);
    }

    /** Weights as {@code [vectors of channels, rounded taps, WIDTH]}. */
    private void packWeights(int channels, float[] w) {
        int vectors = Packing.ceilDiv(channels, WIDTH);
        weights = Scratch.grown(weights, vectors * roundedTaps() * WIDTH);
        Arrays.fill(weights, 0, vectors * roundedTaps() * WIDTH, 0f);
        for (int c = 0; c < channels; c += WIDTH) {
            for (int tap = 0; tap < taps; tap++) {
                System.arraycopy(w, tapWeights[tap] + c, weights, weightsAt(c, tap), Math.min(WIDTH, channels - c));
            }
        }
    }

    /** Copies the weights back to where they came from. */
    void storeWeights(int channels, float[] w) {
        for (int c = 0; c < channels; c += WIDTH) {
            for (int tap = 0; tap < taps; tap++) {
                System.arraycopy(weights, weightsAt(c, tap), w, tapWeights[tap] + c, Math.min(WIDTH, channels - c));
            }
        }
    }

    private int weightsAt(int channel, int tap) {
        return channel * roundedTaps() + tap * WIDTH;
    }

    /** The taps rounded up to {@link DepthwiseKernel#TAPS}; those too many repeat the first, in sums that nobody reads. */
    private int roundedTaps() {
        return Packing.ceilDiv(taps, DepthwiseKernel.TAPS) * DepthwiseKernel.TAPS;
    }

    /**
     * {@code out[place] = begin[place * beginStep] + sum over taps of image * w} for every pixel of so many images.
     *
     * @param beginStep 1, or 0 where all sums begin from the same row of channels
     */
    void multiply(
            int images,
            int channels,
            float[] image,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] out,
            int outAt) {
        int count = images * pixels.rowsPerImage();
        for (int i = 0; i < count; i += PIXELS) {
            int block = Math.min(PIXELS, count - i);
            int c = 0;
            for (; c + WIDTH <= channels; c += WIDTH) {
                DepthwiseKernel.multiply(
                        block,
                        image,
                        c,
                        rows,
                        i,
                        columns,
                        taps,
                        weights,
                        weightsAt(c, 0),
                        begin,
                        beginAt + c,
                        beginStep,
                        out,
                        outAt + c,
                        places,
                        i);
            }
            if (c < channels) {
                multiplyNarrow(block, i, c, channels - c, image, begin, beginAt, beginStep, out, outAt);
            }
        }
    }

    /** The last channels, fewer than a vector, in a buffer of their own. */
    private void multiplyNarrow(
            int block,
            int i,
            int c,
            int lanes,
            float[] image,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] out,
            int outAt) {
        narrow = Scratch.grown(narrow, PIXELS * WIDTH);
        for (int j = 0; j < block; j++) {
            System.arraycopy(begin, beginAt + c + places[i + j] * beginStep, narrow, j * WIDTH, lanes);
        }
        DepthwiseKernel.multiply(
                block,
                image,
                c,
                rows,
                i,
                columns,
                taps,
                weights,
                weightsAt(c, 0),
                narrow,
                0,
                1,
                narrow,
                0,
                NARROW_PLACES,
                0);
        for (int j = 0; j < block; j++) {
            System.arraycopy(narrow, j * WIDTH, out, outAt + c + places[i + j], lanes);
        }
    }

    /**
     * {@code weights[c, tap] += sum over the pixels of so many images of image * dz}.
     *
     * @param dzStep floats from one pixel of dz to the next
     */
    void addToWeights(int images, int channels, float[] image, float[] dz, int dzAt, int dzStep) {
        int count = images * pixels.rowsPerImage();
        for (int i = 0; i < count; i += PIXELS) {
            int block = Math.min(PIXELS, count - i);
            int c = 0;
            for (; c + WIDTH <= channels; c += WIDTH) {
                addToWeights(block, i, c, image, dz, dzAt + i * dzStep + c, dzStep);
            }
            if (c < channels) {
                narrow = Scratch.grown(narrow, PIXELS * WIDTH);
                Packing.copy(channels - c, block, dz, dzAt + i * dzStep + c, dzStep, narrow, 0, WIDTH);
                addToWeights(block, i, c, image, narrow, 0, WIDTH);
            }
        }
    }

    private void addToWeights(int block, int i, int c, float[] image, float[] dz, int dzAt, int dzStep) {
        for (int tap = 0; tap < taps; tap += DepthwiseKernel.TAPS) {
            DepthwiseKernel.weights(
                    block, image, c, rows, i, columns, tap, dz, dzAt, dzStep, weights, weightsAt(c, tap));
        }
    }
}
