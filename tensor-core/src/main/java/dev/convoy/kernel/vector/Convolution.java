package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.HalvingWindow;
import dev.convoy.kernel.Window;
import org.jspecify.annotations.Nullable;

/**
 * The three passes of a convolution as blocked matrix products, group by group. Forward: {@code z = im2col(x) w}; weight adjoint:
 * {@code dw = im2col(x)^T dz}; input adjoint: the forward pass of dz with the flipped filter, once per phase of the stride. A 1 x 1
 * window of stride 1 without padding needs no patches: x is the matrix.
 *
 * <p>How patches reach the micro-kernel depends on the geometry and the vectors' width, and no bit on the latter. Where the taps of a row are many floats next to
 * each other, rows of patches are copied from a padded image, or from the image itself ({@link RowBands}). Else the image is turned, and panels are packed down
 * the rows ({@link MicroKernel}), or, of few filters, multiplied in place ({@link FewFilters}). Few channels, a network's first, have a
 * path of their own but for the input adjoint ({@link FewChannels}); so have the input adjoints of windows that halve an image
 * ({@link HalvedInput}) and the weight adjoints of 32 filters ({@link WeightRuns}). Which was measured to pay where:
 * docs/decisions/0011-direct-convolution.md.
 */
final class Convolution {
    /** The least floats next to each other that are copied as they are, rather than turned with their neighbours. */
    private static final int LONG_ROW = 24;

    /**
     * Rows of a pointwise convolution at a time: up to some 512 filters, what was written is still in the second-level cache then. Of weights
     * that do not stay there themselves two blocks, so that they are packed no more often than {@link PackedRight#packFor} counts on.
     */
    private static final int POINTWISE_ROWS = 4 * Gemm.ROWS;

    /**
     * Pixels of a weight adjoint at a time, so that a panel of x, of whose lines a tile reads only half, and one of dz stay in the first-level
     * cache; of dw that does not stay in the second, {@link Gemm#DEPTH}, for it is read and written anew each time.
     */
    private static final int PIXELS = 192;

    private Convolution() {}

    private static boolean isPointwise(Window w) {
        return w.taps() == 1 && w.strideHeight() == 1 && w.strideWidth() == 1 && isUnpadded(w);
    }

    private static boolean isUnpadded(Window w) {
        return w.padTop() == 0 && w.padBottom() == 0 && w.padLeft() == 0 && w.padRight() == 0;
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
        if (FewChannels.fits(g)) {
            scratch.fewChannels.forward(g, x, xAt, w, wAt, bias, biasAt, z, zAt, finished);
            return;
        }
        float[] begin = bias == null ? scratch.zeros(g.filters()) : bias;
        int beginAt = bias == null ? 0 : biasAt;
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int pixels = g.outputHeight() * g.outputWidth();
        Phase phase = scratch.phase(0);
        phase.origin = 0;
        for (int group = 0; group < g.groups(); group++) {
            int k = group * filtersPerGroup;
            FinishedRows watched = group == g.groups() - 1 ? finished : FinishedRows.UNWATCHED;
            // (NPQ, RSC) * (RSC, K) = (NPQ, K)
            boolean pointwise = isPointwise(g.window());
            boolean few = !pointwise && FewFilters.fits(filtersPerGroup, g.outputWidth());
            boolean inRows = !few && isLongRow(g.window(), 1, perGroup);
            RightOperand weights = scratch.stridedRight.set(w, wAt + k, g.filters(), 1);
            int depth = g.window().taps() * perGroup;
            if (pointwise || inRows) {
                phase.weights.packFor(g.batch() * pixels, 2 * Gemm.MANY_ROWS, weights, 0, filtersPerGroup, 0, depth);
            } else {
                phase.weights.pack(weights, 0, filtersPerGroup, 0, depth);
            }
            int xGroup = xAt + group * perGroup;
            int beginGroup = bias == null ? 0 : beginAt + k;
            phase.pixels.setLine(Integer.MAX_VALUE, g.filters());
            if (pointwise) {
                int m = g.batch() * pixels;
                int most = Math.max(POINTWISE_ROWS, 2 * phase.weights.rowsTogether());
                for (int row = 0; row < m; row += most) {
                    int count = Math.min(most, m - row);
                    LeftOperand rows = scratch.stridedLeft.set(x, xGroup + row * g.channels(), g.channels(), 1);
                    int to = zAt + k + row * g.filters();
                    Gemm.multiply(scratch, rows, phase.weights, count, begin, beginGroup, z, to, phase.pixels);
                    watched.upTo(row + count);
                }
                continue;
            }
            int together = imagesTogether(inRows ? phase.weights.rowsTogether() : Gemm.ROWS, pixels, g.batch());
            if (inRows) {
                layForwardRows(scratch.padded, phase, g, together);
            } else {
                layForwardPatches(scratch.image, phase, g, together);
            }
            for (int n = 0; n < g.batch(); n += together) {
                int images = Math.min(together, g.batch() - n);
                int from = xGroup + n * g.height() * g.width() * g.channels();
                int to = zAt + k + n * pixels * g.filters();
                if (inRows) {
                    scratch.padded.begin(g.height(), g.width(), g.channels(), x, from);
                    RowBands.multiply(scratch, scratch.padded, 1, images, begin, beginGroup, z, to);
                } else {
                    scratch.image.build(images, g.height(), g.width(), g.channels(), x, from);
                    phase.patches.of(scratch.image.floats, 0);
                    if (few) {
                        scratch.fewFilters.multiply(phase, images * g.outputHeight(), begin, beginGroup, z, to);
                    } else {
                        LeftOperand patches = phase.patches;
                        int m = images * pixels;
                        Gemm.multiply(scratch, patches, phase.weights, m, begin, beginGroup, z, to, phase.pixels);
                    }
                }
                watched.upTo((n + images) * pixels);
            }
        }
        scratch.forgetImages();
    }

