package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The three passes against their definition in double, and against each other through {@code <conv(x), dz> = <x, dx> = <w, dw>}. */
class ConvolutionFormulaTest {
    private static final int CASES = 150;

    private final Kernels kernels = KernelCases.underTest();

    /** All three passes from one definition: {@code z[n,p,q,k] += xpad[...] * w[r,s,c,k]} for every index. */
    private static final class Definition {
        final double[] z;
        final double[] dx;
        final double[] dw;

        Definition(ConvGeometry g, float[] x, float[] w, float[] bias, float[] dz) {
            z = new double[dz.length];
            dx = new double[x.length];
            dw = new double[w.length];
            Window window = g.window();
            for (int out = 0; out < dz.length; out++) {
                int k = out % g.filters();
                int q = out / g.filters() % g.outputWidth();
                int p = out / g.filters() / g.outputWidth() % g.outputHeight();
                int n = out / g.filters() / g.outputWidth() / g.outputHeight();
                z[out] = bias[k];
                for (int weight = k; weight < w.length; weight += g.filters()) {
                    int row = weight / g.filters();
                    int c = row % g.channelsPerGroup();
                    int s = row / g.channelsPerGroup() % window.width();
                    int r = row / g.channelsPerGroup() / window.width();
                    int h = p * window.strideHeight() + r * window.dilationHeight() - window.padTop();
                    int v = q * window.strideWidth() + s * window.dilationWidth() - window.padLeft();
                    if (h < 0 || h >= g.height() || v < 0 || v >= g.width()) {
                        continue;
                    }
                    int channel = k / g.filtersPerGroup() * g.channelsPerGroup() + c;
                    int in = ((n * g.height() + h) * g.width() + v) * g.channels() + channel;
                    z[out] += (double) x[in] * w[weight];
                    dx[in] += (double) dz[out] * w[weight];
                    dw[weight] += (double) dz[out] * x[in];
                }
            }
        }
    }

    private static float[] draw(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return values;
    }

    @Test
    void passesAgreeWithTheirDefinition() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ConvGeometry g = KernelCases.convolution(random);
            passesAgreeWithTheirDefinition("seed " + seed + ", " + g, random, g);
        }
    }

    /** Cells of 2 x 2 pixels of dx, whole tiles of them and not, in one group and in two. */
    @Test
    void passesThatHalveAnImageAgreeWithTheirDefinition() {
        Window window = Window.square(3).stride(2).padding(1);
        for (int groups = 1; groups <= 2; groups++) {
            ConvGeometry g = new ConvGeometry(2, 6, 10, 16 * groups, 32 * groups, groups, window);
            assertTrue(HalvingWindow.fits(g));
            passesAgreeWithTheirDefinition(g.toString(), new SplittableRandom(groups), g);
        }
    }

    private void passesAgreeWithTheirDefinition(String what, SplittableRandom random, ConvGeometry g) {
        float[] x = draw(random, KernelCases.inputSize(g));
        float[] w = draw(random, KernelCases.weightSize(g));
        float[] bias = draw(random, g.filters());
        float[] dz = draw(random, KernelCases.outputSize(g));
        Definition expected = new Definition(g, x, w, bias, dz);

        float[] z = new float[dz.length];
        kernels.conv2d(g, x, 0, w, 0, bias, 0, z, 0);
        float[] dx = new float[x.length];
        kernels.conv2dInputAdjointAdd(g, dz, 0, w, 0, dx, 0);
        float[] dw = new float[w.length];
        kernels.conv2dWeightAdjointAdd(g, x, 0, dz, 0, dw, 0);

        assertClose(what + ", z", expected.z, z);
        assertClose(what + ", dx", expected.dx, dx);
        assertClose(what + ", dw", expected.dw, dw);
    }

    private static void assertClose(String what, double[] expected, float[] actual) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            norm += expected[i] * expected[i];
        }
        double relative = norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
        assertTrue(relative < 2e-6, what + ": relative error " + relative);
    }

    @Test
    void adjointsSatisfyTheirIdentityExactlyOnSmallIntegers() {
        for (int seed = 1000; seed < 1000 + CASES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ConvGeometry g = KernelCases.convolution(random);
            float[] x = KernelCases.integers(random, KernelCases.inputSize(g));
            float[] w = KernelCases.integers(random, KernelCases.weightSize(g));
            float[] dz = KernelCases.integers(random, KernelCases.outputSize(g));

            float[] z = new float[dz.length];
            kernels.conv2d(g, x, 0, w, 0, null, 0, z, 0);
            float[] dx = new float[x.length];
            kernels.conv2dInputAdjointAdd(g, dz, 0, w, 0, dx, 0);
            float[] dw = new float[w.length];
            kernels.conv2dWeightAdjointAdd(g, x, 0, dz, 0, dw, 0);

            String what = "seed " + seed + ", " + g;
            double expected = dot(z, dz);
            assertEquals(expected, dot(x, dx), what + ": <x, dx>");
            assertEquals(expected, dot(w, dw), what + ": <w, dw>");
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
