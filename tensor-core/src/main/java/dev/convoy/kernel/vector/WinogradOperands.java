package dev.convoy.kernel.vector;

/**
 * The matrix products of minimal filtering, one for each of its 36 points: their operands in the micro-kernels' order, as the transforms
 * write them, and their results. Operands have slots, for all points or for some of them at a time.
 *
 * <p>Of forward and dx: left {@code [slot][chunk][tile][channel]}, products {@code [slot][tile][filter]}, the weights on the right. Of dw: left
 * {@code [slot][channel / WIDTH][tile][WIDTH]}, right {@code [slot][panel][tile][column]}; the results are {@link WinogradSums}.
 */
final class WinogradOperands {
    private static final int WIDTH = MicroKernel.WIDTH;

    private final float[] zeros = new float[2 * WIDTH];

    float[] left = new float[0];
    /** From one slot to the next; the odd vector keeps a tile's points out of each other's cache set. */
    int leftSize;
    /** From one tile to the next in the left operand, from one vector of channels to the next, and from one chunk of them. */
    int leftTile;

    int leftVector;
    private int leftChunk;

    /** Right operands or products. */
    float[] right = new float[0];

    int rightSize;
    /** From one tile to the next in a product. */
    int productTile;

    private int channels;
    private int filters;
    /** Tiles there is room for: whole micro-tiles, and the products of those too many are never read. */
    private int room;

    /** Makes room for {@code slots} products {@code (tiles, channels) * (channels, filters)}. */
    void lay(int slots, int tiles, int channels, int filters) {
        of(tiles, channels, filters);
        leftTile = RowKernel.STEP;
        leftVector = WIDTH;
        leftChunk = room * leftTile;
        leftSize = Packing.ceilDiv(channels, Gemm.DEPTH) * leftChunk + 16;
        productTile = wholePanels(filters) + 16;
        rightSize = room * productTile + 16;
        left = Scratch.grown(left, Scratch.ALIGNED + slots * leftSize);
        right = Scratch.grown(right, Scratch.ALIGNED + slots * rightSize);
    }

    /** Makes room for {@code slots} products {@code (channels, tiles) * (tiles, filters)}. */
    void layTransposed(int slots, int tiles, int channels, int filters) {
        of(tiles, channels, filters);
        leftTile = WIDTH;
        leftVector = room * WIDTH;
        leftChunk = Gemm.DEPTH / WIDTH * leftVector;
        leftSize = wholePanels(channels) * room + 16;
        rightSize = wholePanels(filters) * room + 16;
        left = Scratch.grown(left, Scratch.ALIGNED + slots * leftSize);
        right = Scratch.grown(right, Scratch.ALIGNED + slots * rightSize);
    }

    private void of(int tiles, int channels, int filters) {
        this.channels = channels;
        this.filters = filters;
        room = (tiles + 15) / 16 * 16;
    }

    /** Where channel c, a multiple of a vector, of a tile lies in the left operand of a slot. */
    int leftAt(int slot, int tile, int c) {
        return Scratch.ALIGNED
                + slot * leftSize
                + c / Gemm.DEPTH * leftChunk
                + tile * leftTile
                + c % Gemm.DEPTH / WIDTH * leftVector;
    }

    /** Where filter k of a tile lies in the product of a slot. */
    int productAt(int slot, int tile, int k) {
        return Scratch.ALIGNED + slot * rightSize + tile * productTile + k;
    }

    /** Where filter k, a multiple of a vector, of a tile lies in the right operand of a slot. */
    int rightAt(int slot, int tile, int k) {
        int panel = k / (2 * WIDTH) * (2 * WIDTH);
        return Scratch.ALIGNED + slot * rightSize + panel * room + tile * rightTile(k) + k - panel;
    }

    /** From one tile to the next in a right operand: the columns of the panel that filter k lies in. */
    int rightTile(int k) {
        return MicroKernel.columns(filters - k / (2 * WIDTH) * (2 * WIDTH));
    }

    /** {@code (tiles, C) * (C, K) = (tiles, K)}, of the filters whose weights are there. */
    void multiply(int slot, int point, WinogradWeights weights, int tiles) {
        for (int c = 0; c < channels; c += Gemm.DEPTH) {
            int depth = Math.min(Gemm.DEPTH, channels - c);
            for (int k = weights.first; k < weights.end; ) {
                int width = MicroKernel.columns(weights.end - k);
                int height = MicroKernel.rows(width);
                int panel = weights.panelAt(point, k) + c * width;
                for (int t = 0; t < tiles; t += height) {
                    int at = productAt(slot, t, k);
                    RowKernel.tile(
                            width,
                            depth,
                            left,
                            leftAt(slot, t, c),
                            weights.panels(),
                            panel,
                            c == 0 ? zeros : right,
                            c == 0 ? 0 : at,
                            c == 0 ? 0 : productTile,
                            right,
                            at,
                            productTile);
                }
                k += width;
            }
        }
    }

    /** {@code (C, tiles) * (tiles, K) = (C, K)} of the block found, added to the point's sums or to zeros. */
    void multiplyTransposed(int slot, int point, WinogradSums sums, int tiles, boolean adds) {
        for (int k = sums.firstFilter; k < sums.endFilter; ) {
            int width = MicroKernel.columns(sums.endFilter - k);
            int height = MicroKernel.rows(width);
            for (int c = sums.firstChannel; c < sums.endChannel; c += height) {
                int at = sums.at(point, c, k);
                MicroKernel.tile(
                        width,
                        tiles,
                        left,
                        leftAt(slot, 0, c) + c % WIDTH,
                        right,
                        rightAt(slot, 0, k),
                        adds ? sums.floats() : zeros,
                        adds ? at : 0,
                        adds ? sums.columns : 0,
                        sums.floats(),
                        at,
                        sums.columns);
            }
            k += width;
        }
    }

    /** So many columns and those that the last panel has too many, at any width of vectors. */
    static int wholePanels(int columns) {
        return (columns + 15) / 16 * 16;
    }
}