    /** Whether the taps of a row of patches are worth a copy of their own: all of them, if they are neighbours, or each. */
    private static boolean isLongRow(Window w, int stride, int channels) {
        return channels * (w.dilationWidth() == 1 && stride == 1 ? w.width() : 1) >= LONG_ROW;
    }

    /** Patches of an image with its channels last. */
    private static void layForwardRows(PaddedImage image, Phase phase, ConvGeometry g, int images) {
        Window w = g.window();
        int channels = g.channelsPerGroup();
        layPadded(image, g, images);
        int depth = w.taps() * channels;
        phase.bases.set(channels, w.width(), w.dilationHeight() * image.lineSize(), w.dilationWidth() * channels, 1);
        phase.bases.fill(0, 0, depth, phase.patches.columns(depth));
        phase.patches.setContiguousRows(true, depth);
        phase.bases.set(
                g.outputWidth(),
                g.outputHeight(),
                image.imageSize(),
                w.strideHeight() * image.lineSize(),
                w.strideWidth() * channels);
        int rows = images * g.outputHeight() * g.outputWidth();
        phase.bases.fill(0, 0, rows, phase.patches.rows(rows));
    }

    /** Images with their channels last, and their padding. */
    private static void layPadded(PaddedImage image, ConvGeometry g, int images) {
        Window w = g.window();
        int lines = (g.outputHeight() - 1) * w.strideHeight() + (w.height() - 1) * w.dilationHeight() + 1;
        int columns = (g.outputWidth() - 1) * w.strideWidth() + (w.width() - 1) * w.dilationWidth() + 1;
        if (isUnpadded(w)) { // what lies behind the last window does no harm, and the whole image may be read in place
            lines = g.height();
            columns = g.width();
        }
        image.set(lines, -w.padTop(), columns, -w.padLeft(), g.channelsPerGroup());
        image.clear(images, g.height(), g.width(), g.channels());
    }

