package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import org.jspecify.annotations.Nullable;

/**
 * Forward pass and weight adjoint of a convolution of few channels, a network's first: so little is computed per float of z that neither
 * packing patches nor edges of tiles are to be paid for. Lanes are filters, pixels are read in place from {@link TapPlanes}, some lines of
 * an image at a time.
 *
 * <p>Filters are taken by two vectors at a time; the last vector ends with the last filter and may compute some of them again. Fewer filters
 * than a vector has lanes are followed by lanes that are thrown away. Up to six would be too few for that: then lanes are pixels in the
 * forward pass ({@link SixFilters}), and taps in the weight adjoint of windows that are large enough ({@link TapLanes}).
 */
final class FewChannels {
    /** The most channels that are few. Planes of more are large, and rows of their patches are soon worth a copy. */
    private static final int MOST = 4;
    /** The largest step of a window; each adds planes. */
    private static final int LARGEST_STRIDE = 4;
    /** The most taps of all channels together. */
    private static final int MOST_TAPS = 512;
    /** The most floats that planes may take, however long the lines. */
    private static final int MOST_FLOATS = 1 << 20;
    /** Floats of planes at a time: they stay in the first-level cache, but for lines so long that mostly overlaps would be copied. */
    private static final int PLANE_FLOATS = 6144;

    /** Pixels of which all filters are computed before the next: z is written a few pages at a time. */
    private static final int STRETCH = 8 * FewChannelsKernel.PIXELS_OF_TWO;

    private static final int WIDTH = MicroKernel.WIDTH;

    private final TapPlanes planes = new TapPlanes();
    private final TapLanes tapLanes = new TapLanes();
    private final float[] tile = new float[SixFilters.FILTERS * SixFilters.PIXELS];
    private final float[] sixBegin = new float[SixFilters.FILTERS * SixFilters.PIXELS];
    private final float[] edge = new float[FewChannelsKernel.PIXELS * WIDTH];
    private final WeightSums sums = new WeightSums();
    private float[] panels = new float[0];
    private float[] begin = new float[0];

    /** Vectors of 512 bits only: a tile needs their thirty-two registers. */
    static boolean fits(ConvGeometry g) {
        Window w = g.window();
        return WIDTH == 16
                && g.groups() == 1
                && g.channels() <= MOST
                && g.outputWidth() >= FewChannelsKernel.PIXELS
                && w.dilationHeight() == 1
                && w.dilationWidth() == 1
                && w.strideHeight() <= LARGEST_STRIDE
                && w.strideWidth() <= LARGEST_STRIDE
                && w.taps() * g.channels() <= MOST_TAPS
                && 2L * w.height() * lineFloats(g) <= MOST_FLOATS;
    }

    /** Floats of the planes that one more line of the output takes. */
    private static long lineFloats(ConvGeometry g) {
        Window w = g.window();
        return (long) w.width() * g.channels() * Math.min(w.strideHeight(), w.height()) * g.outputWidth();
    }

    /** Lines of the output at a time. */
    private static int lines(ConvGeometry g) {
        int most = Math.max(g.window().height(), (int) (PLANE_FLOATS / lineFloats(g)));
        int bands = Packing.ceilDiv(g.outputHeight(), most);
        return Packing.ceilDiv(g.outputHeight(), bands);
    }

    /** How many vectors the filters from k on are taken by. */
    static int vectors(int filters, int k) {
        return filters - k > WIDTH ? 2 : 1;
    }

    /** Where the vectors of filters from k on begin: the last ones end with the last filter. */
    static int firstFilter(int filters, int k) {
        return vectors(filters, k) == 2 ? k : Math.max(0, Math.min(k, filters - WIDTH));
    }

    /** How far behind the first vector the second begins. */
    static int second(int filters, int k) {
        return Math.min(WIDTH, filters - k - WIDTH);
    }

    /** {@link dev.convoy.kernel.Kernels#conv2d}. */
    void forward(
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
        int filters = g.filters();
        int depth = g.window().taps() * g.channels();
        boolean few = SixFilters.fits(filters);
        pack(filters, depth, w, wAt);
        if (few) {
            SixFilters.fill(filters, bias, biasAt, sixBegin);
        } else {
            packRow(filters, bias, biasAt);
        }
        int lines = lines(g);
        planes.lay(g, lines);
        int last = zAt + g.batch() * g.outputHeight() * g.outputWidth() * filters;
        for (int n = 0; n < g.batch(); n++) {
            int image = xAt + n * g.height() * g.width() * g.channels();
            for (int p = 0; p < g.outputHeight(); p += lines) {
                int count = Math.min(lines, g.outputHeight() - p);
                planes.build(p, count, x, image);
                int to = zAt + (n * g.outputHeight() + p) * g.outputWidth() * filters;
                if (few) {
                    multiplyFew(count * g.outputWidth(), filters, depth, z, to);
                } else {
                    multiply(count * g.outputWidth(), filters, depth, z, to, last);
                }
                finished.upTo((n * g.outputHeight() + p + count) * g.outputWidth());
            }
        }
    }

