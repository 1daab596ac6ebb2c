package dev.convoy.kernel;

import static dev.convoy.kernel.KernelCases.MARGIN;
import static dev.convoy.kernel.KernelCases.assertSameBits;
import static dev.convoy.kernel.KernelCases.pick;
import static dev.convoy.kernel.KernelCases.values;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Minimal filtering: which convolutions, the same bits from both providers, and how far from the sum in double. */
class WinogradTest {
    private final Kernels kernels = KernelCases.underTest();
    private final Kernels direct =
            KernelProvider.named(System.getProperty("kernels", "auto")).kernels(ConvolutionAlgorithm.DIRECT);

    @Test
    void theGeometryAloneDecides() {
        Window same = Window.square(3).padding(1);
        assertTrue(Winograd.fits(geometry(32, 16, 16, same)));
        assertTrue(Winograd.fits(geometry(7, 512, 512, same)), "64 of 49 outputs");
        assertTrue(Winograd.fits(geometry(6, 64, 64, same)), "64 of 36 outputs");
        assertFalse(Winograd.fits(geometry(6, 64, 48, same)), "64 of 36 outputs and fewer filters");
        assertFalse(Winograd.fits(geometry(5, 64, 64, same)), "64 of 25 outputs");
        assertFalse(Winograd.fits(geometry(5, 64, 64, same.padding(2))), "an output of 7, but an input of 5");
        assertFalse(Winograd.fits(geometry(32, 3, 16, same)), "three channels");
        assertTrue(Winograd.fits(geometry(31, 24, 64, same)), "channels that are no multiple of 16");
        assertTrue(Winograd.fits(geometry(32, 16, 17, same)));
        assertFalse(Winograd.fits(geometry(32, 16, 15, same)), "fewer filters than the widest vector has lanes");
        assertFalse(Winograd.fits(geometry(8, 528, 16, same)), "too many channels");
        assertFalse(Winograd.fits(geometry(8, 16, 528, same)), "too many filters, which are the channels of dx");
        assertFalse(Winograd.fits(new ConvGeometry(1, 4, 20_000, 16, 16, 1, same)), "a row of 5000 tiles");
        assertFalse(Winograd.fits(geometry(32, 16, 16, same.stride(2))));
        assertFalse(Winograd.fits(geometry(32, 16, 16, same.stride(1, 2))));
        assertFalse(Winograd.fits(geometry(32, 16, 16, same.dilation(2).padding(2))));
        assertFalse(
                Winograd.fits(geometry(32, 16, 16, Window.of(3, 5).padding(1, 1, 2, 2))), "a window that is no square");
        assertFalse(Winograd.fits(geometry(32, 16, 16, Window.square(4))), "four taps");
        assertFalse(Winograd.fits(new ConvGeometry(1, 32, 32, 32, 32, 2, same)));
        assertFalse(ConvolutionAlgorithm.DIRECT.isWinograd(geometry(32, 16, 16, same)));
    }

    @Test
    void theGeometryAloneDecidesForFiveTapsToo() {
        Window same = Window.square(5).padding(2);
        assertTrue(Winograd.fits(geometry(14, 32, 64, same)));
        assertTrue(Winograd.fits(geometry(7, 16, 16, same)), "64 of 49 outputs");
        assertTrue(Winograd.fits(geometry(5, 64, 64, same)), "36 of 25 outputs");
        assertFalse(Winograd.fits(geometry(5, 64, 48, same)), "36 of 25 outputs and fewer filters");
        assertFalse(Winograd.fits(geometry(3, 64, 64, same)), "16 of 9 outputs");
        assertFalse(Winograd.fits(new ConvGeometry(1, 4, 10_000, 16, 16, 1, same)), "a row of 5000 tiles");
        assertFalse(Winograd.fits(geometry(14, 32, 64, same.stride(2))));
        assertFalse(Winograd.fits(geometry(14, 6, 16, same)), "six channels");
        assertFalse(Winograd.fits(geometry(14, 272, 16, same)), "more channels than with three taps");
        assertFalse(Winograd.fits(geometry(14, 16, 272, same)), "more filters");
        assertFalse(ConvolutionAlgorithm.DIRECT.isWinograd(geometry(14, 32, 64, same)));
    }

