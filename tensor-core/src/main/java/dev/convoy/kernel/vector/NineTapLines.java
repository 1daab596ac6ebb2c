package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;

/**
 * Depthwise convolutions of 3 x 3 windows with one pixel of padding around, of stride 1, or of stride 2 where that halves the image: the
 * image is read where it lies. Lines outside of it are read from an array of zeros; only what the first and last columns read is copied,
 * with the padding ({@link BorderColumns}). The input adjoint of stride 1 is the same with the window turned.
 *
 * <p>Of stride 1 three lines of the output at a time are gone through from the second pixel to the last but one, pixels and channels alike,
 * in vectors that lie in whole cache lines where that can be had: several streams of stores, each into two cache lines, cost more than the
 * products. Of stride 2 it is two lines, pixel by pixel. The last lines of an image may be computed twice.
 */
final class NineTapLines {
    private static final float[] NOTHING = {};
    private static final int WIDTH = MicroKernel.WIDTH;
    /** Lines of the image that are read together. */
    private static final int READ = 5;

    private final BorderColumns left = new BorderColumns();
    private final BorderColumns right = new BorderColumns();
    /** Of the lines between the columns of the border. */
    private final PeriodicWeights inside = new PeriodicWeights();
    /** Of a pixel. */
    private final PeriodicWeights pixel = new PeriodicWeights();

    private int channels;
    private int height;
    private int lineSize;
    private int outputLines;
    private int outputPixels;
    private int outputLineSize;
    /** 1, of three lines of the output at a time, or 2, of two. */
    private int stride;

    private int together;
    /** Floats of each line between the columns of the border before its first whole cache line, if lines are whole vectors. */
    private int shift;
    /** Not kept, or one that has grown since would be kept twice. */
    private float[] zeros = NOTHING;

    /** Whether the forward pass can be had so. */
    static boolean fits(ConvGeometry g) {
        Window w = g.window();
        return isPaddedByOne(w)
                && PeriodicWeights.fits(g.channels())
                && g.channels() >= WIDTH
                && g.width() >= 3
                && g.height() >= 3
                && (keepsSize(g) || halves(g));
    }

    /** Whether the input adjoint, onto zeros, can be had so. */
    static boolean fitsInputAdjoint(ConvGeometry g) {
        return keepsSize(g) && fits(g);
    }

    private static boolean isPaddedByOne(Window w) {
        return w.height() == 3
                && w.width() == 3
                && w.padTop() == 1
                && w.padLeft() == 1
                && w.dilationHeight() == 1
                && w.dilationWidth() == 1;
    }

    private static boolean keepsSize(ConvGeometry g) {
        Window w = g.window();
        return w.strideHeight() == 1
                && w.strideWidth() == 1
                && g.outputHeight() == g.height()
                && g.outputWidth() == g.width();
    }

    static boolean halves(ConvGeometry g) {
        Window w = g.window();
        return w.strideHeight() == 2
                && w.strideWidth() == 2
                && g.height() == 2 * g.outputHeight()
                && g.width() == 2 * g.outputWidth();
    }

    void forward(
            Scratch scratch,
            ConvGeometry g,
            float[] x,
            int xAt,
            float[] w,
            int wAt,
            float[] bias,
            int biasAt,
            float[] z,
            int zAt,
            FinishedRows finished) {
        lay(scratch, g, zAt, false, w, wAt, bias, biasAt);
        for (int n = 0; n < g.batch(); n++) {
            int from = xAt + n * height * lineSize;
            left.begin();
            right.begin();
            for (int p = 0; p < outputLines; p += together) {
                // So many lines to the last: some may have been computed already.
                int line = Math.min(p, outputLines - together);
                multiply(line, x, from, z, zAt + n * outputLines * outputLineSize);
                finished.upTo((n * outputLines + line + together) * outputPixels);
            }
        }
        zeros = NOTHING;
    }

    void inputAdjoint(Scratch scratch, ConvGeometry g, float[] dz, int dzAt, float[] w, int wAt, float[] dx, int dxAt) {
        lay(scratch, g, dxAt, true, w, wAt, scratch.zeros(g.channels()), 0);
        for (int n = 0; n < g.batch(); n++) {
            int at = n * height * lineSize;
            left.begin();
            right.begin();
            for (int h = 0; h < height; h += together) {
                multiply(Math.min(h, height - together), dz, dzAt + at, dx, dxAt + at);
            }
        }
        zeros = NOTHING;
    }

    private void lay(
            Scratch scratch, ConvGeometry g, int to, boolean flipped, float[] w, int wAt, float[] bias, int biasAt) {
        channels = g.channels();
        height = g.height();
        lineSize = g.width() * channels;
        outputLines = g.outputHeight();
        outputPixels = g.outputWidth();
        outputLineSize = g.outputWidth() * channels;
        stride = g.window().strideHeight();
        together = stride == 1 ? 3 : 2;
        left.lay(READ, false, height, g.width(), channels);
        if (stride == 1) {
            right.lay(READ, true, height, g.width(), channels);
            shift = Math.floorMod(Scratch.ALIGNED - to - channels, WIDTH);
            inside.pack(channels, shift, flipped, w, wAt, bias, biasAt);
        }
        pixel.pack(channels, 0, flipped, w, wAt, bias, biasAt);
        zeros = scratch.zeros(lineSize);
    }

