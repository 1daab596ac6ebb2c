package dev.convoy.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubsetTest {
    @ParameterizedTest
    @CsvSource({"2, 1", "10, 3", "103, 1", "103, 102", "1000, 250"})
    void everySampleIsHeldOutOrRemainsAndBothAreNumberedWithoutGaps(int samples, int held) {
        long[] ids = LongStream.range(0, samples).toArray();
        long[] validation = Subset.heldOut(5, samples, held).places(ids);
        long[] training = Subset.remaining(5, samples, held).places(ids);
        for (int id = 0; id < samples; id++) {
            assertEquals(validation[id] < 0, training[id] >= 0, "sample " + id);
        }
        assertArrayEquals(LongStream.range(0, held).toArray(), sorted(validation));
        assertArrayEquals(LongStream.range(0, samples - held).toArray(), sorted(training));
    }

    @Test
    void whichSamplesAreHeldOutDependsOnTheSeedAndNotOnTheOrderOfTheirIds() {
        long[] ids = LongStream.range(0, 50).toArray();
        long[] reversed = LongStream.range(0, 50).map(id -> 49 - id).toArray();
        long[] places = Subset.heldOut(1, 50, 20).places(ids);
        long[] ofReversed = Subset.heldOut(1, 50, 20).places(reversed);
        for (int id = 0; id < 50; id++) {
            assertEquals(places[id], ofReversed[49 - id]);
        }
        assertNotEquals(
                Arrays.toString(places),
                Arrays.toString(Subset.heldOut(2, 50, 20).places(ids)));
    }

    /** So that a run without a validation split has the bits it always had. */
    @Test
    void wholeSetsAreNumberedByTheirIds() {
        long[] ids = {3, 0, 2, 1};
        assertArrayEquals(ids, Subset.all(4).places(ids));
        assertArrayEquals(ids, Subset.remaining(9, 4, 0).places(ids));
    }

    @Test
    void aRunOfPlacesThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Subset(1, 5, 3, 2));
        assertThrows(IllegalArgumentException.class, () -> Subset.heldOut(1, 5, 6));
    }

    private static long[] sorted(long[] places) {
        return Arrays.stream(places).filter(place -> place >= 0).sorted().toArray();
    }
}
