package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.INPUTS;
import static dev.convoy.kernel.Winograd.POINTS;

import dev.convoy.kernel.WinogradForm;

/**
 * A transformed filter {@code G g G^T} as 36 right operands, one for each point: {@code [point][panel][channel][column]}, panels as wide
 * as the micro-kernel's tiles.
 */
final class WinogradWeights {
    private static final int WIDTH = MicroKernel.WIDTH;
    /**
     * Channels of the filter taken at a time, of few filters more: what is between the two transforms stays in a near cache, and panels are
     * written in runs of 2 KB.
     */
    private static final int ROWS = 16;

    private static final int FEWEST_FLOATS = 1024;

    float[] panels = new float[0];
    private float[] flipped = new float[0];
    private float[] half = new float[0];

    /** From one point to the next; the odd vector keeps the points of a channel out of each other's cache set. */
    private int pointSize;

    private WinogradForm form = WinogradForm.FOUR_BY_THREE;
    private int taps;
    private int channels;

    private void of(WinogradForm form) {
        this.form = form;
        taps = form.taps();
    }

    /** The filter {@code w [taps, taps, channels, filters]} as it is. */
    void pack(WinogradForm form, float[] w, int wAt, int channels, int filters) {
        of(form);
        int pairs = channels * filters;
        this.channels = channels;
        pointSize = channels * WinogradOperands.wholePanels(filters) + 16;
        panels = Scratch.grown(panels, Scratch.ALIGNED + POINTS * pointSize);
        int rows = Math.max(ROWS, FEWEST_FLOATS / filters);
        half = Scratch.grown(half, INPUTS * taps * rows * filters + Packing.SLACK);
        for (int c = 0; c < channels; c += rows) {
            pack(w, wAt + c * filters, pairs, c, Math.min(rows, channels - c), filters);
        }
    }

    private void pack(float[] w, int wAt, int pairs, int channel, int rows, int filters) {
        int size = rows * filters;
        for (int s = 0; s < taps; s++) {
            int from = wAt + s * pairs;
            WinogradWeightLines.weight(
                    form, size / WIDTH, w, from, WIDTH, taps * pairs, half, s * size, WIDTH, taps * size);
            if (size % WIDTH != 0) {
                int last = size - WIDTH;
                WinogradWeightLines.weight(
                        form, 1, w, from + last, 0, taps * pairs, half, s * size + last, 0, taps * size);
            }
        }
        for (int i = 0; i < INPUTS; i++) {
            for (int j = 0; j < filters; ) {
                int width = MicroKernel.columns(filters - j);
                int to = panelAt(i * INPUTS, j) + channel * width;
                for (int k = 0; k < width; k += WIDTH) {
                    int from = i * taps * size + j + k;
                    WinogradWeightLines.weight(form, rows, half, from, filters, size, panels, to + k, width, pointSize);
                }
                j += width;
            }
        }
    }

    /** The filter of the input adjoint: turned by 180 degrees, its channels and filters exchanged. */
    void packFlipped(WinogradForm form, float[] w, int wAt, int channels, int filters) {
        of(form);
        int pairs = channels * filters;
        int window = taps * taps;
        flipped = Scratch.grown(flipped, window * pairs + Packing.SLACK);
        for (int tap = 0; tap < window; tap++) {
            int to = (window - 1 - tap) * pairs;
            Packing.transpose(channels, filters, w, wAt + tap * pairs, filters, flipped, to, channels);
        }
        pack(form, flipped, 0, filters, channels);
    }

    /** Where the panel of a point begins that column {@code j} is the first of. */
    int panelAt(int point, int j) {
        return Scratch.ALIGNED + point * pointSize + j * channels;
    }

    /** {@code dw += G^T m G}, m being {@code sums [36, channels, filters]}, both in {@link WinogradOperands#wholePanels}. */
    void addAdjoint(WinogradForm form, float[] sums, int channels, int filters, float[] dw, int dwAt) {
        of(form);
        int columns = WinogradOperands.wholePanels(filters);
        int pairs = WinogradOperands.wholePanels(channels) * columns;
        int rows = Math.max(ROWS, FEWEST_FLOATS / columns);
        half = Scratch.grown(half, INPUTS * taps * rows * columns);
        flipped = Scratch.grown(flipped, taps * taps * rows * columns);
        for (int c = 0; c < channels; c += rows) {
            int count = Math.min(rows, channels - c);
            int size = count * columns;
            int vectors = size / WIDTH;
            for (int i = 0; i < INPUTS; i++) {
                int from = Scratch.ALIGNED + i * INPUTS * pairs + c * columns;
                WinogradWeightLines.weightAdjoint(form, vectors, sums, from, pairs, half, i * taps * size, size);
            }
            for (int s = 0; s < taps; s++) {
                WinogradWeightLines.weightAdjoint(
                        form, vectors, half, s * size, taps * size, flipped, s * size, taps * size);
            }
            for (int row = 0; row < taps * taps * count; row++) {
                int from = row * columns;
                int to = dwAt + (row / count * channels + c + row % count) * filters;
                for (int k = 0; k < filters; k++) {
                    dw[to + k] += flipped[from + k];
                }
            }
        }
    }
}
