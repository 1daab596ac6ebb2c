package dev.convoy.kernel;

import static dev.convoy.kernel.KernelCases.MARGIN;
import static dev.convoy.kernel.KernelCases.assertSameBits;
import static dev.convoy.kernel.KernelCases.pick;
import static dev.convoy.kernel.KernelCases.values;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Minimal filtering: which convolutions, the same bits from both providers, and how far from the sum in double. */
class WinogradTest {
    /** A convolution that {@link Winograd#fits}. */
    private static ConvGeometry draw(SplittableRandom random) {
        while (true) {
            Window window = Window.square(3)
                    .padding(random.nextInt(4), random.nextInt(4), random.nextInt(4), random.nextInt(4));
            int height = random.nextInt(3, 24);
            int width = random.nextInt(3, 24);
            int channels = pick(random, 16, 16, 32, 48, 64, 80, 144);
            int filters = pick(random, 16, 16, 32, 48, 64, 80);
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
        Kernels scalar = KernelProvider.SCALAR.kernels();
        Kernels vector = KernelProvider.VECTOR.kernels();
        for (int seed = 0; seed < 120; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ConvGeometry g = draw(random);
            int special = seed % 3 == 0 ? 2000 : 0;
            float[] x = values(random, KernelCases.inputSize(g), special);
            float[] w = values(random, KernelCases.weightSize(g), special);
            float[] dz = values(random, KernelCases.outputSize(g), special);
            float[] bias = seed % 2 == 0 ? null : values(random, g.filters(), 0);
            float[] expected = dz.clone();
            scalar.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, expected, MARGIN);
            float[] actual = dz.clone();
            vector.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, actual, MARGIN);
            assertSameBits("seed " + seed + ", forward, " + g, expected, actual);
            expected = x.clone();
            scalar.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, expected, MARGIN);
            actual = x.clone();
            vector.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, actual, MARGIN);
            assertSameBits("seed " + seed + ", dx, " + g, expected, actual);
            expected = w.clone();
            scalar.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, expected, MARGIN);
            actual = w.clone();
            vector.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, actual, MARGIN);
            assertSameBits("seed " + seed + ", dw, " + g, expected, actual);
        }
    }
}
