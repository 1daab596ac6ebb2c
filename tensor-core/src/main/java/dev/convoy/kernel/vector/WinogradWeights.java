package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.INPUTS;
import static dev.convoy.kernel.Winograd.POINTS;

/**
 * A transformed filter {@code G g G^T} as 36 right operands, one for each point: {@code [point][panel][channel][column]}, panels as wide
 * as the micro-kernel's tiles.
 */
final class WinogradWeights {
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int TAPS = 3;
    /** Floats of the filter taken at a time, so that what is between the two transforms stays in the first-level cache. */
    private static final int CHUNK = 1024;

    float[] panels = new float[0];
    private float[] flipped = new float[0];
    private float[] half = new float[0];

    /** From one point to the next; the odd vector keeps the points of a channel out of each other's cache set. */
    int pointSize;

    private int channels;

    /** The filter {@code w [3, 3, channels, filters]} as it is. */
    void pack(float[] w, int wAt, int channels, int filters) {
        int pairs = channels * filters;
        this.channels = channels;
        pointSize = channels * WinogradTiles.wholePanels(filters) + 16;
        panels = Scratch.grown(panels, POINTS * pointSize);
        int rows = Math.max(1, CHUNK / filters);
        half = Scratch.grown(half, INPUTS * TAPS * rows * filters + Packing.SLACK);
        for (int c = 0; c < channels; c += rows) {
            pack(w, wAt + c * filters, pairs, c, Math.min(rows, channels - c), filters);
        }
    }

    private void pack(float[] w, int wAt, int pairs, int channel, int rows, int filters) {
        int size = rows * filters;
        for (int s = 0; s < TAPS; s++) {
            int from = wAt + s * pairs;
            WinogradLines.weight(size / WIDTH, w, from, WIDTH, TAPS * pairs, half, s * size, WIDTH, TAPS * size);
            if (size % WIDTH != 0) {
                int last = size - WIDTH;
                WinogradLines.weight(1, w, from + last, 0, TAPS * pairs, half, s * size + last, 0, TAPS * size);
            }
        }
        for (int i = 0; i < INPUTS; i++) {
            for (int j = 0; j < filters; ) {
                int width = MicroKernel.columns(filters - j);
                int to = i * INPUTS * pointSize + panelAt(j) + channel * width;
                for (int k = 0; k < width; k += WIDTH) {
                    int from = i * TAPS * size + j + k;
                    WinogradLines.weight(rows, half, from, filters, size, panels, to + k, width, pointSize);
                }
                j += width;
            }
        }
    }

    /** The filter of the input adjoint: turned by 180 degrees, its channels and filters exchanged. */
    void packFlipped(float[] w, int wAt, int channels, int filters) {
        int pairs = channels * filters;
        int taps = TAPS * TAPS;
        flipped = Scratch.grown(flipped, taps * pairs + Packing.SLACK);
        for (int tap = 0; tap < taps; tap++) {
            int to = (taps - 1 - tap) * pairs;
            Packing.transpose(channels, filters, w, wAt + tap * pairs, filters, flipped, to, channels);
        }
        pack(flipped, 0, filters, channels);
    }

    /** Where, from the beginning of its point, the panel of column {@code j} lies. */
    int panelAt(int j) {
        return j * channels;
    }

    /** {@code dw += G^T m G}, m being {@code sums [36, channels, filters]}, both in {@link WinogradTiles#wholePanels}. */
    void addAdjoint(float[] sums, int channels, int filters, float[] dw, int dwAt) {
        int columns = WinogradTiles.wholePanels(filters);
        int pairs = WinogradTiles.wholePanels(channels) * columns;
        int rows = Math.max(1, CHUNK / columns);
        half = Scratch.grown(half, INPUTS * TAPS * rows * columns);
        flipped = Scratch.grown(flipped, TAPS * TAPS * rows * columns);
        for (int c = 0; c < channels; c += rows) {
            int count = Math.min(rows, channels - c);
            int size = count * columns;
            int vectors = size / WIDTH;
            for (int i = 0; i < INPUTS; i++) {
                int from = i * INPUTS * pairs + c * columns;
                WinogradLines.weightAdjoint(vectors, sums, from, pairs, half, i * TAPS * size, size);
            }
            for (int s = 0; s < TAPS; s++) {
                WinogradLines.weightAdjoint(vectors, half, s * size, TAPS * size, flipped, s * size, TAPS * size);
            }
            for (int row = 0; row < TAPS * TAPS * count; row++) {
                int from = row * columns;
                int to = dwAt + (row / count * channels + c + row % count) * filters;
                for (int k = 0; k < filters; k++) {
                    dw[to + k] += flipped[from + k];
                }
            }
        }
    }
}
