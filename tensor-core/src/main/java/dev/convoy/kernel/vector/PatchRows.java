package dev.convoy.kernel.vector;

/**
 * The patch matrix (im2col) of {@link ChannelLines} as a left operand, never in memory as a whole: row i is an output pixel, column l a
 * (tap, channel); the element is {@code image[base(i) + offset(l)]}.
 */
final class PatchRows implements LeftOperand {
    /** Where each output pixel's patch begins. */
    final Lattice bases = new Lattice();

    private final int[] baseAt = new int[Gemm.ROWS + 8];
    private ChannelLines image = new ChannelLines();
    private int[] offsets = new int[0];

    /** Begins a matrix of {@code columns} columns over this image; the offsets are then to be {@link #offset set}. */
    void set(ChannelLines image, int columns) {
        this.image = image;
        offsets = Scratch.grown(offsets, columns);
    }

    void offset(int column, int offset) {
        offsets[column] = offset;
    }

    @Override
    public void pack(int row, int rows, int depth, int count, int lanes, float[] panels) {
        bases.fill(0, row, rows, baseAt);
        float[] from = image.floats;
        for (int i = 0; i < rows; i += lanes) {
            int live = Math.min(lanes, rows - i);
            int split = runLength(i, live);
            int at = i * count;
            if (split == live) {
                Packing.copyRun(lanes, from, baseAt[i], offsets, depth, count, panels, at);
            } else if (split + runLength(i + split, live - split) == live) {
                Packing.copyTwoRuns(
                        lanes, split, from, baseAt[i], baseAt[i + split], offsets, depth, count, panels, at);
            } else {
                for (int lane = 0; lane < live; lane++) {
                    int base = baseAt[i + lane];
                    for (int l = 0; l < count; l++) {
                        panels[at + l * lanes + lane] = from[base + offsets[depth + l]];
                    }
                }
            }
        }
    }

    /** How many of the pixels from i on lie side by side. */
    private int runLength(int i, int live) {
        int run = 1;
        while (run < live && baseAt[i + run] == baseAt[i] + run) {
            run++;
        }
        return run;
    }
}
