package dev.convoy.kernel;

import static dev.convoy.kernel.KernelCases.MARGIN;
import static dev.convoy.kernel.KernelCases.assertSameBits;
import static dev.convoy.kernel.KernelCases.pick;
import static dev.convoy.kernel.KernelCases.values;

import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The vector kernels of depthwise convolutions return the bits of the scalar ones on each of their ways, and touch nothing else. */
class DepthwiseBitsTest {
    /** Fewer than a vector, whole vectors, vectors and a rest, more than are gone through at a time, and too many to be repeated. */
    private static final int[] CHANNELS = {2, 3, 8, 12, 15, 16, 17, 24, 32, 40, 48, 80, 93, 130, 256, 272, 300};

    private final Kernels scalar = KernelProvider.SCALAR.kernels();
    private final Kernels vector = KernelProvider.VECTOR.kernels();

    /** Also the smallest images, odd and even ones, of lines that are a multiple of those computed together and not. */
    @Test
    void ofAPixelOfPaddingAndEitherStride() {
        for (int channels : CHANNELS) {
            for (int height = 1; height <= 8; height++) {
                for (int stride = 1; stride <= 2; stride++) {
                    SplittableRandom random = new SplittableRandom(channels * 100L + height * 10 + stride);
                    Window window = Window.square(3).stride(stride).padding(1);
                    int width = 1 + random.nextInt(10);
                    agree(random, new ConvGeometry(2, height, width, channels, channels, channels, window), 0);
                    int other = 3 + random.nextInt(6);
                    agree(random, new ConvGeometry(1, height, other, channels, channels, channels, window), 40);
                }
            }
        }
    }

    @Test
    void ofAnyWindowOfNineTaps() {
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int channels = pick(random, CHANNELS);
            Window window = Window.square(3)
                    .stride(pick(random, 1, 2, 3), pick(random, 1, 2, 3))
                    .padding(random.nextInt(4), random.nextInt(4), random.nextInt(4), random.nextInt(4))
                    .dilation(pick(random, 1, 1, 2, 3), pick(random, 1, 1, 2, 3));
            int height = 7 + random.nextInt(6);
            int width = 7 + random.nextInt(6);
            ConvGeometry g = new ConvGeometry(1 + seed % 3, height, width, channels, channels, channels, window);
            agree(random, g, seed % 3 == 0 ? 40 : 0);
        }
    }

    /** A first whole cache line of the output at any distance from its beginning. */
    @Test
    void whereverTheOutputBegins() {
        Window window = Window.square(3).padding(1);
        for (int channels : new int[] {16, 20, 32, 144}) {
            ConvGeometry g = new ConvGeometry(2, 5, 6, channels, channels, channels, window);
            SplittableRandom random = new SplittableRandom(channels);
            float[] x = values(random, KernelCases.inputSize(g) + 16, 0);
            float[] w = values(random, KernelCases.weightSize(g), 0);
            for (int at = MARGIN; at < MARGIN + 16; at++) {
                int from = at;
                check(g, x, (kernels, z) -> kernels.conv2d(g, x, MARGIN, w, MARGIN, null, 0, z, from));
                check(g, x, (kernels, dx) -> kernels.conv2dInputAdjoint(g, x, MARGIN, w, MARGIN, dx, from));
            }
        }
    }

    private void agree(SplittableRandom random, ConvGeometry g, int specialOneIn) {
        float[] x = values(random, KernelCases.inputSize(g), specialOneIn);
        float[] w = values(random, KernelCases.weightSize(g), specialOneIn);
        float[] dz = values(random, KernelCases.outputSize(g), specialOneIn);
        float[] bias = random.nextInt(2) == 0 ? null : values(random, g.filters(), specialOneIn);
        check(g, dz, (kernels, z) -> kernels.conv2d(g, x, MARGIN, w, MARGIN, bias, MARGIN, z, MARGIN));
        check(g, x, (kernels, dx) -> kernels.conv2dInputAdjointAdd(g, dz, MARGIN, w, MARGIN, dx, MARGIN));
        check(g, x, (kernels, dx) -> kernels.conv2dInputAdjoint(g, dz, MARGIN, w, MARGIN, dx, MARGIN));
        check(g, w, (kernels, dw) -> kernels.conv2dWeightAdjointAdd(g, x, MARGIN, dz, MARGIN, dw, MARGIN));
    }

    private void check(ConvGeometry g, float[] destination, BiConsumer<Kernels, float[]> call) {
        float[] expected = destination.clone();
        call.accept(scalar, expected);
        float[] actual = destination.clone();
        call.accept(vector, actual);
        assertSameBits(g.toString(), expected, actual);
    }
}
