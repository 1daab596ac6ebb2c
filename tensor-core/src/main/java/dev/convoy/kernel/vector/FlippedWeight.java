package dev.convoy.kernel.vector;

/**
 * The weights as the input adjoint multiplies them: row {@code l = (tap, k)} and column c is {@code w[tap, c, k]} for a list of taps.
 * Each tap is a {@code C/g x K} matrix read across.
 */
final class FlippedWeight implements RightOperand {
    private float[] w = new float[0];
    private int filters;
    private int filtersPerGroup;
    private int[] taps = new int[0];

    /**
     * @param filters K, the distance of two channels of a tap
     * @param filtersPerGroup K/g, the rows of one tap
     * @param taps where each tap's first weight of this group lies
     */
    FlippedWeight set(float[] w, int filters, int filtersPerGroup, int[] taps) {
        this.w = w;
        this.filters = filters;
        this.filtersPerGroup = filtersPerGroup;
        this.taps = taps;
        return this;
    }

    @Override
    public void pack(int column, int columns, int depth, int count, int width, float[] panels, int panelAt) {
        int done = 0;
        while (done < count) {
            int tap = (depth + done) / filtersPerGroup;
            int k = (depth + done) % filtersPerGroup;
            int run = Math.min(count - done, filtersPerGroup - k);
            int from = taps[tap] + column * filters + k;
            Packing.transpose(columns, run, w, from, filters, panels, panelAt + done * width, width);
            done += run;
        }
    }
}
