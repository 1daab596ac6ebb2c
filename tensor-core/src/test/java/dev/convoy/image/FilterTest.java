package dev.convoy.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.kernel.PaddingMode;
import dev.convoy.op.Adjoints;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
    /** Whole numbers 0 .. 255. */
    private static Tensor image(int height, int width, int channels) {
        RandomKey key = RandomKey.of(height, "image").with(width);
        Tensor image = Tensor.zeros(1, height, width, channels);
        for (int i = 0; i < image.size(); i++) {
            image.array()[i] = key.bits(i) & 0xff;
        }
        return image;
    }

    private static Tensor grey(int height, int width, float... levels) {
        return Tensor.of(Shape.of(1, height, width, 1), levels);
    }

    private static Filter named(String name) {
        return Filter.named(name).orElseThrow();
    }

    private static float[] applied(String name, PaddingMode mode, Tensor image) {
        return named(name).apply(Adjoints.kernels(), image, mode).toArray();
    }

    /** One bright pixel shows the kernel, which is symmetric; 273 makes the quotients the lecture's whole numbers. */
    @Test
    void blurOfOnePixelIsTheLecturesKernel() {
        Tensor point = Tensor.zeros(1, 5, 5, 1);
        point.array()[12] = 273;

        assertArrayEquals(
                new float[] {
                    1, 4, 7, 4, 1, //
                    4, 16, 26, 16, 4, //
                    7, 26, 41, 26, 7, //
                    4, 16, 26, 16, 4, //
                    1, 4, 7, 4, 1
                },
                applied("blur", PaddingMode.ZERO, point));
    }

    /** A step from 10 to 20 between the second and the third column: {@code gx = (20 - 10) (1 + 2 + 1)} on both sides of it. */
    @Test
    void gradientOfAStepByHand() {
        float[] row = {10, 10, 20, 20, 20};
        float[] step = new float[25];
        float[] expected = new float[25];
        for (int i = 0; i < 25; i++) {
            step[i] = row[i % 5];
            expected[i] = i % 5 == 1 || i % 5 == 2 ? 40 : 0;
        }
        assertArrayEquals(expected, applied("gradient", PaddingMode.REPLICATE, grey(5, 5, step)));
    }

    /** A corner, by hand, at its own pixel: {@code gx = gy = 4 * 3}, so the magnitude is {@code 12 sqrt(2)}. */
    @Test
    void gradientIsTheLengthOfBothDifferences() {
        float[] corner = new float[25];
        for (int row = 2; row < 5; row++) {
            Arrays.fill(corner, 5 * row + 2, 5 * row + 5, 4);
        }
        float[] y = applied("gradient", PaddingMode.REPLICATE, grey(5, 5, corner));
        assertEquals((float) (12 * Math.sqrt(2)), y[12]);
        assertEquals(16, y[13], "further right only gy remains");
        assertEquals(0, y[24]);
        assertEquals(0, y[0]);
    }

    @Test
    void theOtherFiltersByHand() {
        Tensor x = grey(
                5, 5, //
                1, 2, 3, 4, 5, //
                2, 4, 6, 8, 10, //
                3, 6, 9, 12, 15, //
                4, 8, 12, 16, 99, //
                5, 10, 15, 20, 25);
        int centre = 12;
        int beside = 18;
        assertEquals(9, applied("sharpen", PaddingMode.ZERO, x)[centre]);
        assertEquals(5 * 16 - 12 - 12 - 99 - 20, applied("sharpen", PaddingMode.ZERO, x)[beside]);
        assertEquals(-2 * 4 - 6 - 6 + 9 + 12 + 12 + 2 * 16, applied("emboss", PaddingMode.ZERO, x)[centre]);
        assertEquals(9, applied("box", PaddingMode.ZERO, x)[centre]);
        assertEquals((1 + 2 + 2 + 4) / 9f, applied("box", PaddingMode.ZERO, x)[0]);
        assertEquals((4 * 1 + 2 * 2 + 2 * 2 + 4) / 9f, applied("box", PaddingMode.REPLICATE, x)[0]);
        assertEquals(0, applied("laplacian", PaddingMode.ZERO, x)[centre]);
        assertEquals(99 + 12 + 20 + 12 - 4 * 16, applied("laplacian", PaddingMode.ZERO, x)[beside]);
        assertArrayEquals(x.toArray(), applied("identity", PaddingMode.ZERO, x));
    }

    /** Sums of whole numbers are exact, so every filter agrees to the bit; the mean's padding is rounded once. */
    @ParameterizedTest
    @EnumSource
    void everyFilterAgreesWithBruteForce(PaddingMode mode) {
        float tolerance = mode == PaddingMode.MEAN ? 1e-3f : 0;
        for (Shape size : List.of(Shape.of(9, 7, 3), Shape.of(5, 12, 1), Shape.of(2, 1, 3), Shape.of(1, 1, 1))) {
            Tensor x = image(size.extent(0), size.extent(1), size.extent(2));
            for (Filter filter : Filter.ALL) {
                Tensor y = filter.apply(Adjoints.kernels(), x, mode);
                for (int i = 0; i < x.size(); i++) {
                    double squares = 0;
                    for (Stencil stencil : filter.stencils()) {
                        double sum = correlation(stencil, x, i, mode);
                        squares += sum * sum;
                    }
                    double sum = correlation(filter.stencils().get(0), x, i, mode);
                    double expected = filter.stencils().size() == 1 ? sum : Math.sqrt(squares);
                    String what = filter.name() + " " + mode + " " + size + " element " + i;
                    assertEquals((float) expected, y.get(i), tolerance, what);
                }
            }
        }
    }

    private static double correlation(Stencil stencil, Tensor x, int element, PaddingMode mode) {
        int height = x.shape().extent(1);
        int width = x.shape().extent(2);
        int channels = x.shape().extent(3);
        int c = element % channels;
        double mean = 0;
        for (int p = 0; p < height * width; p++) {
            mean += x.get(p * channels + c) / (double) (height * width);
        }
        double sum = 0;
        int columns = stencil.taps().shape().extent(1);
        for (int tap = 0; tap < stencil.taps().size(); tap++) {
            int rows = stencil.taps().shape().extent(0);
            int h = mode.source(element / channels / width + tap / columns - (rows - 1) / 2, height);
            int w = mode.source(element / channels % width + tap % columns - (columns - 1) / 2, width);
            double outside = mode == PaddingMode.MEAN ? mean : 0;
            sum += stencil.taps().get(tap) * (h < 0 || w < 0 ? outside : x.get((h * width + w) * channels + c));
        }
        return sum / stencil.divisor();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ZERO")
    void aConstantImageHasNoGradientAndStaysItselfWhenBlurred(PaddingMode mode) {
        Tensor constant = Tensor.zeros(1, 6, 9, 3);
        Arrays.fill(constant.array(), 173);
        for (String name : List.of("blur", "box", "sharpen", "emboss")) {
            assertArrayEquals(constant.toArray(), applied(name, mode, constant), name);
        }
        for (String name : List.of("gradient", "laplacian")) {
            assertArrayEquals(new float[constant.size()], applied(name, mode, constant), name);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6})
    void anEvenNumberOfTapsKeepsTheSizeToo(int taps) {
        Tensor row = Tensor.zeros(1, taps);
        row.array()[(taps - 1) / 2] = 1;
        Tensor x = image(4, 7, 3);

        Filter filter = new Filter("middle", "", List.of(new Stencil(row, 1)));

        assertArrayEquals(
                x.toArray(),
                filter.apply(Adjoints.kernels(), x, PaddingMode.REPLICATE).toArray(),
                "the tap before the middle lies on the pixel");
    }

    @Test
    void valuesAreCutOrScaled() {
        Tensor alpha = Tensor.of(Shape.of(1, 1, 4, 1), 0, 100, 200, 255);
        Picture picture = new Picture(grey(1, 4, 0, 255, 0, 0), alpha);
        // gx of one row, replicated: 4 (right - left)
        Picture cut = picture.filtered(Adjoints.kernels(), named("gradient"), PaddingMode.REPLICATE, false);
        Picture scaled = picture.filtered(Adjoints.kernels(), named("gradient"), PaddingMode.REPLICATE, true);
        Picture laplacian = picture.filtered(Adjoints.kernels(), named("laplacian"), PaddingMode.REPLICATE, false);
        Picture black = new Picture(Tensor.zeros(1, 2, 2, 1), null)
                .filtered(Adjoints.kernels(), named("gradient"), PaddingMode.ZERO, true);

        assertArrayEquals(new float[] {255, 0, 255, 0}, cut.pixels().toArray());
        assertArrayEquals(new float[] {255, 0, 255, 0}, scaled.pixels().toArray());
        assertArrayEquals(new float[] {255, 0, 255, 0}, laplacian.pixels().toArray());
        assertArrayEquals(new float[4], black.pixels().toArray(), "nothing to scale by");
        assertArrayEquals(alpha.toArray(), cut.alpha().toArray());
    }

    @Test
    void scalingKeepsProportions() {
        Picture ramp = new Picture(grey(1, 5, 0, 10, 30, 60, 100), null);
        Picture scaled = ramp.filtered(Adjoints.kernels(), named("gradient"), PaddingMode.REPLICATE, true);

        // gx = 4 (10, 30, 50, 70, 40)
        float[] expected = {10 / 70f * 255, 30 / 70f * 255, 50 / 70f * 255, 255, 40 / 70f * 255};
        assertArrayEquals(expected, scaled.pixels().toArray(), 1e-4f);
    }

    @Test
    void greyIsBrightness() {
        Picture colors = new Picture(Tensor.of(Shape.of(1, 1, 2, 3), 255, 255, 255, 10, 20, 30), null);

        assertArrayEquals(
                new float[] {255, 2.99f + 11.74f + 3.42f},
                colors.grey().pixels().toArray(),
                1e-4f);
        assertEquals(Shape.of(1, 1, 2, 1), colors.grey().pixels().shape());
    }

    @Test
    void errorsSayWhatWasExpected() {
        assertMessage(
                "picture: expected [1, H, W, 1] or [1, H, W, 3] but got [1, 2, 2, 2]",
                () -> new Picture(Tensor.zeros(1, 2, 2, 2), null));
        assertMessage(
                "picture: opacities [4] for an image [1, 2, 2, 1]",
                () -> new Picture(Tensor.zeros(1, 2, 2, 1), Tensor.zeros(4)));
        assertMessage("stencil: expected 1x1 to 99x99 taps but got [3]", () -> new Stencil(Tensor.zeros(3), 1));
        assertMessage("stencil: the divisor is 0", () -> new Stencil(Tensor.zeros(1, 1), 0));
        assertMessage(
                "stencil: NaN is not a finite number", () -> new Stencil(Tensor.of(Shape.of(1, 1), Float.NaN), 1));
        assertMessage("filter: none has no stencil", () -> new Filter("none", "", List.of()));
    }

    private static void assertMessage(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
