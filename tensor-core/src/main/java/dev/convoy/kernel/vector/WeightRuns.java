package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The weight adjoint of 32 filters where a row of taps reads many neighbours, {@code (s, c)}. Of some pixels at a time their runs are copied,
 * as they lie, and multiplied with dz, where it lies, while both are in the first-level cache ({@link RunSums}). Panels of patches, for which
 * more filters pay, would go through the second-level cache.
 */
final class WeightRuns {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    /** Pixels at a time. */
    private static final int BAND = 64;
    /** Neighbours of a run that are copied at a time: whole vectors, and whole tiles. */
    private static final int RUN = 3 * 16;

    private final Fetching fetching = new Fetching();
    /** Runs of some pixels. */
    private float[] runs = new float[0];

    static boolean fits(ConvGeometry g) {
        Window w = g.window();
        return WIDTH == 16
                && w.taps() > 1
                && w.dilationWidth() == 1
                && g.groups() == 1
                && w.width() * g.channels() % RUN == 0
                && g.filters() == RunSums.FILTERS;
    }

    void weightAdjointAdd(ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        int pixels = g.batch() * g.outputHeight() * g.outputWidth();
        runs = Scratch.grown(runs, BAND * RunSums.PIXEL);
        int fetched = xAt;
        for (int i = 0; i < pixels; i += BAND) {
            int count = Math.min(BAND, pixels - i);
            int needed = xAt + needed(g, i + count - 1);
            int at = dzAt + i * RunSums.FILTERS;
            fetching.fetch(x, fetched, needed);
            fetching.fetch(dz, at, at + count * RunSums.FILTERS);
            fetched = Math.max(fetched, needed);
            add(g, x, xAt, i, count, dz, at, dw, dwAt);
        }
    }

    /** Where the last line ends that a pixel and those before it read. */
    private static int needed(ConvGeometry g, int pixel) {
        Window w = g.window();
        int line = pixel / g.outputWidth();
        int h = line % g.outputHeight() * w.strideHeight() - w.padTop() + (w.height() - 1) * w.dilationHeight();
        int inside = Math.min(g.height(), Math.max(0, h + 1));
        return (line / g.outputHeight() * g.height() + inside) * g.width() * g.channels();
    }

    private void add(
            ConvGeometry g, float[] x, int xAt, int pixel, int count, float[] dz, int dzAt, float[] dw, int dwAt) {
        int run = g.window().width() * g.channels();
        for (int row = 0; row < g.window().height() * run; row += RUN) {
            copyRuns(g, x, xAt, pixel, count, row / run, row % run);
            for (int l = 0; l < RUN; l += RunSums.WEIGHTS) {
                RunSums.add(count, runs, l, dz, dzAt, dw, dwAt + (row + l) * RunSums.FILTERS);
            }
        }
    }

    /** Copies, for {@code count} pixels, what they read through row r of the taps from its float {@code begin} on. */
    private void copyRuns(ConvGeometry g, float[] x, int xAt, int pixel, int count, int r, int begin) {
        Window w = g.window();
        int width = g.outputWidth();
        for (int i = 0; i < count; ) {
            int q = (pixel + i) % width;
            int line = (pixel + i) / width;
            int h = line % g.outputHeight() * w.strideHeight() - w.padTop() + r * w.dilationHeight();
            int some = Math.min(count - i, width - q);
            if (h < 0 || h >= g.height()) {
                Arrays.fill(runs, i * RunSums.PIXEL, (i + some) * RunSums.PIXEL, 0f);
            } else {
                int image = line / g.outputHeight();
                copyLine(g, x, xAt + (image * g.height() + h) * g.width() * g.channels(), begin, q, some, i);
            }
            i += some;
        }
    }

    private void copyLine(ConvGeometry g, float[] x, int lineAt, int begin, int q, int count, int to) {
        int step = g.window().strideWidth() * g.channels();
        int size = g.width() * g.channels();
        int from = q * step - g.window().padLeft() * g.channels() + begin;
        int first = Math.min(count, Math.max(0, Packing.ceilDiv(-from, step)));
        int last = Math.max(first, Math.min(count, Math.floorDiv(size - RUN - from, step) + 1));
        for (int i = 0; i < first; i++) {
            copyEdge(x, lineAt, size, from + i * step, (to + i) * RunSums.PIXEL);
        }
        copyInside(last - first, x, lineAt + from + first * step, step, runs, (to + first) * RunSums.PIXEL);
        for (int i = last; i < count; i++) {
            copyEdge(x, lineAt, size, from + i * step, (to + i) * RunSums.PIXEL);
        }
    }

    private static void copyInside(int count, float[] x, int from, int step, float[] runs, int to) {
        for (int i = 0; i < count; i++) {
            int at = from + i * step;
            int target = to + i * RunSums.PIXEL;
            FloatVector.fromArray(SPECIES, x, at).intoArray(runs, target);
            FloatVector.fromArray(SPECIES, x, at + WIDTH).intoArray(runs, target + WIDTH);
            FloatVector.fromArray(SPECIES, x, at + 2 * WIDTH).intoArray(runs, target + 2 * WIDTH);
        }
    }

    /** A run of which some, or all, lies before or behind the line. */
    private void copyEdge(float[] x, int lineAt, int size, int from, int to) {
        int begin = Math.max(0, from);
        int end = Math.min(size, from + RUN);
        Arrays.fill(runs, to, to + RUN, 0f);
        if (begin < end) {
            System.arraycopy(x, lineAt + begin, runs, to + begin - from, end - begin);
        }
    }
}
