package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.HalvingWindow;
import java.util.Arrays;

/**
 * The input adjoint of a convolution that {@link HalvingWindow#fits halves} the image. Cell (p, q) is the pixels {@code (2p, 2q)} to
 * {@code (2p+1, 2q+1)} of dx, which is
 *
 * <pre>
 *   even line, even column   dz[p,q] w11
 *   even line, odd column    dz[p,q] w12 + dz[p,q+1] w10
 *   odd line, even column    dz[p,q] w21                  + dz[p+1,q] w01
 *   odd line, odd column     dz[p,q] w22 + dz[p,q+1] w20  + dz[p+1,q] w02 + dz[p+1,q+1] w00
 * </pre>
 *
 * <p>All four are summed at once, filter by filter, from some lines of dz that stay in the first-level cache ({@link HalvedCells}), and
 * written where they belong.
 */
final class HalvedInput {
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int PIXEL = HalvedCells.PIXEL;
    private static final int LINE = HalvedCells.LINE;
    /** Taps {@code (r, s)} as {@link HalvedCells} reads them, {@code 3r + s}. */
    private static final int[] TAPS = {4, 5, 7, 8, 3, 6, 1, 2, 0};

    /** The weights of each vector of channels, {@code [filter, tap, lane]}, the last tap behind all others. */
    private float[] weights = new float[0];
    /** Some lines of dz, {@code [chunk of filters, line, pixel, filter]}. */
    private float[] lines = new float[0];

    private final float[] edge = new float[8 * WIDTH];

    /** @param add whether to add to dx, else it is overwritten */
    void inputAdjoint(
            Scratch scratch,
            ConvGeometry g,
            float[] dz,
            int dzAt,
            float[] w,
            int wAt,
            boolean add,
            float[] dx,
            int dxAt) {
        float[] zeros = scratch.zeros(WIDTH);
        int width = g.outputWidth();
        int segments = Packing.ceilDiv(width, HalvedCells.MOST);
        int cells = Packing.ceilDiv(Packing.ceilDiv(width, segments), 4) * 4;
        int band = Math.min(g.outputHeight(), Math.max(1, HalvedCells.MOST / cells));
        int chunks = Packing.ceilDiv(g.filtersPerGroup(), PIXEL);
        lines = Scratch.grown(lines, chunks * (band + 1) * LINE + Packing.SLACK);
        for (int group = 0; group < g.groups(); group++) {
            int k = group * g.filtersPerGroup();
            packWeights(g, w, wAt + k);
            for (int n = 0; n < g.batch(); n++) {
                for (int p = 0; p < g.outputHeight(); p += band) {
                    int count = Math.min(band, g.outputHeight() - p);
                    for (int q = 0; q < width; q += cells) {
                        int some = Math.min(cells, width - q);
                        takeLines(g, dz, dzAt + k, n, p, count + 1, q, some + 1, band + 1);
                        int pixel = (n * g.height() + 2 * p) * g.width() + 2 * q;
                        int to = dxAt + pixel * g.channels() + group * g.channelsPerGroup();
                        multiply(g, count, some, band + 1, add ? dx : zeros, dx, to);
                    }
                }
            }
        }
    }

    private void packWeights(ConvGeometry g, float[] w, int wAt) {
        int channels = g.channelsPerGroup();
        int filters = g.filtersPerGroup();
        weights = Scratch.grown(weights, 9 * channels * filters);
        for (int c = 0; c < channels; c += WIDTH) {
            for (int i = 0; i < 9; i++) {
                int from = wAt + (TAPS[i] * channels + c) * g.filters();
                int to = i < 8 ? 8 * c * filters + i * WIDTH : 8 * channels * filters + c * filters;
                Packing.transpose(WIDTH, filters, w, from, g.filters(), weights, to, i < 8 ? 8 * WIDTH : WIDTH);
            }
        }
    }

