package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Output sizes, and what each geometry refuses. */
class GeometryTest {

    @ParameterizedTest
    @CsvSource({
        // input, taps, stride, dilation, before, after, outputs
        "32, 3, 1, 1, 1, 1, 32",
        "32, 3, 2, 1, 1, 1, 16",
        "7, 3, 2, 1, 0, 0, 3",
        "8, 3, 2, 1, 0, 1, 4",
        "224, 7, 2, 1, 3, 3, 112",
        "10, 3, 1, 3, 0, 0, 4",
        "5, 2, 4, 1, 0, 0, 1",
        "1, 5, 3, 1, 2, 2, 1",
        "4, 6, 1, 1, 0, 0, 0",
        "4, 16777216, 1, 16777216, 0, 0, 0",
        "4, 3, 2147483647, 1, 0, 0, 1",
    })
    void outputSizeIsTheFormula(int input, int taps, int stride, int dilation, int before, int after, int outputs) {
        Window rows = new Window(taps, 1, stride, 1, dilation, 1, before, after, 0, 0, PaddingMode.ZERO);
        assertEquals(outputs, rows.outputHeight(input));
        Window columns = new Window(1, taps, 1, stride, 1, dilation, 0, 0, before, after, PaddingMode.ZERO);
        assertEquals(outputs, columns.outputWidth(input));
    }

    @Test
    void windowBuildersSetTheirPart() {
        Window expected = new Window(3, 5, 2, 4, 6, 7, 1, 2, 3, 4, PaddingMode.ZERO);
        assertEquals(expected, Window.of(3, 5).stride(2, 4).dilation(6, 7).padding(1, 2, 3, 4));
        assertEquals(
                new Window(3, 3, 2, 2, 2, 2, 1, 1, 1, 1, PaddingMode.ZERO),
                Window.square(3).stride(2).dilation(2).padding(1));
        assertEquals(15, expected.taps());
    }

    @ParameterizedTest
    @CsvSource({
        // input, taps, stride, dilation, outputs, before, after
        "32, 3, 1, 1, 32, 1, 1",
        "32, 4, 1, 1, 32, 1, 2",
        "7, 3, 1, 2, 7, 2, 2",
        "8, 3, 2, 1, 4, 0, 1",
        "7, 3, 2, 1, 4, 1, 1",
        "9, 2, 2, 1, 5, 0, 1",
        "7, 1, 3, 1, 3, 0, 0",
        "5, 2, 3, 2, 2, 0, 1",
        "1, 5, 4, 3, 1, 6, 6",
    })
    void sameGivesTheInputDividedByTheStrideRoundedUp(
            int input, int taps, int stride, int dilation, int outputs, int before, int after) {
        Window rows = Window.of(taps, 1).stride(stride, 1).dilation(dilation, 1).same(input, 1);
        assertEquals(outputs, rows.outputHeight(input));
        assertEquals(Window.of(taps, 1).stride(stride, 1).dilation(dilation, 1).padding(before, after, 0, 0), rows);
        Window columns =
                Window.line(taps).stride(1, stride).dilation(1, dilation).same(1, input);
        assertEquals(outputs, columns.outputWidth(input));
        assertEquals(
                Window.line(taps).stride(1, stride).dilation(1, dilation).horizontalPadding(before, after), columns);
    }