    /** Patches of an image that is turned. */
    private static void layForwardPatches(ChannelLines image, Phase phase, ConvGeometry g, int images) {
        Window w = g.window();
        int lines = (g.outputHeight() - 1) * w.strideHeight() + (w.height() - 1) * w.dilationHeight() + 1;
        // One output per line takes no second step: without its stride there are no phases left empty, however large it
        // is.
        int strideWidth = g.outputWidth() == 1 ? 1 : w.strideWidth();
        int columns = g.outputWidth() + (w.width() - 1) * w.dilationWidth() / strideWidth;
        image.setChannels(g.channelsPerGroup());
        image.setLines(lines, -w.padTop(), w.height(), w.dilationHeight(), w.strideHeight());
        image.setColumns(columns, -w.padLeft(), w.width(), w.dilationWidth(), strideWidth);
        int lineSize = image.lineSize();
        phase.bases.set(g.outputWidth(), g.outputHeight(), image.imageSize(), w.strideHeight() * lineSize, 1);
        int rows = images * g.outputHeight() * g.outputWidth();
        phase.bases.fill(0, 0, rows, phase.patches.rows(rows));
        int[] offsets = phase.patches.columns(w.taps() * g.channelsPerGroup());
        phase.patches.setContiguousRows(false, 0);
        int l = 0;
        for (int r = 0; r < w.height(); r++) {
            for (int s = 0; s < w.width(); s++) {
                for (int c = 0; c < g.channelsPerGroup(); c++) {
                    offsets[l++] = r * w.dilationHeight() * lineSize + image.columnAt(c, s * w.dilationWidth());
                }
            }
        }
    }

    /** So many small images that a block of rows is filled. */
    private static int imagesTogether(int rows, int pixels, int batch) {
        return Math.min(batch, Packing.ceilDiv(rows, pixels));
    }

    static void weightAdjointAdd(
            Scratch scratch, ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        if (FewChannels.fits(g)) {
            scratch.fewChannels.weightAdjointAdd(g, x, xAt, dz, dzAt, dw, dwAt);
            return;
        }
        if (WeightRuns.fits(g)) {
            scratch.weightRuns.weightAdjointAdd(g, x, xAt, dz, dzAt, dw, dwAt);
            return;
        }
        int pixels = g.outputHeight() * g.outputWidth();
        boolean pointwise = isPointwise(g.window());
        int together = pointwise ? g.batch() : imagesTogether(Gemm.ROWS, pixels, g.batch());
        if (!pointwise) {
            layTransposedPatches(scratch, g, together);
        }
        for (int group = 0; group < g.groups(); group++) {
            int k = group * g.filtersPerGroup();
            for (int n = 0; n < g.batch(); n += together) {
                int images = Math.min(together, g.batch() - n);
                int from = xAt + group * g.channelsPerGroup() + n * g.height() * g.width() * g.channels();
                LeftOperand patches = scratch.patches;
                if (pointwise) {
                    patches = scratch.stridedLeft.set(x, from, 1, g.channels());
                } else {
                    scratch.padded.begin(g.height(), g.width(), g.channels(), x, from);
                    scratch.padded.buildTo(images * scratch.padded.imageSize());
                    scratch.patches.of(scratch.padded.image(), scratch.padded.at());
                }
                int to = dzAt + k + n * pixels * g.filters();
                RightOperand gradient = scratch.stridedRight.set(dz, to, g.filters(), 1);
                addToWeights(scratch, g, patches, gradient, images * pixels, dw, dwAt + k);
            }
        }
        scratch.forgetImages();
    }

    /** {@code (RSC, NPQ) * (NPQ, K) = (RSC, K)}; few pixels at a time, so that their x, dz and all of dw stay in the cache. */
    private static void addToWeights(
            Scratch scratch,
            ConvGeometry g,
            LeftOperand patches,
            RightOperand gradient,
            int pixels,
            float[] dw,
            int dwAt) {
        int m = g.window().taps() * g.channelsPerGroup();
        PackedRight packed = scratch.right;
        scratch.rows.setLine(Integer.MAX_VALUE, g.filters());
        int most = (long) m * g.filtersPerGroup() <= PackedRight.MOST_KEPT ? PIXELS : Gemm.DEPTH;
        for (int pixel = 0; pixel < pixels; pixel += most) {
            packed.pack(gradient, 0, g.filtersPerGroup(), pixel, Math.min(most, pixels - pixel));
            Gemm.multiply(scratch, patches, packed, m, null, 0, dw, dwAt, scratch.rows);
        }
    }