    /** Copies lines and pixels of dz; what is outside is zero. */
    private void takeLines(ConvGeometry g, float[] dz, int dzAt, int n, int p, int count, int q, int pixels, int room) {
        int inside = Math.min(pixels, g.outputWidth() - q);
        for (int i = 0; i < count; i++) {
            for (int k = 0, to = i * LINE; k < g.filtersPerGroup(); k += PIXEL, to += room * LINE) {
                int copied = 0;
                if (p + i < g.outputHeight()) {
                    int pixel = (n * g.outputHeight() + p + i) * g.outputWidth() + q;
                    int filters = Math.min(PIXEL, g.filtersPerGroup() - k);
                    Packing.copy(filters, inside, dz, dzAt + pixel * g.filters() + k, g.filters(), lines, to, PIXEL);
                    copied = inside;
                }
                Arrays.fill(lines, to + copied * PIXEL, to + pixels * PIXEL, 0f);
            }
        }
    }

    /** @param begin what the sums of the first chunk begin from: zeros, or dx itself */
    private void multiply(ConvGeometry g, int count, int cells, int room, float[] begin, float[] dx, int dxAt) {
        int filters = g.filtersPerGroup();
        int last = 8 * g.channelsPerGroup() * filters;
        for (int c = 0; c < g.channelsPerGroup(); c += WIDTH) {
            for (int k = 0; k < filters; k += PIXEL) {
                int depth = Math.min(PIXEL, filters - k);
                int from = c * filters + k * WIDTH;
                for (int i = 0; i < count; i++) {
                    int at = (k / PIXEL * room + i) * LINE;
                    int to = dxAt + c + 2 * i * g.width() * g.channels();
                    multiplyLine(g, depth, cells, at, 8 * from, last + from, k == 0 ? begin : dx, dx, to);
                }
            }
        }
    }

    private void multiplyLine(
            ConvGeometry g, int depth, int cells, int at, int wAt, int lastAt, float[] begin, float[] dx, int dxAt) {
        int pixel = g.channels();
        int line = g.width() * pixel;
        boolean adds = begin == dx;
        int fromCell = adds ? 2 * pixel : 0;
        int fromPixel = adds ? pixel : 0;
        int fromLine = adds ? line : 0;
        int i = 0;
        for (; WIDTH == 16 && i + 4 <= cells; i += 4) {
            int to = dxAt + 2 * i * pixel;
            HalvedCells.four(
                    depth,
                    lines,
                    at + i * PIXEL,
                    weights,
                    wAt,
                    lastAt,
                    begin,
                    adds ? to : 0,
                    fromCell,
                    fromPixel,
                    fromLine,
                    dx,
                    to,
                    2 * pixel,
                    pixel,
                    line);
        }
        for (; i + 2 <= cells; i += 2) {
            int to = dxAt + 2 * i * pixel;
            HalvedCells.two(
                    depth,
                    lines,
                    at + i * PIXEL,
                    weights,
                    wAt,
                    lastAt,
                    begin,
                    adds ? to : 0,
                    fromCell,
                    fromPixel,
                    fromLine,
                    dx,
                    to,
                    2 * pixel,
                    pixel,
                    line);
        }
        if (i < cells) {
            int to = dxAt + 2 * i * pixel;
            moveCell(begin, adds ? to : 0, fromPixel, fromLine, edge, 0, WIDTH, 4 * WIDTH);
            HalvedCells.two(
                    depth,
                    lines,
                    at + i * PIXEL,
                    weights,
                    wAt,
                    lastAt,
                    edge,
                    0,
                    2 * WIDTH,
                    WIDTH,
                    4 * WIDTH,
                    edge,
                    0,
                    2 * WIDTH,
                    WIDTH,
                    4 * WIDTH);
            moveCell(edge, 0, WIDTH, 4 * WIDTH, dx, to, pixel, line);
        }
    }

    private static void moveCell(
            float[] from, int fromAt, int fromPixel, int fromLine, float[] to, int toAt, int toPixel, int toLine) {
        for (int i = 0; i < 4; i++) {
            int at = fromAt + i / 2 * fromLine + i % 2 * fromPixel;
            System.arraycopy(from, at, to, toAt + i / 2 * toLine + i % 2 * toPixel, WIDTH);
        }
    }
}
