package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Convolution where each channel has its own filter ({@code C/g = K/g = 1}), vectorised over the channels:
 * {@code z[n,p,q,c] = bias[c] + sum over r, s of x[.., c] * w[r,s,c]}. So little is computed per float that moving it is what bounds it. The
 * windows of MobileNet read their image where it lies ({@link NineTapLines}, {@link NineTapCells}, {@link NineTapSums}); for any other a slab
 * of channels of some images is copied once, with its padding, to where it stays in the cache, and read from there by all taps.
 */
final class Depthwise {
    /** Floats of padded images at a time, unless the fewest channels of one image are more. */
    private static final int IMAGE_FLOATS = 1 << 17;
    /** The fewest channels at a time: neighbours that memory delivers together. */
    private static final int CHANNELS = 64;

    private Depthwise() {}

    static boolean fits(ConvGeometry g) {
        return g.groups() > 1 && g.channelsPerGroup() == 1 && g.filtersPerGroup() == 1;
    }

    static void forward(
            Scratch scratch,
            ConvGeometry g,
            float[] x,
            int xAt,
            float[] w,
            int wAt,
            float @Nullable [] bias,
            int biasAt,
            float[] z,
            int zAt,
            FinishedRows finished) {
        float[] begin = bias == null ? scratch.zeros(g.channels()) : bias;
        int beginAt = bias == null ? 0 : biasAt;
        if (NineTapLines.fits(g)) {
            scratch.nineTapLines.forward(scratch, g, x, xAt, w, wAt, begin, beginAt, z, zAt, finished);
            return;
        }
        int xSize = g.height() * g.width() * g.channels();
        int zSize = g.outputHeight() * g.outputWidth() * g.channels();
        PaddedImage image = scratch.padded;
        DepthwisePhase phase = scratch.depthwise(0);
        int slab = slab(g, forwardLines(g), forwardColumns(g));
        for (int c = 0; c < g.channels(); c += slab) {
            int channels = Math.min(slab, g.channels() - c);
            FinishedRows watched = c + channels == g.channels() ? finished : FinishedRows.UNWATCHED;
            layForward(image, phase, g, channels, wAt + c);
            int together = imagesTogether(g, image.imageSize());
            image.clear(together);
            phase.prepare(together, channels, w);
            for (int n = 0; n < g.batch(); n += together) {
                int images = Math.min(together, g.batch() - n);
                image.build(images, g.height(), g.width(), g.channels(), x, xAt + c + n * xSize);
                phase.multiply(images, channels, image.floats, begin, beginAt + c, 0, z, zAt + c + n * zSize);
                watched.upTo((n + images) * g.outputHeight() * g.outputWidth());
            }
        }
    }

    /** {@code dx[n,h,v,c] += sum over r, s descending of dz[n,p,q,c] * w[r,s,c]}; which p and q: {@link dev.convoy.kernel.Kernels}. */
    static void inputAdjoint(
            Scratch scratch,
            ConvGeometry g,
            float[] dz,
            int dzAt,
            float[] w,
            int wAt,
            boolean add,
            float[] dx,
            int dxAt) {
        float[] zeros = scratch.zeros(g.channels());
        if (!add && NineTapLines.fitsInputAdjoint(g)) {
            scratch.nineTapLines.inputAdjoint(scratch, g, dz, dzAt, w, wAt, dx, dxAt);
            return;
        }
        if (!add && NineTapCells.fits(g)) {
            scratch.nineTapCells.inputAdjoint(scratch, g, dz, dzAt, w, wAt, dx, dxAt);
            return;
        }
        if (!add && !InputPhases.reachAll(g)) {
            Arrays.fill(dx, dxAt, dxAt + g.batch() * g.height() * g.width() * g.channels(), 0f);
        }
        Window window = g.window();
        int firstLine =
                InputPhases.first(window.padTop(), window.height(), window.dilationHeight(), window.strideHeight());
        int firstColumn =
                InputPhases.first(window.padLeft(), window.width(), window.dilationWidth(), window.strideWidth());
        int lines = (g.height() - 1 + window.padTop()) / window.strideHeight() - firstLine + 1;
        int columns = (g.width() - 1 + window.padLeft()) / window.strideWidth() - firstColumn + 1;
        int dzSize = g.outputHeight() * g.outputWidth() * g.channels();
        int dxSize = g.height() * g.width() * g.channels();
        PaddedImage image = scratch.padded;
        int slab = slab(g, lines, columns);
        for (int c = 0; c < g.channels(); c += slab) {
            int channels = Math.min(slab, g.channels() - c);
            image.set(lines, firstLine, columns, firstColumn, channels);
            int together = imagesTogether(g, image.imageSize());
            image.clear(together);
            int phases = layPhases(scratch, g, channels, firstLine, firstColumn, wAt + c);
            for (int i = 0; i < phases; i++) {
                scratch.depthwise(i).prepare(together, channels, w);
            }
            for (int n = 0; n < g.batch(); n += together) {
                int images = Math.min(together, g.batch() - n);
                image.build(images, g.outputHeight(), g.outputWidth(), g.channels(), dz, dzAt + c + n * dzSize);
                int to = dxAt + c + n * dxSize;
                for (int i = 0; i < phases; i++) {
                    DepthwisePhase phase = scratch.depthwise(i);
                    if (add) {
                        phase.multiply(images, channels, image.floats, dx, to, 1, dx, to);
                    } else {
                        phase.multiply(images, channels, image.floats, zeros, 0, 0, dx, to);
                    }
                }
            }
        }
    }