    /** Rows are (r, s, c), columns (n, p, q): with channels last it is the rows that are neighbours. */
    private static void layTransposedPatches(Scratch scratch, ConvGeometry g, int images) {
        Window w = g.window();
        PaddedImage image = scratch.padded;
        int channels = g.channelsPerGroup();
        layPadded(image, g, images);
        int lineSize = image.lineSize();
        Lattice taps = scratch.rows;
        int[] rows = scratch.patches.rows(w.taps() * channels);
        taps.set(channels, w.width(), w.dilationHeight() * lineSize, w.dilationWidth() * channels, 1);
        taps.fill(0, 0, w.taps() * channels, rows);
        Lattice pixels = scratch.rows;
        pixels.set(
                g.outputWidth(),
                g.outputHeight(),
                image.imageSize(),
                w.strideHeight() * lineSize,
                w.strideWidth() * channels);
        int count = images * g.outputHeight() * g.outputWidth();
        pixels.fill(0, 0, count, scratch.patches.columns(count));
    }

    /** @param add whether to add to dx; else it is written once, from zeros */
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
        if (HalvingWindow.fits(g)) {
            scratch.halvedInput.inputAdjoint(scratch, g, dz, dzAt, w, wAt, add, dx, dxAt);
            return;
        }
        float[] begin = add ? null : scratch.zeros(g.channelsPerGroup());
        if (!add) {
            InputPhases.clearUnreached(g, dx, dxAt);
        }
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int inputPixels = g.height() * g.width();
        int outputPixels = g.outputHeight() * g.outputWidth();
        for (int group = 0; group < g.groups(); group++) {
            int k = group * filtersPerGroup;
            int dxGroup = dxAt + group * perGroup;
            if (isPointwise(g.window())) {
                // (NHW, K) * (K, C) = (NHW, C)
                RightOperand transposed = scratch.stridedRight.set(w, wAt + k, 1, g.filters());
                int m = g.batch() * inputPixels;
                scratch.right.packFor(m, Gemm.MANY_ROWS, transposed, 0, perGroup, 0, filtersPerGroup);
                scratch.rows.setLine(Integer.MAX_VALUE, g.channels());
                LeftOperand rows = scratch.stridedLeft.set(dz, dzAt + k, g.filters(), 1);
                Gemm.multiply(scratch, rows, scratch.right, m, begin, 0, dx, dxGroup, scratch.rows);
                continue;
            }
            boolean few = FewFilters.fits(perGroup, g.width() / g.window().strideWidth());
            boolean inRows = !few && isLongRow(g.window(), g.window().strideWidth(), filtersPerGroup);
            int together = few
                    ? FewFilters.images(g.height(), g.width(), g.batch())
                    : inRows
                            ? imagesTogether(InputPhases.rowsTogether(g), InputPhases.rowsPerImage(g), g.batch())
                            : imagesTogether(Gemm.ROWS, inputPixels, g.batch());
            int phases = InputPhases.lay(scratch, g, inRows, together, w, wAt + k);
            for (int n = 0; n < g.batch(); n += together) {
                int images = Math.min(together, g.batch() - n);
                int from = dzAt + k + n * outputPixels * g.filters();
                int dxImages = dxGroup + n * inputPixels * g.channels();
                if (inRows) {
                    scratch.padded.begin(g.outputHeight(), g.outputWidth(), g.filters(), dz, from);
                    RowBands.multiply(scratch, scratch.padded, phases, images, begin, 0, dx, dxImages);
                    continue;
                }
                scratch.image.build(images, g.outputHeight(), g.outputWidth(), g.filters(), dz, from);
                for (int i = 0; i < phases; i++) {
                    Phase phase = scratch.phase(i);
                    phase.patches.of(scratch.image.floats, 0);
                    int m = images * phase.pixels.rowsPerImage();
                    int to = dxImages + phase.origin;
                    if (few) {
                        scratch.fewFilters.multiply(phase, m / phase.bases.points(), begin, 0, dx, to);
                        continue;
                    }
                    Gemm.multiply(scratch, phase.patches, phase.weights, m, begin, 0, dx, to, phase.pixels);
                }
            }
        }
        scratch.forgetImages();
    }
}
