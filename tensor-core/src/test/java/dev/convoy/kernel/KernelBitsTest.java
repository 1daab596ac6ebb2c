package dev.convoy.kernel;

import static dev.convoy.kernel.KernelCases.MARGIN;
import static dev.convoy.kernel.KernelCases.assertSameBits;
import static dev.convoy.kernel.KernelCases.pick;
import static dev.convoy.kernel.KernelCases.values;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The vector kernels return the bits of the scalar ones, for every method, and touch nothing else. */
class KernelBitsTest {
    private static final int[] SIZES = {1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 47, 64, 65, 100, 193, 257, 300
    };

    private final Kernels scalar = KernelProvider.SCALAR.kernels();
    private final Kernels vector = KernelProvider.VECTOR.kernels();

    @FunctionalInterface
    private interface Case {
        /** Draws arguments and runs {@code check(description, call)}, the call taking kernels and a copy of the destination. */
        void run(SplittableRandom random, int specialOneIn);
    }

    private static void seeded(int cases, Case test) {
        for (int seed = 0; seed < cases; seed++) {
            try {
                test.run(new SplittableRandom(seed), seed % 3 == 0 ? 40 : 0);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
    }

    private void check(Object what, float[] destination, BiConsumer<Kernels, float[]> call) {
        float[] expected = destination.clone();
        call.accept(scalar, expected);
        float[] actual = destination.clone();
        call.accept(vector, actual);
        assertSameBits(what.toString(), expected, actual);
    }

    @Test
    void matrixProduct() {
        seeded(400, (random, special) -> {
            int m = pick(random, SIZES);
            int n = pick(random, SIZES);
            int k = pick(random, SIZES);
            if ((long) m * n * k > 4_000_000) {
                return;
            }
            product(random, special, m, n, k);
        });
    }

    @Test
    void matrixProductWiderAndDeeperThanOneBlock() {
        product(new SplittableRandom(1), 0, 3, 4100, 600);
        product(new SplittableRandom(2), 0, 400, 5, 700);
        product(new SplittableRandom(3), 0, 33, 50, 2300);
        product(new SplittableRandom(4), 0, 70, 1100, 300);
        product(new SplittableRandom(5), 0, 1, 133, 300);
    }

    /** Without a margin around the arrays, a read before the first or after the last element shows. */
    @Test
    void convolutionsOfArraysThatBeginAndEndWithTheImage() {
        Window reachesPastTheImage = Window.square(1).stride(3).padding(0, 0, 2, 0);
        exactConvolution(new SplittableRandom(0), new ConvGeometry(1, 1, 1, 1, 1, 1, reachesPastTheImage));
        Window neverMoves = Window.of(2, 3).stride(Integer.MAX_VALUE).padding(1);
        exactConvolution(new SplittableRandom(0), new ConvGeometry(2, 4, 5, 6, 6, 2, neverMoves));
        exactConvolution(new SplittableRandom(0), new ConvGeometry(2, 4, 5, 9, 9, 9, neverMoves));
        seeded(300, (random, special) -> exactConvolution(random, KernelCases.convolution(random)));
    }

    /** More channels than are taken at a time of an image so large, and a last vector of them that is not full. */
    @Test
    void depthwiseConvolutionsOfImagesLargerThanTheCache() {
        for (int stride = 1; stride <= 2; stride++) {
            Window window = Window.square(3).stride(stride).padding(1);
            roundedConvolution(new SplittableRandom(stride), new ConvGeometry(2, 45, 47, 93, 93, 93, window));
        }
    }

    /**
     * Weights that do not stay in the second-level cache, of which a panel is packed when its turn comes, or, for more rows, all before:
     * bands of one and two, phases of which some are so large and others not, columns that are no whole tiles, groups.
     */
    @Test
    void convolutionsOfManyChannelsAndFilters() {
        Window halving = Window.square(3).stride(2).padding(1);
        List<ConvGeometry> geometries = List.of(
                new ConvGeometry(3, 9, 7, 300, 250, 1, halving),
                new ConvGeometry(13, 11, 12, 260, 270, 1, halving),
                new ConvGeometry(1, 7, 7, 520, 1100, 2, Window.square(1).stride(2)),
                new ConvGeometry(2, 4, 5, 520, 530, 1, Window.square(1)),
                new ConvGeometry(19, 5, 5, 523, 519, 1, Window.square(1)),
                new ConvGeometry(40, 5, 5, 516, 520, 1, Window.square(1)),
                new ConvGeometry(
                        2, 5, 4, 280, 290, 1, Window.of(2, 3).dilation(2).padding(2)));
        for (ConvGeometry g : geometries) {
            roundedConvolution(new SplittableRandom(g.channels()), g);
        }
    }

    /** Images without padding, read in place where their pixels are whole vectors; strides over pixels that no tap reaches; groups. */
    @Test
    void convolutionsWithoutPadding() {
        List<ConvGeometry> geometries = List.of(
                new ConvGeometry(3, 8, 7, 48, 40, 1, Window.square(1).stride(2)),
                new ConvGeometry(2, 9, 11, 48, 32, 1, Window.square(1).stride(3, 2)),
                new ConvGeometry(2, 9, 11, 40, 32, 1, Window.square(1).stride(3, 2)),
                new ConvGeometry(2, 7, 8, 64, 64, 2, Window.square(1).stride(2)),
                new ConvGeometry(2, 10, 8, 32, 64, 1, Window.square(3).stride(2)),
                new ConvGeometry(2, 9, 9, 64, 48, 1, Window.of(2, 1).stride(1, 3)),
                new ConvGeometry(1, 15, 28, 64, 96, 1, Window.square(1)));
        for (ConvGeometry g : geometries) {
            roundedConvolution(new SplittableRandom(g.channels()), g);
            exactConvolution(new SplittableRandom(g.channels()), g);
        }
    }

    /** Tiles whose rows lie at different distances, for a line ends within: of two vectors and of one, whole and not. */
    @Test
    void inputAdjointsOfShortLines() {
        for (int channels : new int[] {64, 72, 80, 90}) {
            for (int width : new int[] {5, 11, 14}) {
                ConvGeometry g = new ConvGeometry(
                        3, 7, width, channels, 40, 1, Window.square(3).stride(2).padding(1));
                roundedConvolution(new SplittableRandom(channels + width), g);
                exactConvolution(new SplittableRandom(channels + width), g);
            }
        }
    }

    /** Lines of one, two and three vectors of pixels, whole and not, and filters as many as a tile has or fewer. */
    @Test
    void convolutionsWithFewFilters() {
        for (int width : new int[] {8, 15, 16, 17, 31, 32, 33, 40}) {
            for (int filters : new int[] {1, 3, 6, 8}) {
                for (int stride = 1; stride <= 2; stride++) {
                    Window window = Window.of(3, 5).stride(1, stride).padding(1, 0, 2, 1);
                    ConvGeometry g = new ConvGeometry(2, 4, stride * width, filters, filters, 1, window);
                    roundedConvolution(new SplittableRandom(width), g);
                }
            }
        }
        for (int lines : new int[] {14, 17}) { // images in groups of four, and one by one
            Window window = Window.square(5).padding(2);
            roundedConvolution(new SplittableRandom(lines), new ConvGeometry(7, lines, 14, 6, 16, 1, window));
        }
    }

    /** Filters of one, two and three vectors, whole and not; the stride smaller than, as large as and larger than the window. */
    @Test
    void convolutionsOfFewChannels() {
        int[][] windows = {
            {1, 1, 1, 1}, {3, 3, 1, 1}, {2, 2, 1, 1}, {5, 4, 2, 3}, {3, 3, 2, 2}, {2, 1, 4, 3}, {7, 7, 2, 2}
        };
        for (int filters : new int[] {1, 3, 6, 15, 16, 17, 24, 32, 33, 50, 64}) {
            for (int[] w : windows) {
                SplittableRandom random = new SplittableRandom(31 * filters + w[0] * w[3]);
                Window window = Window.of(w[0], w[1])
                        .stride(w[2], w[3])
                        .padding(random.nextInt(3), random.nextInt(2), random.nextInt(4), random.nextInt(3));
                int width = w[3] * random.nextInt(16, 40) + w[1];
                ConvGeometry g =
                        new ConvGeometry(2, random.nextInt(7, 12), width, random.nextInt(1, 5), filters, 1, window);
                exactConvolution(random, g);
                exactConvolution(random, new ConvGeometry(1, 9, width, 3, filters, 1, window));
            }
        }
    }

    /** So many lines that they are taken in several bands, the last of them shorter, with values of every kind. */
    @Test
    void convolutionsOfFewChannelsInSeveralBands() {
        for (int filters : new int[] {6, 16, 24, 64}) {
            for (int stride = 1; stride <= 2; stride++) {
                SplittableRandom random = new SplittableRandom(filters + stride);
                Window window = Window.square(3).stride(stride).padding(1);
                ConvGeometry g = new ConvGeometry(2, 37, 75 * stride, 3, filters, 1, window);
                exactConvolution(random, g);
                everyKindOfValue(random, g);
            }
        }
    }

    /** As many filters as lanes are pixels or taps for, or fewer, or one more; the window at every edge; values of every kind. */
    @Test
    void convolutionsOfFewChannelsAndFewFilters() {
        for (int filters = 1; filters <= 7; filters++) {
            for (int channels = 1; channels <= 4; channels++) {
                for (int taps = 4; taps <= 6; taps++) {
                    SplittableRandom random = new SplittableRandom(100 * filters + 10 * channels + taps);
                    Window window = Window.of(taps, random.nextInt(3, 7))
                            .stride(random.nextInt(1, 3), random.nextInt(1, 3))
                            .padding(random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3));
                    int width = random.nextInt(36, 50);
                    ConvGeometry g = new ConvGeometry(2, random.nextInt(6, 29), width, channels, filters, 1, window);
                    exactConvolution(random, g);
                    everyKindOfValue(random, g);
                }
            }
        }
        everyKindOfValue(
                new SplittableRandom(1),
                new ConvGeometry(3, 28, 28, 1, 6, 1, Window.square(5).padding(2)));
    }

    private void everyKindOfValue(SplittableRandom random, ConvGeometry g) {
        float[] x = values(random, KernelCases.inputSize(g), 1000);
        float[] w = values(random, KernelCases.weightSize(g), 100);
        float[] dz = values(random, KernelCases.outputSize(g), 1000);
        float[] bias = values(random, g.filters(), 0);
        check(
                g,
                values(random, KernelCases.outputSize(g), 0),
                (kernels, z) -> kernels.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, z, MARGIN));
        check(
                g,
                values(random, KernelCases.weightSize(g), 0),
                (kernels, dw) -> kernels.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, dw, MARGIN));
    }

    /**
     * Images that are halved: lines of one cell to several segments, whole tiles and not, filters of several chunks and some more, images of
     * several bands; dz of every kind of value.
     */
    @Test
    void convolutionsThatHalveAnImage() {
        int[][] sizes = {
            {2, 2, 16, 16, 1},
            {4, 6, 16, 32, 1},
            {6, 14, 32, 64, 1},
            {16, 16, 32, 40, 1},
            {10, 66, 16, 7, 1},
            {4, 140, 16, 33, 1},
            {20, 10, 48, 96, 1},
            {14, 22, 32, 34, 2},
            {32, 32, 16, 32, 1}
        };
        for (int[] size : sizes) {
            for (int below = 0; below <= 1; below++) {
                SplittableRandom random = new SplittableRandom(size[1] + size[3] + below);
                Window window = Window.square(3).stride(2).padding(1, below, 1, 1 - below);
                ConvGeometry g = new ConvGeometry(3, size[0], size[1], size[2], size[3], size[4], window);
                assertTrue(HalvingWindow.fits(g), g.toString());
                exactConvolution(random, g);
                float[] x = values(random, KernelCases.inputSize(g), 1000);
                float[] w = values(random, KernelCases.weightSize(g), 100);
                float[] dz = values(random, KernelCases.outputSize(g), 1000);
                check(
                        g,
                        values(random, KernelCases.inputSize(g), 0),
                        (kernels, dx) -> kernels.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, dx, MARGIN));
                check(
                        g,
                        values(random, KernelCases.inputSize(g), 0),
                        (kernels, dx) -> kernels.conv2dInputAdjoint(g, dz, MARGIN, w, MARGIN, dx, MARGIN));
                check(
                        g,
                        values(random, KernelCases.weightSize(g), 0),
                        (kernels, dw) -> kernels.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, dw, MARGIN));
            }
        }
    }

    /** Runs of neighbours that begin before a line, end behind it, or both; lines shorter and longer than a band. */
    @Test
    void weightAdjointsOfLongRunsOfNeighbours() {
        for (int stride = 1; stride <= 3; stride++) {
            for (int filters : new int[] {32, 64}) {
                SplittableRandom random = new SplittableRandom(stride * filters);
                Window square = Window.square(3).stride(stride).padding(2, 1, 3, 2);
                exactConvolution(random, new ConvGeometry(2, 9, 11, 272, filters, 1, square));
                exactConvolution(random, new ConvGeometry(2, 3, 5, 272, filters, 1, square));
                exactConvolution(
                        random,
                        new ConvGeometry(
                                1,
                                2,
                                140,
                                16,
                                filters,
                                1,
                                Window.of(1, 3).stride(stride).padding(0, 0, 5, 4)));
                exactConvolution(
                        random,
                        new ConvGeometry(
                                3,
                                8,
                                8,
                                48,
                                filters,
                                1,
                                Window.of(2, 1).stride(stride).dilation(3)));
            }
        }
    }

    /** Sums deeper than one chunk, of rows of patches that are copied, across images and with every kind of last tile. */
    @Test
    void convolutionsDeeperThanOneChunk() {
        for (int filters : new int[] {5, 8, 16, 24, 31, 40}) {
            Window window = Window.square(3).stride(filters % 2 + 1).padding(1);
            roundedConvolution(new SplittableRandom(filters), new ConvGeometry(3, 6, 10, 70, filters, 1, window));
            roundedConvolution(new SplittableRandom(filters), new ConvGeometry(3, 6, 10, filters, 70, 1, window));
        }
    }

    private void exactConvolution(SplittableRandom random, ConvGeometry g) {
        float[] x = KernelCases.integers(random, KernelCases.inputSize(g));
        float[] w = KernelCases.integers(random, KernelCases.weightSize(g));
        float[] dz = KernelCases.integers(random, KernelCases.outputSize(g));
        check(g, dz, (kernels, z) -> kernels.conv2d(g, x, 0, w, 0, null, 0, z, 0));
        check(g, x, (kernels, dx) -> kernels.conv2dInputAdjointAdd(g, dz, 0, w, 0, dx, 0));
        check(g, x, (kernels, dx) -> kernels.conv2dInputAdjoint(g, dz, 0, w, 0, dx, 0));
        check(g, w, (kernels, dw) -> kernels.conv2dWeightAdjointAdd(g, x, 0, dz, 0, dw, 0));
    }

    /** Of values whose sums are rounded, so that their order shows; of integers' it does not. */
    private void roundedConvolution(SplittableRandom random, ConvGeometry g) {
        float[] x = values(random, KernelCases.inputSize(g), 0);
        float[] w = values(random, KernelCases.weightSize(g), 0);
        float[] dz = values(random, KernelCases.outputSize(g), 0);
        check(g, dz, (kernels, z) -> kernels.conv2d(g, x, MARGIN, w, MARGIN, null, MARGIN, z, MARGIN));
        check(g, x, (kernels, dx) -> kernels.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, dx, MARGIN));
        check(g, x, (kernels, dx) -> kernels.conv2dInputAdjoint(g, dz, MARGIN, w, MARGIN, dx, MARGIN));
        check(g, w, (kernels, dw) -> kernels.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, dw, MARGIN));
    }

    @Test
    void emptyMatrixProductLeavesTheDestination() {
        product(new SplittableRandom(1), 0, 0, 5, 5);
        product(new SplittableRandom(2), 0, 5, 0, 5);
        product(new SplittableRandom(3), 0, 5, 5, 0);
    }

    private void product(SplittableRandom random, int special, int m, int n, int k) {
        int gap = pick(random, 0, 0, 1, 5);
        boolean transposeA = random.nextInt(2) == 0;
        boolean transposeB = random.nextInt(2) == 0;
        int unit = pick(random, 1, 1, 1, 2);
        int aRow = transposeA ? unit : unit * k + gap;
        int aColumn = transposeA ? unit * m + gap : unit;
        int bRow = transposeB ? unit : unit * n + gap;
        int bColumn = transposeB ? unit * k + gap : unit;
        float[] a = values(random, (m + gap + 1) * (k + gap + 1) * unit, special);
        float[] b = values(random, (k + gap + 1) * (n + gap + 1) * unit, special);
        float[] c = values(random, m * (n + gap), special);
        String what = "gemm " + m + " x " + n + " x " + k + ", strides " + aRow + "," + aColumn + " " + bRow + ","
                + bColumn + ", gap " + gap;
        check(
                what,
                c,
                (kernels, out) -> kernels.gemmAdd(
                        m, n, k, a, MARGIN, aRow, aColumn, b, MARGIN, bRow, bColumn, out, MARGIN, n + gap));
    }

    @Test
    void convolution() {
        seeded(500, (random, special) -> {
            ConvGeometry g = KernelCases.convolution(random);
            float[] x = values(random, KernelCases.inputSize(g), special);
            float[] w = values(random, KernelCases.weightSize(g), special);
            float[] bias = random.nextInt(3) == 0 ? null : values(random, g.filters(), special);
            float[] z = values(random, KernelCases.outputSize(g), special);
            check(g, z, (kernels, out) -> kernels.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, out, MARGIN));
        });
    }

    @Test
    void convolutionInputAdjoint() {
        seeded(500, (random, special) -> {
            ConvGeometry g = KernelCases.convolution(random);
            float[] dz = values(random, KernelCases.outputSize(g), special);
            float[] w = values(random, KernelCases.weightSize(g), special);
            float[] dx = values(random, KernelCases.inputSize(g), special);
            check(g, dx, (kernels, out) -> kernels.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, out, MARGIN));
            check(g, dx, (kernels, out) -> kernels.conv2dInputAdjoint(g, dz, MARGIN, w, MARGIN, out, MARGIN));
        });
    }

    @Test
    void convolutionWeightAdjoint() {
        seeded(500, (random, special) -> {
            ConvGeometry g = KernelCases.convolution(random);
            float[] x = values(random, KernelCases.inputSize(g), special);
            float[] dz = values(random, KernelCases.outputSize(g), special);
            float[] dw = values(random, KernelCases.weightSize(g), special);
            check(g, dw, (kernels, out) -> kernels.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, out, MARGIN));
        });
    }

    @Test
    void channelMapsAndSums() {
        seeded(300, (random, special) -> {
            int channels = pick(random, 1, 2, 3, 5, 6, 7, 8, 9, 16, 17, 24, 31, 32, 64, 127, 128, 129, 200, 1024, 2100);
            int rows = pick(random, 1, 2, 7, 8, 9, 15, 16, 17, 40, 129, 300);
            int size = rows * channels;
            String what = rows + " rows of " + channels + " channels";
            float[] x = values(random, size, special);
            float[] y = values(random, size, special);
            float[] a = values(random, channels, special);
            float[] b = values(random, channels, special);
            float[] d = values(random, channels, special);
            float[] perChannel = values(random, channels, special);
            float[] perElement = values(random, size, special);
            check(
                    "sum, " + what,
                    perChannel,
                    (kernels, out) -> kernels.channelSum(rows, channels, x, MARGIN, out, MARGIN));
            check(
                    "dot, " + what,
                    perChannel,
                    (kernels, out) ->
                            kernels.channelCentredDot(rows, channels, x, MARGIN, a, MARGIN, y, MARGIN, out, MARGIN));
            check(
                    "squares, " + what,
                    perChannel,
                    (kernels, out) ->
                            kernels.channelCentredDot(rows, channels, x, MARGIN, a, MARGIN, null, 0, out, MARGIN));
            check(
                    "affine, " + what,
                    perElement,
                    (kernels, out) ->
                            kernels.channelAffine(rows, channels, x, MARGIN, a, MARGIN, b, MARGIN, out, MARGIN));
            check(
                    "combine, " + what,
                    perElement,
                    (kernels, out) ->
                            kernels.channelCombineAdd(rows, channels, x, MARGIN, a, y, MARGIN, b, d, out, MARGIN));
        });
    }

    @Test
    void normalisedChannels() {
        seeded(300, (random, special) -> {
            int channels =
                    pick(random, 1, 2, 3, 5, 7, 8, 9, 16, 17, 24, 31, 32, 48, 64, 127, 128, 129, 200, 512, 513, 1100);
            int rows = pick(random, 1, 2, 7, 8, 9, 17, 40, 63, 64, 65, 130, 300);
            normalised(random, special, rows, channels);
        });
        normalised(new SplittableRandom(300), 0, 3500, 3);
        normalised(new SplittableRandom(301), 0, 2049, 17);
    }

    private void normalised(SplittableRandom random, int special, int rows, int channels) {
        int size = rows * channels;
        String what = rows + " rows of " + channels + " channels";
        float[] x = values(random, size, special);
        float[] y = values(random, size, special);
        float[] dy = values(random, size, special);
        float[] scale = values(random, channels, special);
        float[] shift = values(random, channels, special);
        float[] slope = values(random, channels, special);
        float[] perChannel = values(random, channels, special);
        float[] perElement = values(random, size, special);
        float[] other = new float[channels];
        check(
                "mean, " + what,
                perChannel,
                (kernels, out) -> kernels.channelMoments(rows, channels, x, MARGIN, out, other));
        check(
                "variance, " + what,
                perChannel,
                (kernels, out) -> kernels.channelMoments(rows, channels, x, MARGIN, other, out));
        check(
                "sum, " + what,
                perChannel,
                (kernels, out) -> kernels.channelSumAndDot(rows, channels, x, MARGIN, scale, dy, MARGIN, out, other));
        check(
                "dot, " + what,
                perChannel,
                (kernels, out) -> kernels.channelSumAndDot(rows, channels, x, MARGIN, scale, dy, MARGIN, other, out));
        check(
                "rectified, " + what,
                perElement,
                (kernels, out) ->
                        kernels.channelAffineRelu(rows, channels, x, MARGIN, scale, shift, null, 0, out, MARGIN));
        check(
                "rectified sum, " + what,
                perElement,
                (kernels, out) ->
                        kernels.channelAffineRelu(rows, channels, x, MARGIN, scale, shift, y, MARGIN, out, MARGIN));
        check(
                "sum of the passed, " + what,
                perChannel,
                (kernels, out) -> kernels.channelReluSumAndDot(
                        rows, channels, x, MARGIN, slope, scale, shift, dy, MARGIN, out, other));
        check(
                "dot of the passed, " + what,
                perChannel,
                (kernels, out) -> kernels.channelReluSumAndDot(
                        rows, channels, x, MARGIN, slope, scale, shift, dy, MARGIN, other, out));
        check(
                "combined, " + what,
                perElement,
                (kernels, out) -> kernels.channelReluCombine(
                        rows, channels, x, MARGIN, scale, shift, dy, MARGIN, slope, shift, out, MARGIN));
        check(
                "combined in place, " + what,
                dy,
                (kernels, out) -> kernels.channelReluCombine(
                        rows, channels, x, MARGIN, scale, shift, out, MARGIN, slope, shift, out, MARGIN));
        check(
                "passed by y in place, " + what,
                dy,
                (kernels, out) -> kernels.channelReluAdjointSumAndDot(
                        rows, channels, x, MARGIN, slope, y, MARGIN, out, MARGIN, other, other, out, MARGIN));
        float[] unread = perElement.clone();
        check(
                "combined without a rectifier, in place, " + what,
                dy,
                (kernels, out) -> kernels.channelCombine(
                        rows, channels, out, MARGIN, scale, x, MARGIN, slope, shift, out, MARGIN));
        check(
                "combined without a rectifier, " + what,
                perElement,
                (kernels, out) -> kernels.channelCombine(
                        rows, channels, dy, MARGIN, scale, x, MARGIN, slope, shift, out, MARGIN));
        check(
                "sum by y, " + what,
                perChannel,
                (kernels, out) -> kernels.channelReluAdjointSumAndDot(
                        rows, channels, x, MARGIN, slope, y, MARGIN, dy, MARGIN, out, other, unread, MARGIN));
        check(
                "dot by y, " + what,
                perChannel,
                (kernels, out) -> kernels.channelReluAdjointSumAndDot(
                        rows, channels, x, MARGIN, slope, y, MARGIN, dy, MARGIN, other, out, unread, MARGIN));
        check(
                "passed by y, " + what,
                perElement,
                (kernels, out) -> kernels.channelReluAdjointSumAndDot(
                        rows, channels, x, MARGIN, slope, y, MARGIN, dy, MARGIN, other, other, out, MARGIN));
    }

    @Test
    void elementFunctions() {
        for (ElementFunction function : ElementFunction.values()) {
            for (int size = 0; size <= 70; size++) {
                SplittableRandom random = new SplittableRandom(size);
                float[] x = values(random, size, 9);
                float[] wide = values(random, size, 0);
                float[] patterns = values(random, size, 0);
                for (int i = 0; i < x.length; i++) {
                    wide[i] *= 110;
                    patterns[i] = Float.intBitsToFloat(random.nextInt());
                }
                for (float[] from : new float[][] {x, wide, patterns}) {
                    int count = size;
                    String what = function + " of " + size;
                    check(what, x, (kernels, to) -> kernels.map(function, count, from, MARGIN, to, MARGIN));
                    check(
                            what + " in place",
                            from,
                            (kernels, to) -> kernels.map(function, count, to, MARGIN, to, MARGIN));
                }
            }
        }
    }

    /** A prime apart, these 2,128,984 floats meet every exponent and, in all lanes, every step of the polynomials. */
    @Test
    void elementFunctionsOfFloatsOfEveryMagnitude() {
        float[] x = new float[(int) ((1L << 32) / 2017) / 64 * 64];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(i * 2017);
        }
        for (ElementFunction function : ElementFunction.values()) {
            check(function, x, (kernels, y) -> kernels.map(function, x.length, x, 0, y, 0));
        }
    }

    @Test
    void rectifier() {
        seeded(100, (random, special) -> {
            int size = pick(random, SIZES);
            float[] x = values(random, size, special);
            float[] dy = values(random, size, special);
            float[] out = values(random, size, special);
            check("relu of " + size, out, (kernels, to) -> kernels.relu(size, x, MARGIN, to, MARGIN));
            check(
                    "relu adjoint of " + size,
                    out,
                    (kernels, to) -> kernels.reluAdjoint(size, x, MARGIN, dy, MARGIN, to, MARGIN));
            check(
                    "relu adjoint in place of " + size,
                    dy,
                    (kernels, to) -> kernels.reluAdjoint(size, x, MARGIN, to, MARGIN, to, MARGIN));
        });
    }

    /** Pieces and what is left of them, in place and not, and wide arguments too, where the shares are 0 and 1. */
    @Test
    void gelu() {
        seeded(100, (random, special) -> {
            int size = random.nextInt(4) == 0 ? 1000 + random.nextInt(3000) : pick(random, SIZES);
            float[] x = values(random, size, special);
            for (int i = 0; random.nextBoolean() && i < x.length; i++) {
                x[i] *= 20;
            }
            float[] dy = values(random, size, special);
            float[] out = values(random, size, special);
            check("gelu of " + size, out, (kernels, to) -> kernels.gelu(size, x, MARGIN, to, MARGIN));
            check("gelu in place of " + size, x, (kernels, to) -> kernels.gelu(size, to, MARGIN, to, MARGIN));
            check(
                    "gelu adjoint of " + size,
                    out,
                    (kernels, to) -> kernels.geluAdjoint(size, x, MARGIN, dy, MARGIN, to, MARGIN));
            check(
                    "gelu adjoint in place of " + size,
                    dy,
                    (kernels, to) -> kernels.geluAdjoint(size, x, MARGIN, to, MARGIN, to, MARGIN));
        });
    }

    @Test
    void pooling() {
        seeded(300, (random, special) -> {
            PoolGeometry g = KernelCases.pooling(random);
            int inputs = g.batch() * g.height() * g.width() * g.channels();
            int outputs = g.batch() * g.outputHeight() * g.outputWidth() * g.channels();
            float[] x = values(random, inputs, special);
            if (random.nextInt(2) == 0) {
                // Few distinct values: ties, of which the first tap takes the gradient.
                for (int i = 0; i < x.length; i++) {
                    x[i] = Math.round(x[i] * 2);
                }
            }
            float[] dy = values(random, outputs, special);
            float[] y = values(random, outputs, special);
            float[] dx = values(random, inputs, special);
            check(g, y, (kernels, out) -> kernels.maxPool(g, x, MARGIN, out, MARGIN));
            boolean countPadding = random.nextBoolean();
            check(g, y, (kernels, out) -> kernels.averagePool(g, countPadding, x, MARGIN, out, MARGIN));
            scalar.maxPool(g, x, MARGIN, y, MARGIN);
            check(g, dx, (kernels, out) -> kernels.maxPoolAdjoint(g, x, MARGIN, y, MARGIN, dy, MARGIN, out, MARGIN));
            check(g, dx, (kernels, out) -> kernels.averagePoolAdjoint(g, countPadding, dy, MARGIN, out, MARGIN));
        });
    }

    /** As with convolutions: no margin around the arrays. */
    @Test
    void poolingOfArraysThatBeginAndEndWithTheImage() {
        seeded(200, (random, special) -> {
            PoolGeometry g = KernelCases.pooling(random);
            float[] x = KernelCases.integers(random, g.batch() * g.height() * g.width() * g.channels());
            float[] y = new float[g.batch() * g.outputHeight() * g.outputWidth() * g.channels()];
            float[] dy = KernelCases.integers(random, y.length);
            check(g, y, (kernels, out) -> kernels.maxPool(g, x, 0, out, 0));
            scalar.maxPool(g, x, 0, y, 0);
            check(g, x, (kernels, dx) -> kernels.maxPoolAdjoint(g, x, 0, y, 0, dy, 0, dx, 0));
        });
    }

    /** Fewer channels than lanes, windows side by side, cut by padding or not, with pixels behind the last; values of every kind. */
    @Test
    void poolingOfFewChannelsByWindowsSideBySide() {
        seeded(200, (random, special) -> {
            int rows = random.nextInt(1, 4);
            int columns = random.nextInt(1, 4);
            Window window = Window.of(rows, columns)
                    .stride(rows, columns)
                    .padding(
                            random.nextInt(rows / 2 + 1),
                            random.nextInt(rows / 2 + 1),
                            random.nextInt(columns / 2 + 1),
                            random.nextInt(columns / 2 + 1));
            PoolGeometry g = new PoolGeometry(
                    random.nextInt(1, 4),
                    random.nextInt(rows, 12),
                    random.nextInt(columns, 12),
                    random.nextInt(1, 16),
                    window,
                    random.nextBoolean());
            int inputs = g.batch() * g.height() * g.width() * g.channels();
            int outputs = g.batch() * g.outputHeight() * g.outputWidth() * g.channels();
            float[] x =
                    special == 0 ? KernelCases.integers(random, inputs + 2 * MARGIN) : values(random, inputs, special);
            float[] dy = values(random, outputs, special);
            float[] y = values(random, outputs, 0);
            scalar.maxPool(g, x, MARGIN, y, MARGIN);
            check(
                    g,
                    values(random, inputs, special),
                    (kernels, dx) -> kernels.maxPoolAdjoint(g, x, MARGIN, y, MARGIN, dy, MARGIN, dx, MARGIN));
        });
    }
}
