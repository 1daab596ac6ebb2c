package dev.convoy.kernel;

import static dev.convoy.kernel.KernelCases.MARGIN;
import static dev.convoy.kernel.KernelCases.assertSameBits;
import static dev.convoy.kernel.KernelCases.values;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A convolution with its moments gives the bits of the convolution and of the moments after it, and touches nothing else. */
class ConvolutionMomentsTest {
    private final Kernels kernels = KernelCases.underTest();

    @Test
    void ofAnyGeometry() {
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            assertBothAreAsApart(random, KernelCases.convolution(random), seed % 3 == 0 ? 40 : 0);
        }
    }

    /** Several blocks of rows, which end within images, of each way to compute a convolution. */
    @Test
    void ofMoreRowsThanABlockHas() {
        Window window = Window.square(3).padding(1);
        Window large = Window.square(5).padding(2);
        ConvGeometry[] geometries = {
            new ConvGeometry(9, 13, 14, 16, 16, 1, window),
            new ConvGeometry(9, 13, 14, 17, 24, 1, window),
            new ConvGeometry(3, 18, 31, 24, 40, 1, large),
            new ConvGeometry(2, 29, 31, 64, 128, 1, window),
            new ConvGeometry(9, 25, 26, 16, 32, 1, window.stride(2)),
            new ConvGeometry(5, 15, 19, 6, 7, 1, window),
            new ConvGeometry(5, 15, 19, 6, 16, 1, large),
            new ConvGeometry(5, 17, 23, 12, 20, 2, window),
            new ConvGeometry(3, 29, 31, 3, 16, 1, window),
            new ConvGeometry(3, 29, 31, 2, 24, 1, large),
            new ConvGeometry(5, 19, 21, 8, 33, 1, Window.square(1)),
            new ConvGeometry(5, 19, 21, 12, 30, 3, Window.square(1)),
            new ConvGeometry(5, 19, 21, 30, 30, 30, window),
            new ConvGeometry(2, 45, 47, 93, 93, 93, window),
            new ConvGeometry(1, 3, 5, 8, 600, 1, window),
        };
        for (ConvGeometry g : geometries) {
            assertBothAreAsApart(new SplittableRandom(1), g, 0);
            assertBothAreAsApart(new SplittableRandom(2), g, 5000);
        }
    }

    private void assertBothAreAsApart(SplittableRandom random, ConvGeometry g, int specialOneIn) {
        float[] x = values(random, KernelCases.inputSize(g), specialOneIn);
        float[] w = values(random, KernelCases.weightSize(g), specialOneIn);
        float[] bias = random.nextInt(2) == 0 ? null : values(random, g.filters(), 0);
        float[] apart = values(random, KernelCases.outputSize(g), 0);
        float[] together = apart.clone();
        float[] mean = values(random, g.filters(), 0);
        float[] variance = values(random, g.filters(), 0);
        float[] meanTogether = mean.clone();
        float[] varianceTogether = variance.clone();
        int rows = g.batch() * g.outputHeight() * g.outputWidth();
        kernels.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, apart, MARGIN);
        kernels.channelMoments(rows, g.filters(), apart, MARGIN, mean, variance);
        kernels.conv2dAndMoments(
                g, x, MARGIN, w, MARGIN, bias, MARGIN, together, MARGIN, meanTogether, varianceTogether);
        assertSameBits("z, " + g, apart, together);
        assertSameBits("mean, " + g, mean, meanTogether);
        assertSameBits("variance, " + g, variance, varianceTogether);
    }
}
