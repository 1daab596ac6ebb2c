package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;

/**
 * Weight adjoints of the depthwise convolutions that {@link NineTapLines} has, of whole vectors of channels. Sums stay in registers while a
 * line goes by (stride 1), or in the first-level cache (stride 2), and x and dz are read where they lie.
 */
final class NineTapSums {
    private static final float[] NOTHING = {};
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int VECTOR = PeriodicWeights.VECTOR;
    /** Lines of the image that are read together. */
    private static final int READ = 3;
    /** Pixels of stride 1 at a time: what one vector of channels shares cache lines with stays in the first-level cache until the next. */
    private static final int RUN = 28;

    private final BorderColumns left = new BorderColumns();
    private final BorderColumns right = new BorderColumns();
    private final PeriodicWeights sums = new PeriodicWeights();

    private int channels;
    private int height;
    private int lineSize;
    private int stride;
    private int pixels;
    /** Not kept, or one that has grown since would be kept twice. */
    private float[] zeros = NOTHING;

    static boolean fits(ConvGeometry g) {
        return NineTapLines.fits(g) && g.channels() % WIDTH == 0;
    }

    void weightAdjointAdd(
            Scratch scratch, ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        channels = g.channels();
        height = g.height();
        lineSize = g.width() * channels;
        stride = g.window().strideHeight();
        pixels = g.outputWidth();
        zeros = scratch.zeros(lineSize);
        sums.pack(channels, 0, false, dw, dwAt, zeros, 0);
        left.lay(READ, false, height, g.width(), channels);
        right.lay(READ, true, height, g.width(), channels);
        for (int n = 0; n < g.batch(); n++) {
            left.begin();
            right.begin();
            int from = xAt + n * height * lineSize;
            for (int p = 0; p < g.outputHeight(); p++) {
                addLine(p * stride - 1, x, from, dz, dzAt + (n * g.outputHeight() + p) * pixels * channels);
            }
        }
        sums.unpack(dw, dwAt);
        zeros = NOTHING;
    }

    /** One line of dz, whose windows begin at row {@code row}. */
    private void addLine(int row, float[] x, int from, float[] dz, int dzAt) {
        left.take(row + 3, x, from);
        if (stride == 1) {
            right.take(row + 3, x, from);
        }
        int vectors = channels / WIDTH;
        for (int v = 0; v < vectors; v += PeriodicWeights.VECTORS) {
            int count = Math.min(PeriodicWeights.VECTORS, vectors - v);
            int c = v * WIDTH;
            border(count, left, row, c, dz, dzAt + c);
            inside(count, row, c, x, from, dz, dzAt + c);
            if (stride == 1) {
                border(count, right, row, c, dz, dzAt + (pixels - 1) * channels + c);
            }
        }
    }

    private void border(int count, BorderColumns columns, int row, int c, float[] dz, int dzAt) {
        float[] image = columns.floats;
        NineTapSumKernel.pixel(
                count,
                image,
                columns.at(row + 1) + c,
                image,
                columns.at(row + 2) + c,
                image,
                columns.at(row + 3) + c,
                channels,
                dz,
                dzAt,
                sums.floats,
                c * PeriodicWeights.ROWS);
    }

    private void inside(int count, int row, int c, float[] x, int from, float[] dz, int dzAt) {
        float[] top = row < 0 ? zeros : x;
        float[] bottom = row + 3 > height ? zeros : x;
        int line1 = from + (row + 1) * lineSize + c;
        int line0 = row < 0 ? c : line1 - lineSize;
        int line2 = row + 3 > height ? c : line1 + lineSize;
        float[] to = sums.floats;
        int toAt = c * PeriodicWeights.ROWS;
        int step = channels;
        if (stride == 1) {
            for (int q = 1; q < pixels - 1; q += RUN) {
                int run = Math.min(RUN, pixels - 1 - q);
                for (int v = 0; v < count; v++) {
                    int at = (q - 1) * step + v * WIDTH;
                    int gradient = dzAt + q * step + v * WIDTH;
                    int sum = toAt + v * VECTOR;
                    NineTapSumKernel.along(
                            run, top, line0 + at, x, line1 + at, bottom, line2 + at, step, dz, gradient, to, sum);
                }
            }
            return;
        }
        int q = 1;
        for (; q + 1 < pixels; q += 2) {
            int at = (2 * q - 1) * step;
            NineTapSumKernel.pair(
                    count, top, line0 + at, x, line1 + at, bottom, line2 + at, step, dz, dzAt + q * step, to, toAt);
        }
        if (q < pixels) {
            int at = (2 * q - 1) * step;
            NineTapSumKernel.pixel(
                    count, top, line0 + at, x, line1 + at, bottom, line2 + at, step, dz, dzAt + q * step, to, toAt);
        }
    }
}
