package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.POINTS;

/**
 * The memory of 36 matrices of channels and filters, one for each point: a transformed filter or the sums of a weight adjoint, of which no pass
 * needs both. There is room for all channels and filters even where few tiles need a block of them at a time, so that a pass with one image
 * shows what others take.
 */
final class PointMatrices {
    float[] floats = new float[0];

    /** Makes room, begun at {@link Scratch#ALIGNED}. */
    void lay(int channels, int filters) {
        floats = Scratch.grown(floats, Scratch.ALIGNED + POINTS * pointSize(channels, filters));
    }

    /** From one point to the next; the odd vector keeps the points of a pair out of each other's cache set. */
    static int pointSize(int channels, int filters) {
        return WinogradOperands.wholePanels(channels) * WinogradOperands.wholePanels(filters) + 16;
    }
}
