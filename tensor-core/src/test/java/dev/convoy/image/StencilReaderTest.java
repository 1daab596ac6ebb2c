package dev.convoy.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StencilReaderTest {
    @Test
    void rowsCommentsAndADivisor() {
        Stencil stencil = StencilReader.read("k.txt", "# a blur\n\n 1 2 1\n2,4, 2 # middle\r\n1\t2 1e0\n/ 16\n\n");

        assertEquals(Shape.of(3, 3), stencil.taps().shape());
        assertArrayEquals(
                new float[] {1, 2, 1, 2, 4, 2, 1, 2, 1}, stencil.taps().toArray());
        assertEquals(16, stencil.divisor());
    }

    @Test
    void anySizeWithoutADivisor() {
        Stencil stencil = StencilReader.read("k.txt", "-1 0.5");

        assertEquals(Shape.of(1, 2), stencil.taps().shape());
        assertEquals(1, stencil.divisor());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 2;3 | k.txt, line 2: a row of 1 numbers under one of 2; rows have equal length",
                "1 x | k.txt, line 1: 'x' is not a number",
                "1 2 1 / 4 | k.txt, line 1: a divisor stands on a line of its own, such as / 273",
                "1,,2 | k.txt, line 1: '' is not a number",
                "1;/ 0 | k.txt, line 2: the divisor is 0",
                "1;/ NaN | k.txt, line 2: 'NaN' is not a finite number",
                "1;/ x | k.txt, line 2: 'x' is not a number",
                "1;/ | k.txt, line 2: '' is not a number",
                "1;/ 2;1 | k.txt, line 3: the divisor is the last line, but there is more",
                "1e99 | k.txt, line 1: '1e99' is not a finite number",
                "# all | k.txt: holds no numbers; expected a line for each row, such as 1 2 1",
                "/ 2 | k.txt: holds no numbers; expected a line for each row, such as 1 2 1"
            })
    void aMistakeNamesItsLine(String text, String message) {
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> StencilReader.read("k.txt", text.replace(';', '\n')));
        assertEquals(message, e.getMessage());
    }

    @Test
    void tooManyNumbersAreRefused() {
        for (String text : new String[] {"1 ".repeat(100), "1\n".repeat(100)}) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> StencilReader.read("k.txt", text));
            assertEquals(
                    "k.txt, line " + (text.startsWith("1 ") ? 1 : 100) + ": more than 99x99 numbers", e.getMessage());
        }
    }
}
