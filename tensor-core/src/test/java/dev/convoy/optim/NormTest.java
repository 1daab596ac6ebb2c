package dev.convoy.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.convoy.random.RandomKey;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NormTest {

    @Test
    void theOrderOfTheSumIsTheStatedOne() {
        for (int size = 0; size < 70; size++) {
            float[] values = values(size + 5, size);
            double[] stripes = new double[8];
            for (int i = 0; i < size; i++) {
                stripes[i % 8] += (double) values[i + 3] * values[i + 3];
            }
            double sum = ((stripes[0] + stripes[1]) + (stripes[2] + stripes[3]))
                    + ((stripes[4] + stripes[5]) + (stripes[6] + stripes[7]));
            assertEquals(Math.sqrt(sum), Norm.of(values, 3, 3 + size), 0, "size " + size);
        }
    }

    @Test
    void itIsTheExactNormToAFewRoundings() {
        float[] values = values(10_001, 1);
        BigDecimal sum = BigDecimal.ZERO;
        for (float value : values) {
            sum = sum.add(new BigDecimal(value).pow(2));
        }
        double exact = sum.sqrt(MathContext.DECIMAL64).doubleValue();
        assertEquals(exact, Norm.of(values, 0, values.length), 1e-13 * exact);
    }

    @Test
    void itIsFiniteIfAndOnlyIfEveryElementIs() {
        for (int at = 0; at < 21; at++) {
            for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                float[] values = new float[21];
                values[at] = wrong;
                assertFalse(Double.isFinite(Norm.of(values, 0, 21)), wrong + " at " + at);
            }
        }
        float[] largest = new float[21];
        Arrays.fill(largest, Float.MAX_VALUE);
        assertEquals(Math.sqrt(21) * Float.MAX_VALUE, Norm.of(largest, 0, 21), 1e26);
    }

    /** Of sizes from 1e-18 to 1e18. */
    private static float[] values(int size, long seed) {
        RandomKey key = RandomKey.of(seed, "norm");
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (key.gaussian(i) * Math.pow(10, 36 * key.uniform(1000 + i) - 18));
        }
        return values;
    }
}
