package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.SplittableRandom;

/** Random arguments for kernels, pure functions of a seed, and the comparison of results bit for bit. */
final class KernelCases {
    /** Floats before and after what a kernel may touch; compared too, so that a stray store is seen. */
    static final int MARGIN = 21;

    static final int[] CHANNELS = {1, 2, 3, 6, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 64};

    private static final float[] SPECIAL = {
        0f,
        -0f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL / 3,
        Float.MAX_VALUE
    };

    private KernelCases() {}

    /** The kernels this run is about. */
    static Kernels underTest() {
        return KernelProvider.named(System.getProperty("kernels", "auto")).kernels();
    }

    /** {@code MARGIN + size + MARGIN} values in [-1, 1); one in {@code oneIn} is a special value, none if that is 0. */
    static float[] values(SplittableRandom random, int size, int oneIn) {
        float[] values = new float[size + 2 * MARGIN];
        for (int i = 0; i < values.length; i++) {
            boolean special = oneIn > 0 && random.nextInt(oneIn) == 0;
            values[i] = special ? SPECIAL[random.nextInt(SPECIAL.length)] : (float) (random.nextDouble() * 2 - 1);
        }
        return values;
    }

    /** Small integers, of which every sum here is exact in float. */
    static float[] integers(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextInt(-3, 4);
        }
        return values;
    }

    static int pick(SplittableRandom random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** A valid convolution of at most two million multiply-adds. */
    static ConvGeometry convolution(SplittableRandom random) {
        while (true) {
            int groups = pick(random, 1, 1, 1, 2, 3, 4, 17, 32);
            int channels = groups * pick(random, CHANNELS);
            int filters = groups * pick(random, CHANNELS);
            if (groups > 3) {
                channels = groups * pick(random, 1, 1, 3);
                filters = groups * pick(random, 1, 1, 2);
            }
            Window window = window(random, 6);
            int height = random.nextInt(1, 20);
            int width = random.nextInt(1, 20);
            if (window.outputHeight(height) < 1 || window.outputWidth(width) < 1) {
                continue;
            }
            ConvGeometry geometry =
                    new ConvGeometry(random.nextInt(1, 5), height, width, channels, filters, groups, window);
            if (geometry.multiplyAdds() < 2_000_000) {
                return geometry;
            }
        }
    }

    static PoolGeometry pooling(SplittableRandom random) {
        while (true) {
            Window window = window(random, 0);
            int halfHeight = window.height() / 2 + 1;
            int halfWidth = window.width() / 2 + 1;
            window = window.padding(
                    random.nextInt(halfHeight),
                    random.nextInt(halfHeight),
                    random.nextInt(halfWidth),
                    random.nextInt(halfWidth));
            int height = random.nextInt(1, 16);
            int width = random.nextInt(1, 16);
            try {
                return new PoolGeometry(
                        random.nextInt(1, 4), height, width, pick(random, CHANNELS), window, random.nextBoolean());
            } catch (IllegalArgumentException e) {
                continue; // too large, or a window that sees no pixel: drawn again
            }
        }
    }

    private static Window window(SplittableRandom random, int maximumPad) {
        return Window.of(pick(random, 1, 1, 2, 3, 3, 4, 5), pick(random, 1, 1, 2, 3, 3, 4, 5))
                .stride(pick(random, 1, 1, 1, 2, 3, 6), pick(random, 1, 1, 1, 2, 3, 6))
                .dilation(pick(random, 1, 1, 1, 2, 3), pick(random, 1, 1, 1, 2, 3))
                .padding(
                        random.nextInt(maximumPad + 1),
                        random.nextInt(maximumPad + 1),
                        random.nextInt(maximumPad + 1),
                        random.nextInt(maximumPad + 1));
    }

    static int inputSize(ConvGeometry g) {
        return g.batch() * g.height() * g.width() * g.channels();
    }

    static int outputSize(ConvGeometry g) {
        return g.batch() * g.outputHeight() * g.outputWidth() * g.filters();
    }

    static int weightSize(ConvGeometry g) {
        return g.window().taps() * g.channelsPerGroup() * g.filters();
    }

    /** Fails unless the arrays have the same bits; any NaN equals any NaN. */
    static void assertSameBits(String what, float[] expected, float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            boolean bothNaN = Float.isNaN(expected[i]) && Float.isNaN(actual[i]);
            if (!bothNaN && Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
                fail(what + ": element " + (i - MARGIN) + " is " + actual[i] + " ("
                        + Integer.toHexString(Float.floatToRawIntBits(actual[i])) + ") but should be " + expected[i]
                        + " (" + Integer.toHexString(Float.floatToRawIntBits(expected[i])) + ")");
            }
        }
    }
}
