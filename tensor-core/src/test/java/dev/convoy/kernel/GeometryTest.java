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
        "4, 6, 1, 1, 0, 0, -1",
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

    static Arguments[] refusals() {
        Window three = Window.square(3);
        return new Arguments[] {
            refusal("size 0x3", () -> Window.of(0, 3)),
            refusal("stride 1x0", () -> three.stride(1, 0)),
            refusal("dilation 0x1", () -> three.dilation(0, 1)),
            refusal("left -1", () -> three.padding(0, 0, -1, 0)),
            refusal("every extent", () -> new ConvGeometry(0, 8, 8, 1, 1, 1, three)),
            refusal("every extent", () -> new ConvGeometry(1, 8, 8, 1, 0, 1, three)),
            refusal("every extent", () -> new ConvGeometry(1, 8, 8, 1, 1, 0, three)),
            refusal("groups must divide", () -> new ConvGeometry(1, 8, 8, 6, 4, 4, three)),
            refusal("groups must divide", () -> new ConvGeometry(1, 8, 8, 4, 6, 4, three)),
            refusal("larger than the padded input", () -> new ConvGeometry(1, 2, 8, 1, 1, 1, three)),
            refusal("larger than the padded input", () -> new ConvGeometry(1, 8, 4, 1, 1, 1, three.dilation(2))),
            refusal("the input would have more", () -> new ConvGeometry(1 << 20, 64, 64, 1, 1, 1, three)),
            refusal("the output would have more", () -> new ConvGeometry(1 << 10, 64, 64, 1, 1 << 10, 1, three)),
            refusal("the weight would have more", () -> new ConvGeometry(1, 3, 3, 1 << 16, 1 << 16, 1, three)),
            refusal("every extent", () -> new PoolGeometry(1, 0, 8, 1, three)),
            refusal("larger than the padded input", () -> new PoolGeometry(1, 2, 8, 1, three)),
            refusal("half the window", () -> new PoolGeometry(1, 8, 8, 1, three.padding(2))),
            refusal(
                    "no pixel at all",
                    () -> new PoolGeometry(
                            1, 2, 2, 1, Window.square(2).dilation(3).padding(1))),
            refusal("half the window", () -> new PoolGeometry(1, 8, 8, 1, three.padding(0, 0, 0, 2))),
            refusal("the input would have more", () -> new PoolGeometry(1 << 20, 64, 64, 1, three)),
        };
    }

    private static Arguments refusal(String message, Supplier<Object> construction) {
        return Arguments.of(message, construction);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesWithTheReason(String message, Supplier<Object> construction) {
        Exception e = assertThrows(IllegalArgumentException.class, construction::get);
        assertTrue(e.getMessage().contains(message), e.getMessage());
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