    /** Some lines of the output from {@code first} on. */
    private void multiply(int first, float[] from, int fromAt, float[] to, int toAt) {
        int line = first * stride - 1;
        int place = toAt + first * outputLineSize;
        border(left, line, from, fromAt, to, place);
        if (stride == 1) {
            int size = lineSize - 2 * channels;
            lines(inside, line, 0, shift, size, from, fromAt, to, place + channels);
            border(right, line, from, fromAt, to, place + outputLineSize - channels);
        } else {
            for (int q = 1; q < outputPixels; q++) {
                int at = (2 * q - 1) * channels;
                lines(pixel, line, at, 0, channels, from, fromAt, to, place + q * channels);
            }
        }
    }

    /** {@code size} floats of some lines, those at {@code at} of lines of the image from {@code line} on. */
    private void lines(
            PeriodicWeights weights,
            int line,
            int at,
            int shift,
            int size,
            float[] from,
            int fromAt,
            float[] to,
            int toAt) {
        float[] top = line < 0 ? zeros : from;
        float[] bottom = line + READ > height ? zeros : from;
        int line1 = fromAt + (line + 1) * lineSize + at;
        int line0 = line < 0 ? 0 : line1 - lineSize;
        int line4 = line + READ > height ? 0 : line1 + 3 * lineSize;
        span(weights, shift, size, top, line0, from, line1, lineSize, bottom, line4, to, toAt);
    }

    private void border(BorderColumns columns, int line, float[] from, int fromAt, float[] to, int toAt) {
        // Its lines begin one above the image.
        columns.take(line + READ, from, fromAt);
        int size = channels;
        float[] image = columns.floats;
        int vectors = size / WIDTH;
        for (int i = 0; i < vectors; i += PeriodicWeights.VECTORS) {
            int count = Math.min(PeriodicWeights.VECTORS, vectors - i);
            borderVectors(columns, line, image, count, i * WIDTH, i * PeriodicWeights.VECTOR, to, toAt);
        }
        if (vectors * WIDTH < size) {
            borderVectors(columns, line, image, 1, size - WIDTH, pixel.tail(), to, toAt);
        }
    }

    private void borderVectors(
            BorderColumns columns, int line, float[] image, int count, int at, int wAt, float[] to, int toAt) {
        multiply(
                count,
                image,
                columns.at(line + 1) + at,
                image,
                columns.at(line + 2) + at,
                columns.at(line + 3) + at,
                columns.at(line + 4) + at,
                image,
                columns.at(line + 5) + at,
                pixel.floats,
                wAt,
                to,
                toAt + at);
    }

    private void span(
            PeriodicWeights weights,
            int shift,
            int size,
            float[] top,
            int line0,
            float[] from,
            int line1,
            int step,
            float[] bottom,
            int line4,
            float[] to,
            int toAt) {
        int period = weights.period();
        int vectors = (size - shift) / WIDTH;
        float[] w = weights.floats;
        int line2 = line1 + step;
        int line3 = line2 + step;
        if (shift > 0) {
            multiply(1, top, line0, from, line1, line2, line3, bottom, line4, w, weights.head(), to, toAt);
        }
        for (int part = 0; part < period; part += PeriodicWeights.VECTORS) {
            int most = Math.min(PeriodicWeights.VECTORS, period - part);
            int wAt = part * PeriodicWeights.VECTOR;
            for (int i = part; i < vectors; i += period) {
                int at = shift + i * WIDTH;
                multiply(
                        Math.min(most, vectors - i),
                        top,
                        line0 + at,
                        from,
                        line1 + at,
                        line2 + at,
                        line3 + at,
                        bottom,
                        line4 + at,
                        w,
                        wAt,
                        to,
                        toAt + at);
            }
        }
        if (shift + vectors * WIDTH < size) {
            int at = size - WIDTH;
            multiply(
                    1,
                    top,
                    line0 + at,
                    from,
                    line1 + at,
                    line2 + at,
                    line3 + at,
                    bottom,
                    line4 + at,
                    w,
                    weights.tail(),
                    to,
                    toAt + at);
        }
    }

    private void multiply(
            int vectors,
            float[] top,
            int line0,
            float[] from,
            int line1,
            int line2,
            int line3,
            float[] bottom,
            int line4,
            float[] w,
            int wAt,
            float[] to,
            int toAt) {
        int step = channels;
        int zStep = outputLineSize;
        if (stride == 1) {
            NineTapKernel.three(
                    vectors, top, line0, from, line1, line2, line3, bottom, line4, step, w, wAt, to, toAt, zStep);
        } else {
            NineTapKernel.two(
                    vectors, top, line0, from, line1, line2, line3, bottom, line4, step, w, wAt, to, toAt, zStep);
        }
    }
}