    /** Rows of weights of one or two vectors each, all of the first vectors' rows, then those of the next. */
    private void pack(int filters, int depth, float[] w, int wAt) {
        int vectors = Packing.ceilDiv(filters, WIDTH);
        panels = Scratch.grown(panels, vectors * depth * WIDTH);
        for (int k = 0; k < filters; k += 2 * WIDTH) {
            int at = k * depth;
            int row = vectors(filters, k) * WIDTH;
            int from = wAt + firstFilter(filters, k);
            for (int l = 0; l < depth; l++) {
                System.arraycopy(w, from + l * filters, panels, at + l * row, Math.min(filters, WIDTH));
                if (row > WIDTH) {
                    int second = from + second(filters, k) + l * filters;
                    System.arraycopy(w, second, panels, at + l * row + WIDTH, WIDTH);
                }
            }
        }
    }

    private void packRow(int filters, float @Nullable [] bias, int biasAt) {
        begin = Scratch.grown(begin, Math.max(filters, WIDTH));
        for (int k = 0; k < filters; k++) {
            begin[k] = bias == null ? 0f : bias[biasAt + k];
        }
    }

    /** The last tile reads on behind the last pixel, which the planes have room for. */
    private void multiplyFew(int pixels, int filters, int depth, float[] z, int zAt) {
        for (int i = 0; i < pixels; i += SixFilters.PIXELS) {
            SixFilters.multiply(depth, planes.floats, i, planes.columns, panels, sixBegin, tile);
            SixFilters.turn(Math.min(SixFilters.PIXELS, pixels - i), filters, tile, z, zAt + i * filters);
        }
    }

    private void multiply(int pixels, int filters, int depth, float[] z, int zAt, int last) {
        for (int i = 0; i < pixels; i += STRETCH) {
            int count = Math.min(STRETCH, pixels - i);
            for (int k = 0; k < filters; k += 2 * WIDTH) {
                if (vectors(filters, k) == 2) {
                    multiplyTwo(i, count, filters, k, depth, z, zAt);
                } else {
                    multiplyOne(i, count, filters, k, depth, z, zAt, last);
                }
            }
        }
    }

    // The last tile ends with the last pixel, and may begin among those that are done.

    private void multiplyTwo(int from, int count, int filters, int k, int depth, float[] z, int zAt) {
        for (int i = 0; i < count; i += FewChannelsKernel.PIXELS_OF_TWO) {
            int pixel = from + Math.min(i, count - FewChannelsKernel.PIXELS_OF_TWO);
            FewChannelsKernel.two(
                    depth,
                    planes.floats,
                    pixel,
                    planes.columns,
                    panels,
                    k * depth,
                    begin,
                    k,
                    second(filters, k),
                    z,
                    zAt + pixel * filters + k,
                    filters);
        }
    }

    private void multiplyOne(int from, int count, int filters, int k, int depth, float[] z, int zAt, int last) {
        int first = firstFilter(filters, k);
        for (int i = 0; i < count; i += FewChannelsKernel.PIXELS) {
            int pixel = from + Math.min(i, count - FewChannelsKernel.PIXELS);
            int to = zAt + pixel * filters + first;
            if (filters < WIDTH && to + (FewChannelsKernel.PIXELS - 1) * filters + WIDTH > last) {
                one(depth, pixel, k * depth, first, edge, 0, WIDTH);
                for (int j = 0; j < FewChannelsKernel.PIXELS; j++) {
                    System.arraycopy(edge, j * WIDTH, z, to + j * filters, filters);
                }
            } else {
                one(depth, pixel, k * depth, first, z, to, filters);
            }
        }
    }

    private void one(int depth, int pixel, int wAt, int first, float[] z, int zAt, int zStep) {
        FewChannelsKernel.one(depth, planes.floats, pixel, planes.columns, panels, wAt, begin, first, z, zAt, zStep);
    }

    /** {@link dev.convoy.kernel.Kernels#conv2dWeightAdjointAdd}. */
    void weightAdjointAdd(ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        if (TapLanes.fits(g)) {
            tapLanes.weightAdjointAdd(g, x, xAt, dz, dzAt, dw, dwAt);
            return;
        }
        int filters = g.filters();
        int lines = lines(g);
        planes.lay(g, lines);
        sums.load(filters, g.window().taps() * g.channels(), dw, dwAt);
        int last = dzAt + g.batch() * g.outputHeight() * g.outputWidth() * filters;
        for (int n = 0; n < g.batch(); n++) {
            int image = xAt + n * g.height() * g.width() * g.channels();
            for (int p = 0; p < g.outputHeight(); p += lines) {
                int count = Math.min(lines, g.outputHeight() - p);
                planes.build(p, count, x, image);
                int from = dzAt + (n * g.outputHeight() + p) * g.outputWidth() * filters;
                sums.add(planes, count * g.outputWidth(), dz, from, last);
            }
        }
        sums.store(dw, dwAt);
    }
}