    @Test
    void sameNeedsNoInputSizeAtStrideOne() {
        Window window = Window.of(4, 5).dilation(2, 3).mode(PaddingMode.REFLECT);
        assertEquals(window.same(17, 4), window.same());
        assertEquals(window.padding(3, 3, 6, 6), window.same());
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> window.stride(2, 1).same());
        assertEquals(
                "window: with stride 2x1 the padding of same depends on the input; give its size, same(height, width)",
                e.getMessage());
    }

    @Test
    void validPadsNothing() {
        Window window = Window.of(3, 5).stride(2).dilation(1, 2);
        assertEquals(window, window.padding(1, 2, 3, 4).mode(PaddingMode.MEAN).valid());
    }

    @ParameterizedTest
    @CsvSource({
        // input, taps, stride, dilation, before, after, rounded down, rounded up
        "7, 3, 2, 1, 0, 0, 3, 3",
        "8, 3, 2, 1, 0, 0, 3, 4",
        "8, 3, 2, 1, 1, 1, 4, 5",
        "4, 1, 3, 1, 0, 0, 2, 2",
        "5, 1, 3, 1, 0, 0, 2, 2",
        "5, 2, 4, 1, 1, 1, 2, 2",
        "3, 2, 4, 1, 0, 1, 1, 1",
        "6, 2, 3, 2, 0, 0, 2, 2",
        "7, 2, 3, 2, 0, 0, 2, 3",
    })
    void ceilModeAddsAWindowThatBeginsInside(
            int input, int taps, int stride, int dilation, int before, int after, int floor, int ceil) {
        Window rows = Window.of(taps, 1).stride(stride, 1).dilation(dilation, 1).padding(before, after, 0, 0);
        assertEquals(floor, new PoolGeometry(1, input, 1, 1, rows).outputHeight());
        assertEquals(ceil, new PoolGeometry(1, input, 1, 1, rows, true).outputHeight());
        Window columns =
                Window.line(taps).stride(1, stride).dilation(1, dilation).horizontalPadding(before, after);
        assertEquals(ceil, new PoolGeometry(1, 1, input, 1, columns, true).outputWidth());
    }

    @Test
    void averagesCountTapsInsideThePaddedImageOrTheImage() {
        PoolGeometry g = new PoolGeometry(1, 8, 8, 1, Window.square(3).stride(2).padding(1), true);
        assertEquals(5, g.outputHeight());
        int[] padded = {3, 3, 3, 3, 2};
        int[] image = {2, 3, 3, 3, 1};
        for (int p = 0; p < 5; p++) {
            assertEquals(padded[p], g.countedRows(p, true));
            assertEquals(padded[p], g.countedColumns(p, true));
            assertEquals(image[p], g.countedRows(p, false));
            assertEquals(image[p], g.countedColumns(p, false));
        }
    }

    @Test
    void aTransposedConvolutionGivesBackTheInputOfItsConvolution() {
        Window window = Window.of(3, 4).stride(3, 2).dilation(1, 2).padding(1, 0, 2, 1);
        for (int height = 3; height < 12; height++) {
            for (int width = 7; width < 14; width++) {
                ConvGeometry g = new ConvGeometry(2, height, width, 6, 4, 2, window);
                int moreRows = (height + 1 - 3) % 3;
                int moreColumns = (width + 3 - 7) % 2;
                ConvTransposeGeometry transposed = new ConvTransposeGeometry(
                        2, g.outputHeight(), g.outputWidth(), 4, 6, 2, window, moreRows, moreColumns);
                assertEquals(g, transposed.transposed());
                assertEquals(g.multiplyAdds(), transposed.multiplyAdds());
            }
        }
    }

    @Test
    void afterPaddingTheOutputIsTheSame() {
        Window window =
                Window.of(3, 2).stride(2, 1).dilation(1, 3).padding(1, 2, 3, 4).mode(PaddingMode.CIRCULAR);
        ConvGeometry g = new ConvGeometry(2, 5, 6, 4, 8, 2, window);
        assertEquals(new ConvGeometry(2, 8, 13, 4, 8, 2, window.valid()), g.afterPadding());
        assertEquals(g.outputHeight(), g.afterPadding().outputHeight());
        assertEquals(g.outputWidth(), g.afterPadding().outputWidth());
    }

    @Test
    void aLineMayBeAsLongAsAnArrayToBeReflected() {
        for (int size : new int[] {1 << 29, (1 << 30) + 1, (1 << 30) + 2, Integer.MAX_VALUE - 8}) {
            assertEquals(1, PaddingMode.REFLECT.source(-1, size));
            assertEquals(size - 2, PaddingMode.REFLECT.source(size, size));
            assertEquals(7, PaddingMode.REFLECT.source(-7, size));
        }
    }

    static Arguments[] windowRefusals() {
        Window three = Window.square(3);
        return new Arguments[] {
            refusal("size 0x3", () -> Window.of(0, 3)),
            refusal("size 3x-1", () -> Window.of(3, -1)),
            refusal("stride 1x0", () -> three.stride(1, 0)),
            refusal("dilation 0x1", () -> three.dilation(0, 1)),
            refusal("left -1", () -> three.padding(0, 0, -1, 0)),
            refusal("got 0x3", () -> three.same(0, 3)),
            refusal(
                    "window: the padding of same would be 4294967294, more than 2^31-1, for a window of 3 taps, dilation"
                            + " 2147483647",
                    () -> three.dilation(Integer.MAX_VALUE).same()),
        };
    }

    static Arguments[] geometryRefusals() {
        Window three = Window.square(3);
        Window two = Window.square(2);
        int huge = Integer.MAX_VALUE;
        return new Arguments[] {
            refusal("every extent", () -> new ConvGeometry(0, 8, 8, 1, 1, 1, three)),
            refusal("every extent", () -> new ConvGeometry(1, 0, 8, 1, 1, 1, three)),
            refusal("every extent", () -> new ConvGeometry(1, 8, -8, 1, 1, 1, three)),
            refusal("every extent", () -> new ConvGeometry(1, 8, 8, 0, 1, 1, three)),
            refusal("every extent", () -> new ConvGeometry(1, 8, 8, 1, 0, 1, three)),
            refusal("every extent", () -> new ConvGeometry(1, 8, 8, 1, 1, 0, three)),
            refusal("groups must divide", () -> new ConvGeometry(1, 8, 8, 6, 4, 4, three)),
            refusal("groups must divide", () -> new ConvGeometry(1, 8, 8, 4, 6, 4, three)),
            refusal("larger than the padded input", () -> new ConvGeometry(1, 2, 8, 1, 1, 1, three)),
            refusal("larger than the padded input", () -> new ConvGeometry(1, 8, 4, 1, 1, 1, three.dilation(2))),
            refusal("larger than the padded input", () -> new ConvGeometry(1, 8, 8, 1, 1, 1, three.dilation(huge))),
            refusal("larger than the padded input", () -> new ConvGeometry(1, 8, 8, 1, 1, 1, Window.of(huge, huge))),
            refusal("the input would have more", () -> new ConvGeometry(1 << 20, 64, 64, 1, 1, 1, three)),
            refusal("the input would have more", () -> new ConvGeometry(huge, huge, huge, huge, huge, 1, three)),
            refusal("the output would have more", () -> new ConvGeometry(1 << 10, 64, 64, 1, 1 << 10, 1, three)),
            refusal("the weight would have more", () -> new ConvGeometry(1, 3, 3, 1 << 16, 1 << 16, 1, three)),
            refusal("one padded image", () -> new ConvGeometry(1, 8, 8, 1, 1, 1, three.padding(huge))),
            refusal("one padded image", () -> new ConvGeometry(1, 8, 8, 3, 1, 1, three.padding(0, 0, 0, 1 << 30))),
            refusal("every extent", () -> new PoolGeometry(1, 0, 8, 1, three)),
            refusal("larger than the padded input", () -> new PoolGeometry(1, 2, 8, 1, three)),
            refusal("larger than the padded input", () -> new PoolGeometry(1, 2, 8, 1, three, true)),
            refusal("half the window", () -> new PoolGeometry(1, 8, 8, 1, three.padding(2))),
            refusal("half the window", () -> new PoolGeometry(1, 8, 8, 1, three.padding(0, 0, 0, 2))),
            refusal(
                    "half the window",
                    () -> new PoolGeometry(1, 8, 1, 1, Window.of(3, 1).padding(1_500_000_000, 0, 0, 0))),
            refusal(
                    "no pixel at all",
                    () -> new PoolGeometry(1, 2, 2, 1, two.dilation(3).padding(1))),
            refusal("no padding modes", () -> new PoolGeometry(1, 8, 8, 1, three.mode(PaddingMode.REFLECT))),
            refusal("the input would have more", () -> new PoolGeometry(1 << 20, 64, 64, 1, three)),
            refusal("the output would have more", () -> new PoolGeometry(1 << 30, 1, 1, 1, two.padding(1))),
            refusal("one padded image", () -> new PoolGeometry(1, 8, 8, 1, three.padding(huge))),
            refusal("every extent", () -> new ConvTransposeGeometry(1, 0, 8, 1, 1, 1, three, 0, 0)),
            refusal("every extent", () -> new ConvTransposeGeometry(1, 8, 8, 1, 1, -1, three, 0, 0)),
            refusal("groups must divide", () -> new ConvTransposeGeometry(1, 8, 8, 6, 4, 4, three, 0, 0)),
            refusal("less than the stride", () -> new ConvTransposeGeometry(1, 8, 8, 1, 1, 1, three, 1, 0)),
            refusal("less than the stride", () -> new ConvTransposeGeometry(1, 8, 8, 1, 1, 1, three.stride(2), 0, 2)),
            refusal("at least 0", () -> new ConvTransposeGeometry(1, 8, 8, 1, 1, 1, three.stride(2), 0, -1)),
            refusal("cuts the whole", () -> new ConvTransposeGeometry(1, 1, 8, 1, 1, 1, three.padding(2), 0, 0)),
            refusal("cuts the whole", () -> new ConvTransposeGeometry(1, 8, 8, 1, 1, 1, three.padding(huge), 0, 0)),
            refusal(
                    "no mode",
                    () -> new ConvTransposeGeometry(
                            1, 8, 8, 1, 1, 1, three.padding(1).mode(PaddingMode.MEAN), 0, 0)),
            refusal(
                    "the output would have more",
                    () -> new ConvTransposeGeometry(1, 8, 8, 1, 1, 1, three.stride(huge), 0, 0)),
            refusal(
                    "the output would have more",
                    () -> new ConvTransposeGeometry(1, 8, 8, 1, 1, 1, three.dilation(huge), 0, 0)),
            refusal(
                    "with what is cut off",
                    () -> new ConvTransposeGeometry(
                            1, 8, 8, 1, 1, 1, three.stride(1 << 20).padding(7 << 19), 0, 0)),
        };
    }

    private static Arguments refusal(String message, Supplier<Object> construction) {
        return Arguments.of(message, construction);
    }

    @ParameterizedTest
    @MethodSource("windowRefusals")
    void windowsRefuseWithTheReason(String message, Supplier<Object> construction) {
        Exception e = assertThrows(IllegalArgumentException.class, construction::get);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("geometryRefusals")
    void geometriesRefuseWithTheReasonAndBothShapes(String message, Supplier<Object> construction) {
        Exception e = assertThrows(IllegalArgumentException.class, construction::get);
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(
                e.getMessage()
                        .matches("(conv2d|conv transpose|pool2d): input \\[.*\\] \\(NHWC\\), .*window \\d+x\\d+.*: .*"),
                e.getMessage());
    }

    @Test
    void errorsEchoTheShapes() {
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> new ConvGeometry(4, 2, 8, 3, 16, 1, Window.square(3)));
        assertTrue(
                e.getMessage().contains("input [4, 2, 8, 3] (NHWC), 16 filters in 1 groups, window 3x3"),
                e.getMessage());
    }

    @Test
    void countsMultiplyAdds() {
        assertEquals(
                2L * 32 * 32 * 9 * 8 * 32,
                new ConvGeometry(2, 32, 32, 16, 32, 2, Window.square(3).padding(1)).multiplyAdds());
    }
}
