package dev.convoy.kernel.vector;

/**
 * The sums of a weight adjoint while pixels go by: for each block of filters and each block of taps what {@link FewChannelsSums} holds in
 * registers, {@code [tap, vector, lane]}. Taps behind the last and lanes behind the last filter are summed with the others and dropped.
 */
final class WeightSums {
    private static final int WIDTH = MicroKernel.WIDTH;

    private final Fetching fetching = new Fetching();
    private final float[] edge = new float[2 * WIDTH * WIDTH];
    private float[] floats = new float[0];
    private int filters;
    private int depth;
    /** Taps of a block. */
    private int taps;

    /** Begins from what is there. */
    void load(int filters, int depth, float[] dw, int dwAt) {
        this.filters = filters;
        this.depth = depth;
        // Twelve are for pairs of vectors only, and faster by a tenth unless they leave more of the last block empty.
        boolean pairs = (filters - 1) % (2 * WIDTH) >= WIDTH;
        taps = pairs && Packing.ceilDiv(depth, 12) * 12 <= Packing.ceilDiv(depth, 9) * 10 ? 12 : 9;
        floats = Scratch.grown(floats, Packing.ceilDiv(filters, 2 * WIDTH) * 2 * WIDTH * roundedDepth());
        copy(true, dw, dwAt);
    }

    void store(float[] dw, int dwAt) {
        copy(false, dw, dwAt);
    }

    private int roundedDepth() {
        return Packing.ceilDiv(depth, taps) * taps;
    }

    private void copy(boolean load, float[] dw, int dwAt) {
        int lanes = Math.min(filters, WIDTH);
        for (int k = 0; k < filters; k += 2 * WIDTH) {
            int vectors = FewChannels.vectors(filters, k);
            for (int l = 0; l < depth; l++) {
                for (int v = 0; v < vectors; v++) {
                    int at = k * roundedDepth() + (l * vectors + v) * WIDTH;
                    int weight = dwAt
                            + l * filters
                            + FewChannels.firstFilter(filters, k)
                            + v * FewChannels.second(filters, k);
                    if (load) {
                        System.arraycopy(dw, weight, floats, at, lanes);
                    } else {
                        System.arraycopy(floats, at, dw, weight, lanes);
                    }
                }
            }
        }
    }

    /**
     * Adds pixels in ascending order.
     *
     * @param last where dz ends
     */
    void add(TapPlanes planes, int pixels, float[] dz, int dzAt, int last) {
        // A vector of fewer filters reads into the pixels behind: the last ones are read from a copy.
        int tail = filters < WIDTH && dzAt + pixels * filters == last ? Packing.ceilDiv(WIDTH - filters, filters) : 0;
        int whole = Math.max(0, pixels - tail);
        fetching.fetch(dz, dzAt, dzAt + pixels * filters);
        addBlocks(planes, 0, whole, dz, dzAt);
        if (tail > 0) {
            System.arraycopy(dz, dzAt + whole * filters, edge, 0, (pixels - whole) * filters);
            addBlocks(planes, whole, pixels - whole, edge, 0);
        }
    }

    private void addBlocks(TapPlanes planes, int pixel, int count, float[] dz, int dzAt) {
        for (int k = 0; k < filters; k += 2 * WIDTH) {
            int vectors = FewChannels.vectors(filters, k);
            int from = dzAt + FewChannels.firstFilter(filters, k);
            for (int tap = 0; tap < depth; tap += taps) {
                int at = k * roundedDepth() + tap * vectors * WIDTH;
                if (vectors == 1) {
                    FewChannelsSums.nine(
                            count, planes.floats, pixel, planes.columns, tap, dz, from, filters, floats, at);
                } else if (taps == 9) {
                    FewChannelsSums.nineOfTwo(
                            count,
                            planes.floats,
                            pixel,
                            planes.columns,
                            tap,
                            dz,
                            from,
                            filters,
                            FewChannels.second(filters, k),
                            floats,
                            at);
                } else {
                    FewChannelsSums.twelveOfTwo(
                            count,
                            planes.floats,
                            pixel,
                            planes.columns,
                            tap,
                            dz,
                            from,
                            filters,
                            FewChannels.second(filters, k),
                            floats,
                            at);
                }
            }
        }
    }
}
