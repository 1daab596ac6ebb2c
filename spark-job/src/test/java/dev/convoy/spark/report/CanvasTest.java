package dev.convoy.spark.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.data.DataException;
import org.junit.jupiter.api.Test;

class CanvasTest {
    @Test
    void aPictureOfTooManyPixelsIsRefusedBeforeItTakesMemory() {
        DataException e = assertThrows(DataException.class, () -> new Canvas(70_000, 70_000, 0));
        assertEquals(DataException.Problem.TOO_LARGE, e.problem());
        assertEquals(
                "a picture of 70000x70000 is more than the 67108864 pixels there may be; draw less", e.getMessage());
    }
}