    /** {@code dw[r,s,c] += sum over n, p, q ascending of x[.., c] * dz[n,p,q,c]}. */
    static void weightAdjointAdd(
            Scratch scratch, ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        if (NineTapSums.fits(g)) {
            scratch.nineTapSums.weightAdjointAdd(scratch, g, x, xAt, dz, dzAt, dw, dwAt);
            return;
        }
        int xSize = g.height() * g.width() * g.channels();
        int zSize = g.outputHeight() * g.outputWidth() * g.channels();
        PaddedImage image = scratch.padded;
        DepthwisePhase phase = scratch.depthwise(0);
        int slab = slab(g, forwardLines(g), forwardColumns(g));
        for (int c = 0; c < g.channels(); c += slab) {
            int channels = Math.min(slab, g.channels() - c);
            layForward(image, phase, g, channels, dwAt + c);
            int together = imagesTogether(g, image.imageSize());
            image.clear(together);
            phase.prepare(together, channels, dw);
            for (int n = 0; n < g.batch(); n += together) {
                int images = Math.min(together, g.batch() - n);
                image.build(images, g.height(), g.width(), g.channels(), x, xAt + c + n * xSize);
                phase.addToWeights(images, channels, image.floats, dz, dzAt + c + n * zSize, g.channels());
            }
            phase.storeWeights(channels, dw);
        }
    }

    private static int slab(ConvGeometry g, int lines, int columns) {
        long fitting = IMAGE_FLOATS / Math.max(1L, (long) lines * columns);
        return (int) Math.min(g.channels(), Math.max(CHANNELS, fitting / MicroKernel.WIDTH * MicroKernel.WIDTH));
    }

    private static int imagesTogether(ConvGeometry g, int imageSize) {
        return Math.min(g.batch(), Math.max(1, IMAGE_FLOATS / imageSize));
    }

    private static int forwardLines(ConvGeometry g) {
        Window w = g.window();
        return (g.outputHeight() - 1) * w.strideHeight() + (w.height() - 1) * w.dilationHeight() + 1;
    }

    private static int forwardColumns(ConvGeometry g) {
        Window w = g.window();
        return (g.outputWidth() - 1) * w.strideWidth() + (w.width() - 1) * w.dilationWidth() + 1;
    }

    private static void layForward(PaddedImage image, DepthwisePhase phase, ConvGeometry g, int channels, int wAt) {
        Window w = g.window();
        image.set(forwardLines(g), -w.padTop(), forwardColumns(g), -w.padLeft(), channels);
        phase.bases.set(
                g.outputWidth(),
                g.outputHeight(),
                image.imageSize(),
                w.strideHeight() * image.lineSize(),
                w.strideWidth() * channels);
        phase.pixels.set(
                g.outputWidth(),
                g.outputHeight(),
                g.outputHeight() * g.outputWidth() * g.channels(),
                g.outputWidth() * g.channels(),
                g.channels());
        phase.origin = 0;
        phase.clearTaps(w.taps());
        for (int r = 0; r < w.height(); r++) {
            for (int s = 0; s < w.width(); s++) {
                phase.addTap(
                        r * w.dilationHeight() * image.lineSize() + s * w.dilationWidth() * channels,
                        wAt + (r * w.width() + s) * g.channels());
            }
        }
    }

    /** Lays out the phases that have taps, as {@link InputPhases} does; returns their number. */
    private static int layPhases(
            Scratch scratch, ConvGeometry g, int channels, int firstLine, int firstColumn, int wAt) {
        Window window = g.window();
        PaddedImage image = scratch.padded;
        int lineSize = g.width() * g.channels();
        int phases = 0;
        for (int h = 0; h < Math.min(window.strideHeight(), g.height()); h++) {
            for (int v = 0; v < Math.min(window.strideWidth(), g.width()); v++) {
                DepthwisePhase phase = scratch.depthwise(phases);
                layTaps(phase, g, h, v, firstLine, firstColumn, image.lineSize(), channels, wAt);
                if (!phase.hasTaps()) {
                    continue;
                }
                int lines = Packing.ceilDiv(g.height() - h, window.strideHeight());
                int points = Packing.ceilDiv(g.width() - v, window.strideWidth());
                phase.bases.set(points, lines, image.imageSize(), image.lineSize(), channels);
                phase.pixels.set(
                        points,
                        lines,
                        g.height() * lineSize,
                        window.strideHeight() * lineSize,
                        window.strideWidth() * g.channels());
                phase.origin = h * lineSize + v * g.channels();
                phases++;
            }
        }
        return phases;
    }

    private static void layTaps(
            DepthwisePhase phase,
            ConvGeometry g,
            int h,
            int v,
            int firstLine,
            int firstColumn,
            int lineSize,
            int channels,
            int wAt) {
        Window window = g.window();
        phase.clearTaps(window.taps());
        for (int r = window.height() - 1; r >= 0; r--) {
            int down = h + window.padTop() - r * window.dilationHeight();
            if (Math.floorMod(down, window.strideHeight()) != 0) {
                continue;
            }
            int line = Math.floorDiv(down, window.strideHeight()) - firstLine;
            for (int s = window.width() - 1; s >= 0; s--) {
                int right = v + window.padLeft() - s * window.dilationWidth();
                if (Math.floorMod(right, window.strideWidth()) == 0) {
                    int column = Math.floorDiv(right, window.strideWidth()) - firstColumn;
                    phase.addTap(line * lineSize + column * channels, wAt + (r * window.width() + s) * g.channels());
                }
            }
        }
    }
}