    private static ConvGeometry geometry(int size, int channels, int filters, Window window) {
        return new ConvGeometry(1, size, size, channels, filters, 1, window);
    }

    /** A sample's result is the same alone and among others, also where a block of tiles ends between two images. */
    @Test
    void aSamplesBitsDoNotDependOnItsCompany() {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ConvGeometry g = draw(random);
            ConvGeometry one = new ConvGeometry(1, g.height(), g.width(), g.channels(), g.filters(), 1, g.window());
            float[] x = values(random, KernelCases.inputSize(g), 0);
            float[] w = values(random, KernelCases.weightSize(g), 0);
            float[] together = new float[KernelCases.outputSize(g)];
            kernels.conv2d(g, x, 0, w, 0, null, 0, together, 0);
            float[] alone = new float[together.length];
            for (int n = 0; n < g.batch(); n++) {
                int from = n * KernelCases.inputSize(one);
                kernels.conv2d(one, x, from, w, 0, null, 0, alone, n * KernelCases.outputSize(one));
            }
            assertSameBits("seed " + seed + ", " + g, together, alone);
        }
    }

    /** A pass that overwrites or adds to a destination of its own. */
    private interface Passes {
        void forward(float[] z);

        void inputAdjoint(float[] dx);

        void weightAdjoint(float[] dw);
    }

    private static Passes passes(Kernels kernels, ConvGeometry g, float[] x, float[] w, float[] dz) {
        return new Passes() {
            @Override
            public void forward(float[] z) {
                kernels.conv2d(g, x, 0, w, 0, null, 0, z, 0);
            }

            @Override
            public void inputAdjoint(float[] dx) {
                kernels.conv2dInputAdjointAdd(g, dz, 0, w, 0, dx, 0);
            }

            @Override
            public void weightAdjoint(float[] dw) {
                kernels.conv2dWeightAdjointAdd(g, x, 0, dz, 0, dw, 0);
            }
        };
    }

    /**
     * Errors as the root of their mean square, relative to the result's; inputs are rectified, as they are in networks. Five taps of dw come
     * of two outputs by fourth powers, and the direct sum of so few pixels is at its best: there the bound is six. A chain over 512 channels has
     * more error of its own than one over 256, in the direct sum too, so the error itself may be larger there.
     */
    @Test
    void itsErrorIsAtMostFourTimesTheDirectSums() {
        for (int taps : new int[] {3, 5}) {
            for (int channels : new int[] {16, 24, 40, 64, 256}) {
                Window window = Window.square(taps).padding(taps / 2);
                compare(new ConvGeometry(2, 8, 8, channels, channels, 1, window), 2e-6);
            }
        }
        compare(new ConvGeometry(2, 8, 8, 512, 512, 1, Window.square(3).padding(1)), 3e-6);
    }

    private void compare(ConvGeometry g, double most) {
        SplittableRandom random = new SplittableRandom(g.channels());
        float[] x = normal(random, KernelCases.inputSize(g));
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.max(0, x[i]);
        }
        float[] w = normal(random, KernelCases.weightSize(g));
        float[] dz = normal(random, KernelCases.outputSize(g));
        double[] z = new double[dz.length];
        double[] dx = new double[x.length];
        double[] dw = new double[w.length];
        define(g, x, w, dz, z, dx, dw);
        Passes minimal = passes(kernels, g, x, w, dz);
        Passes summed = passes(direct, g, x, w, dz);
        String what = g.window() + ", " + g.channels() + " channels, ";
        compare(what + "forward", 4, most, z, minimal::forward, summed::forward);
        compare(what + "dx", 4, most, dx, minimal::inputAdjoint, summed::inputAdjoint);
        int bound = g.window().height() == 3 ? 4 : 6;
        compare(what + "dw", bound, most, dw, minimal::weightAdjoint, summed::weightAdjoint);
    }

    private static float[] normal(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void compare(
            String what, int bound, double most, double[] exact, Consumer<float[]> minimal, Consumer<float[]> summed) {
        double ours = error(exact, minimal);
        double theirs = error(exact, summed);
        System.out.printf(Locale.ROOT, "minimal filtering, %s: error %.1e, direct sum %.1e%n", what, ours, theirs);
        assertTrue(ours <= bound * theirs && ours <= most, what + ": " + ours + " against " + theirs);
    }

    private static double error(double[] exact, Consumer<float[]> pass) {
        float[] result = new float[exact.length];
        pass.accept(result);
        double error = 0;
        double size = 0;
        for (int i = 0; i < exact.length; i++) {
            error += (result[i] - exact[i]) * (result[i] - exact[i]);
            size += exact[i] * exact[i];
        }
        return Math.sqrt(error / size);
    }

    /** All three passes from one definition. */
    private static void define(ConvGeometry g, float[] x, float[] w, float[] dz, double[] z, double[] dx, double[] dw) {
        for (int out = 0; out < z.length / g.filters(); out++) {
            int q = out % g.outputWidth();
            int p = out / g.outputWidth() % g.outputHeight();
            int n = out / g.outputWidth() / g.outputHeight();
            int taps = g.window().height();
            for (int tap = 0; tap < taps * taps; tap++) {
                int h = p + tap / taps - g.window().padTop();
                int v = q + tap % taps - g.window().padLeft();
                if (h < 0 || h >= g.height() || v < 0 || v >= g.width()) {
                    continue;
                }
                int from = ((n * g.height() + h) * g.width() + v) * g.channels();
                for (int c = 0; c < g.channels(); c++) {
                    int weight = (tap * g.channels() + c) * g.filters();
                    for (int k = 0; k < g.filters(); k++) {
                        double gradient = dz[out * g.filters() + k];
                        z[out * g.filters() + k] += (double) x[from + c] * w[weight + k];
                        dx[from + c] += gradient * w[weight + k];
                        dw[weight + k] += gradient * x[from + c];
                    }
                }
            }
        }
    }

    /** {@code <conv(x, w), dz> = <x, dx> = <w, dw>}. */
    @Test
    void theAdjointsAreAdjoint() {
        for (int seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ConvGeometry g = draw(random);
            float[] x = values(random, KernelCases.inputSize(g), 0);
            float[] w = values(random, KernelCases.weightSize(g), 0);
            float[] dz = values(random, KernelCases.outputSize(g), 0);
            Passes passes = passes(kernels, g, x, w, dz);
            float[] z = new float[KernelCases.outputSize(g)];
            float[] dx = new float[KernelCases.inputSize(g)];
            float[] dw = new float[KernelCases.weightSize(g)];
            passes.forward(z);
            passes.inputAdjoint(dx);
            passes.weightAdjoint(dw);
            double expected = dot(z, dz);
            double scale = Math.sqrt(dot(z, z) * dot(dz, dz));
            assertEquals(expected, dot(x, dx), 1e-6 * scale, "seed " + seed + ", dx, " + g);
            assertEquals(expected, dot(w, dw), 1e-6 * scale, "seed " + seed + ", dw, " + g);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** A convolution that {@link Winograd#fits}. */
    private static ConvGeometry draw(SplittableRandom random) {
        while (true) {
            Window window = Window.square(pick(random, 3, 5))
                    .padding(random.nextInt(6), random.nextInt(6), random.nextInt(6), random.nextInt(6));
            int height = random.nextInt(3, 24);
            int width = random.nextInt(3, 40);
            int channels = pick(random, 16, 16, 17, 24, 32, 40, 43, 48, 64, 80, 144, 247, 256);
            int filters = pick(random, 16, 16, 17, 24, 31, 32, 40, 48, 64, 71, 80, 256);
            if (window.outputHeight(height) < 1 || window.outputWidth(width) < 1) {
                continue;
            }
            ConvGeometry g = new ConvGeometry(random.nextInt(1, 6), height, width, channels, filters, 1, window);
            if (Winograd.fits(g) && g.multiplyAdds() < 20_000_000) {
                return g;
            }
        }
    }

    @Test
    void bothProvidersReturnTheSameBits() {
        for (int seed = 0; seed < 120; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            compareProviders("seed " + seed, random, draw(random), seed % 3 == 0 ? 2000 : 0, seed % 2 == 1);
        }
    }

    /** More tiles than are taken together, their last group not full; padding that dx has none of, or less than none. */
    @Test
    void bothProvidersReturnTheSameBitsForManyChannels() {
        int seed = 0;
        for (ConvGeometry g : List.of(
                new ConvGeometry(3, 29, 31, 64, 128, 1, Window.square(3).padding(1, 0, 2, 1)),
                new ConvGeometry(2, 24, 40, 128, 64, 1, Window.square(3).padding(3)),
                new ConvGeometry(2, 19, 23, 128, 64, 1, Window.square(5).padding(2)),
                new ConvGeometry(2, 14, 15, 192, 256, 1, Window.square(3).padding(1)))) {
            SplittableRandom random = new SplittableRandom(++seed);
            assertTrue(Winograd.fits(g), g::toString);
            compareProviders("seed " + seed, random, g, seed % 2 == 0 ? 2000 : 0, seed % 2 == 1);
        }
    }

    /** More channels than a chunk of a product has, alone and in every combination with few; more tiles than are taken together; one tile. */
    @Test
    void bothProvidersReturnTheSameBitsForMoreChannelsThanAChunkHas() {
        int seed = 0;
        for (ConvGeometry g : List.of(
                new ConvGeometry(1, 4, 4, 512, 512, 1, Window.square(3).padding(1)),
                new ConvGeometry(1, 7, 6, 320, 448, 1, Window.square(3).padding(1, 2, 0, 1)),
                new ConvGeometry(2, 7, 7, 512, 64, 1, Window.square(3).padding(1)),
                new ConvGeometry(2, 7, 7, 64, 512, 1, Window.square(3).padding(1)),
                new ConvGeometry(3, 27, 28, 64, 320, 1, Window.square(3).padding(1)),
                new ConvGeometry(1, 11, 8, 300, 257, 1, Window.square(3).padding(1)),
                new ConvGeometry(1, 8, 8, 16, 511, 1, Window.square(3).padding(1)))) {
            SplittableRandom random = new SplittableRandom(++seed);
            assertTrue(Winograd.fits(g), g::toString);
            compareProviders("seed " + seed, random, g, seed % 2 == 0 ? 2000 : 0, seed % 2 == 1);
        }
    }

    private static void compareProviders(
            String seed, SplittableRandom random, ConvGeometry g, int special, boolean hasBias) {
        Kernels scalar = KernelProvider.SCALAR.kernels();
        Kernels vector = KernelProvider.VECTOR.kernels();
        float[] x = values(random, KernelCases.inputSize(g), special);
        float[] w = values(random, KernelCases.weightSize(g), special);
        float[] dz = values(random, KernelCases.outputSize(g), special);
        float[] bias = hasBias ? values(random, g.filters(), 0) : null;
        float[] expected = dz.clone();
        scalar.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, expected, MARGIN);
        float[] actual = dz.clone();
        vector.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, actual, MARGIN);
        assertSameBits(seed + ", forward, " + g, expected, actual);
        expected = x.clone();
        scalar.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, expected, MARGIN);
        actual = x.clone();
        vector.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, actual, MARGIN);
        assertSameBits(seed + ", dx, " + g, expected, actual);
        expected = x.clone();
        scalar.conv2dInputAdjoint(g, dz, MARGIN, w, MARGIN, expected, MARGIN);
        actual = x.clone();
        vector.conv2dInputAdjoint(g, dz, MARGIN, w, MARGIN, actual, MARGIN);
        assertSameBits(seed + ", dx overwritten, " + g, expected, actual);
        expected = w.clone();
        scalar.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, expected, MARGIN);
        actual = w.clone();
        vector.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, actual, MARGIN);
        assertSameBits(seed + ", dw, " + g, expected, actual);
    }
}
