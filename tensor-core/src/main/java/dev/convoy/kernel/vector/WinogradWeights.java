package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.INPUTS;

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
    /** Between the planes of taps and of points halfway, or a channel's would share one set of the cache. */
    private static final int PAD = 16;

    private final PointMatrices memory;
    private float[] flipped = new float[0];
    private float[] half = new float[0];

    private int pointSize;

    private WinogradForm form = WinogradForm.FOUR_BY_THREE;
    private int taps;
    private float[] w = new float[0];
    private int wAt;
    private boolean adjoint;
    private int channels;
    private int filters;
    private int rows;

    /** The filters whose panels are there: {@code [first, end)}. */
    int first;

    int end;

    WinogradWeights(PointMatrices memory) {
        this.memory = memory;
    }

    float[] panels() {
        return memory.floats;
    }

    /** Takes the filter {@code w [taps, taps, channels, filters]} as it is. */
    void of(WinogradForm form, float[] w, int wAt, int channels, int filters) {
        of(form, w, wAt, channels, filters, false);
    }

    /** Takes that of the input adjoint: turned by 180 degrees, its channels and filters exchanged. */
    void ofAdjoint(WinogradForm form, float[] w, int wAt, int channels, int filters) {
        of(form, w, wAt, filters, channels, true);
    }

    private void of(WinogradForm form, float[] w, int wAt, int channels, int filters, boolean adjoint) {
        this.form = form;
        taps = form.taps();
        this.w = w;
        this.wAt = wAt;
        this.channels = channels;
        this.filters = filters;
        this.adjoint = adjoint;
    }

    /** Takes so many filters at a time. */
    void lay(int together) {
        rows = Math.max(ROWS, FEWEST_FLOATS / together);
        pointSize = PointMatrices.pointSize(channels, together);
        int plane = rows * together + PAD;
        half = Scratch.grown(half, INPUTS * taps * plane + Packing.SLACK);
        if (adjoint) {
            flipped = Scratch.grown(flipped, taps * taps * plane + Packing.SLACK);
        }
    }

    /** Transforms the filters {@code [first, end)}, which are multiples of a vector or all there are. */
    void pack(int first, int end) {
        this.first = first;
        this.end = end;
        for (int c = 0; c < channels; c += rows) {
            int count = Math.min(rows, channels - c);
            if (adjoint) {
                pack(flipped, 0, end - first, flip(c, count), c, count);
            } else {
                pack(w, wAt + c * filters + first, filters, channels * filters, c, count);
            }
        }
    }

    /** Turns so many channels from c on: {@code flipped [taps, taps, count, filters]}, of filters that are channels of w. Returns what is from tap to tap. */
    private int flip(int c, int count) {
        int together = end - first;
        int plane = count * together + PAD;
        int window = taps * taps;
        for (int tap = 0; tap < window; tap++) {
            int from = wAt + (tap * filters + first) * channels + c;
            int to = (window - 1 - tap) * plane;
            Packing.transpose(together, count, w, from, channels, flipped, to, together);
        }
        return plane;
    }

    /** @param row from one channel to the next; {@code tap} from one tap to the next */
    private void pack(float[] w, int wAt, int row, int tap, int channel, int count) {
        int columns = end - first;
        int plane = count * columns + PAD;
        boolean isOneRun = row == columns;
        int runs = isOneRun ? 1 : count;
        int run = isOneRun ? count * columns : columns;
        for (int s = 0; s < taps; s++) {
            for (int r = 0; r < runs; r++) {
                int from = wAt + s * tap + r * row;
                int to = s * plane + r * run;
                WinogradWeightLines.weight(
                        form, run / WIDTH, w, from, WIDTH, taps * tap, half, to, WIDTH, taps * plane);
                if (run % WIDTH != 0) {
                    int last = run - WIDTH;
                    WinogradWeightLines.weight(
                            form, 1, w, from + last, 0, taps * tap, half, to + last, 0, taps * plane);
                }
            }
        }
        for (int i = 0; i < INPUTS; i++) {
            for (int j = 0; j < columns; ) {
                int width = MicroKernel.columns(columns - j);
                int to = panelAt(i * INPUTS, first + j) + channel * width;
                for (int k = 0; k < width; k += WIDTH) {
                    int from = i * taps * plane + j + k;
                    WinogradWeightLines.weight(
                            form, count, half, from, columns, plane, memory.floats, to + k, width, pointSize);
                }
                j += width;
            }
        }
    }

    /** Where the panel of a point begins that filter {@code k} is the first of. */
    int panelAt(int point, int k) {
        return Scratch.ALIGNED + point * pointSize + (k - first) * channels;
    }
}
