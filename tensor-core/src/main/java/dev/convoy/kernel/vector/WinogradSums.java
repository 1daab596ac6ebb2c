package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.INPUTS;

import dev.convoy.kernel.WinogradForm;

/**
 * The sums of a weight adjoint at the 36 points, {@code [point][channel][filter]}, and their way back: of all channels and filters, or of a
 * block of them that takes the place of the one before.
 */
final class WinogradSums {
    private static final int WIDTH = MicroKernel.WIDTH;
    /** Sums of a point turned back at a time, whole channels of them: what is between the two transforms stays in the first-level cache. */
    private static final int TOGETHER = 256;

    /** Between the planes of taps halfway, or a pair's would share one set of the cache. */
    private static final int PAD = 16;

    private final PointMatrices memory;
    /** Columns of a matrix of sums, of which there are as many as the micro-kernels write. */
    int columns;

    private float[] half = new float[0];
    private float[] whole = new float[0];

    private WinogradForm form = WinogradForm.FOUR_BY_THREE;
    private int channels;
    private int filters;
    private int blockChannels;
    private int blockFilters;
    private int pointSize;

    /** The block found: channels {@code [firstChannel, endChannel)} and filters {@code [firstFilter, endFilter)}. */
    int firstChannel;

    int endChannel;
    int firstFilter;
    int endFilter;

    WinogradSums(PointMatrices memory) {
        this.memory = memory;
    }

    /** Takes blocks of so many channels and filters, multiples of 16 or all there are. */
    void lay(WinogradForm form, int channels, int filters, int blockChannels, int blockFilters) {
        this.form = form;
        this.channels = channels;
        this.filters = filters;
        this.blockChannels = blockChannels;
        this.blockFilters = blockFilters;
        columns = WinogradOperands.wholePanels(blockFilters);
        pointSize = PointMatrices.pointSize(blockChannels, blockFilters);
    }

    float[] floats() {
        return memory.floats;
    }

    /** Turns to the block that begins with a channel and a filter. */
    void find(int channel, int filter) {
        firstChannel = channel;
        endChannel = Math.min(channels, channel + blockChannels);
        firstFilter = filter;
        endFilter = Math.min(filters, filter + blockFilters);
    }

    /** Where the sum of a point and of a channel and filter of the block lies. */
    int at(int point, int channel, int filter) {
        return Scratch.ALIGNED + point * pointSize + (channel - firstChannel) * columns + filter - firstFilter;
    }

    /** {@code dw += G^T m G}, m being the block's sums. */
    void addAdjoint(float[] dw, int dwAt) {
        int taps = form.taps();
        int rows = Math.max(1, TOGETHER / columns);
        int most = rows * columns + PAD;
        half = Scratch.grown(half, INPUTS * taps * most);
        whole = Scratch.grown(whole, taps * taps * most);
        for (int c = firstChannel; c < endChannel; c += rows) {
            int count = Math.min(rows, endChannel - c);
            int vectors = count * columns / WIDTH;
            int plane = count * columns + PAD;
            for (int i = 0; i < INPUTS; i++) {
                int from = at(i * INPUTS, c, firstFilter);
                WinogradWeightLines.weightAdjoint(
                        form, vectors, memory.floats, from, pointSize, half, i * taps * plane, plane);
            }
            for (int s = 0; s < taps; s++) {
                WinogradWeightLines.weightAdjoint(
                        form, vectors, half, s * plane, taps * plane, whole, s * plane, taps * plane);
            }
            for (int tap = 0; tap < taps * taps; tap++) {
                for (int row = 0; row < count; row++) {
                    int to = dwAt + (tap * channels + c + row) * filters + firstFilter;
                    add(endFilter - firstFilter, whole, tap * plane + row * columns, dw, to);
                }
            }
        }
    }

    private static void add(int count, float[] from, int fromAt, float[] to, int toAt) {
        for (int k = 0; k < count; k++) {
            to[toAt + k] += from[fromAt + k];
        }
    }
}
