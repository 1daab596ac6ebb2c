package dev.convoy.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomTest {
    private static final int DRAWS = 200_000;
    private static final String GOLDEN_BITS = "64a27dbf2e4bc4a6 4a788c234238fa20";
    private static final String GOLDEN_PLACES = "7698415302";

    @Test
    void theBitsNeverChange() {
        // A model's first weights and every order hang on these; a change of them is a change of every result.
        RandomKey key = RandomKey.of(1, "initial").with("conv1.weight").with(3);
        assertEquals(GOLDEN_BITS, Long.toHexString(key.bits(0)) + " " + Long.toHexString(key.bits(12345)));
        assertEquals(GOLDEN_PLACES, places(new Permutation(key, 10)));
    }

    private static String places(Permutation permutation) {
        StringBuilder places = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            places.append(permutation.at(i));
        }
        return places.toString();
    }

    @Test
    void uniformFillsItsRangeEvenly() {
        RandomKey key = RandomKey.of(2, "uniform");
        int[] buckets = new int[10];
        for (int i = 0; i < DRAWS; i++) {
            float value = key.uniform(i);
            assertTrue(value >= 0 && value < 1);
            buckets[(int) (value * 10)]++;
        }
        double chiSquared = 0;
        for (int count : buckets) {
            double expected = DRAWS / 10.0;
            chiSquared += (count - expected) * (count - expected) / expected;
        }
        assertTrue(chiSquared < 27.9, "chi squared with 9 degrees of freedom, 0.1 %: " + chiSquared);
    }

    @Test
    void gaussianHasItsMoments() {
        RandomKey key = RandomKey.of(3, "gaussian");
        double[] moments = new double[5];
        for (int i = 0; i < DRAWS; i++) {
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(key.gaussian(i), power) / DRAWS;
            }
        }
        assertEquals(0, moments[1], 0.01);
        assertEquals(1, moments[2], 0.015);
        assertEquals(0, moments[3], 0.04);
        assertEquals(3, moments[4], 0.12);
    }

    @Test
    void keysOfDifferentNamesAndNumbersAreUnrelated() {
        RandomKey key = RandomKey.of(1, "a");
        assertNotEquals(key.bits(0), RandomKey.of(1, "b").bits(0));
        assertNotEquals(key.bits(0), RandomKey.of(2, "a").bits(0));
        assertNotEquals(key.with(1).bits(0), key.with(2).bits(0));
        assertNotEquals(key.with(1).with(2).bits(0), key.with(2).with(1).bits(0));
        int agreeing = 0;
        for (int i = 0; i < DRAWS; i++) {
            agreeing += Long.bitCount(~(key.with(i).bits(0) ^ key.with(i + 1).bits(0)));
        }
        assertEquals(0.5, agreeing / (64.0 * DRAWS), 0.001);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 16, 17, 100, 4095, 4096, 4097, 60_000})
    void everyPlaceIsTakenOnce(int size) {
        Permutation permutation = new Permutation(RandomKey.of(4, "order"), size);
        boolean[] taken = new boolean[size];
        for (int i = 0; i < size; i++) {
            int place = (int) permutation.at(i);
            assertTrue(!taken[place], "place " + place + " is taken twice");
            taken[place] = true;
        }
        assertThrows(IndexOutOfBoundsException.class, () -> permutation.at(size));
        assertThrows(IndexOutOfBoundsException.class, () -> permutation.at(-1));
    }

    @Test
    void everyOrderOfFourIsAboutAsLikely() {
        int[] counts = new int[256];
        int keys = 24_000;
        for (int k = 0; k < keys; k++) {
            Permutation permutation = new Permutation(RandomKey.of(k, "fair"), 4);
            int code = 0;
            for (int i = 0; i < 4; i++) {
                code = code * 4 + (int) permutation.at(i);
            }
            counts[code]++;
        }
        int orders = 0;
        double chiSquared = 0;
        for (int count : counts) {
            if (count > 0) {
                orders++;
                chiSquared += (count - keys / 24.0) * (count - keys / 24.0) / (keys / 24.0);
            }
        }
        assertEquals(24, orders);
        assertTrue(chiSquared < 49.7, "chi squared with 23 degrees of freedom, 0.1 %: " + chiSquared);
    }
}
