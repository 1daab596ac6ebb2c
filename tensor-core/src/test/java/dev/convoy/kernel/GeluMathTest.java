package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** GELU and its slope against float64, by the kernels under test; the values far from 0; the bits. */
class GeluMathTest {
    private static final int SIZE = 1 << 20;
    private static final int CHUNK = 4096;
    private static final double REACH = 8;

    private static double share(double x) {
        return (1 + ElementFunctionTest.erf(x * StrictMath.sqrt(0.5))) / 2;
    }

    private static double slope(double x) {
        return share(x) + x * StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * Math.PI);
    }

    /** A million floats of either sign up to 8. */
    private static float[] arguments() {
        float[] x = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            x[i] = (float) ((2 * i + 1 - SIZE) * (REACH / SIZE));
        }
        return x;
    }

    private static double worst(float[] x, float[] y, DoubleUnaryOperator exact, DoubleUnaryOperator scale) {
        double worst = 0;
        for (int i = 0; i < SIZE; i++) {
            worst = Math.max(worst, Math.abs(y[i] - exact.applyAsDouble(x[i])) / scale.applyAsDouble(x[i]));
        }
        return worst;
    }

    @Test
    void valuesAreWithinATenMillionthOfOneOrOfX() {
        float[] x = arguments();
        float[] y = new float[SIZE];
        for (int at = 0; at < SIZE; at += CHUNK) {
            KernelCases.underTest().gelu(CHUNK, x, at, y, at);
        }
        double worst = worst(x, y, v -> v * share(v), v -> Math.max(1, Math.abs(v)));
        System.out.println("gelu: " + worst);
        assertTrue(worst <= 1.0e-7, () -> "gelu: " + worst);
        double nearZero = worst(x, y, v -> v * share(v), v -> Math.abs(v) < 0.5 ? Math.abs(v * share(v)) : 10);
        System.out.println("gelu near 0, of its value: " + nearZero);
        assertTrue(nearZero <= 3.0e-7, () -> "gelu near 0: " + nearZero);
    }

    @Test
    void slopesAreWithinOneUlpAboveOne() {
        float[] x = arguments();
        float[] dy = new float[SIZE];
        Arrays.fill(dy, 1f);
        float[] dx = new float[SIZE];
        for (int at = 0; at < SIZE; at += CHUNK) {
            KernelCases.underTest().geluAdjoint(CHUNK, x, at, dy, at, dx, at);
        }
        double worst = worst(x, dx, GeluMathTest::slope, v -> 1);
        System.out.println("gelu's slope: " + worst);
        assertTrue(worst <= 1.4e-7, () -> "slope: " + worst);
    }

    @Test
    void farFromZeroItIsTheRectifier() {
        float infinity = Float.POSITIVE_INFINITY;
        for (float far : new float[] {5.9f, 8, 1e10f, Float.MAX_VALUE, infinity}) {
            assertEquals(far, GeluMath.gelu(far));
            assertEquals(0f, GeluMath.gelu(-far));
            assertEquals(1f, GeluMath.geluSlope(far));
            assertEquals(0f, GeluMath.geluSlope(-far));
        }
        assertEquals(0f, GeluMath.gelu(0f));
        assertEquals(0f, GeluMath.gelu(-0f));
        assertEquals(0.5f, GeluMath.geluSlope(0f), 1e-7f);
        assertEquals(GeluMath.geluSlope(0f), 1 - GeluMath.geluSlope(-0f), 1e-7f);
    }

    @Test
    void nanOfEitherSignStaysNan() {
        for (int bits : new int[] {0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff}) {
            float[] x = new float[40];
            Arrays.fill(x, Float.intBitsToFloat(bits));
            float[] y = new float[40];
            float[] dx = new float[40];
            KernelCases.underTest().gelu(40, x, 0, y, 0);
            KernelCases.underTest().geluAdjoint(40, x, 0, new float[40], 0, dx, 0);
            for (int i = 0; i < 40; i++) {
                assertTrue(Float.isNaN(y[i]) && Float.isNaN(dx[i]), "at " + i);
            }
        }
    }

    @Test
    void theBitsNeverChange() {
        int values = 0;
        int slopes = 0;
        for (long bits = 0; bits < 1L << 32; bits += 100_003) {
            float x = Float.intBitsToFloat((int) bits);
            values = 31 * values + Float.floatToIntBits(GeluMath.gelu(x));
            slopes = 31 * slopes + Float.floatToIntBits(GeluMath.geluSlope(x));
        }
        assertEquals("902e851c", Integer.toHexString(values));
        assertEquals("3f7f8165", Integer.toHexString(slopes));
    }

    /** Each exponent and, in all lanes, every selection. */
    @Test
    void theProvidersAgreeOnFloatsOfEveryMagnitude() {
        float[] x = new float[(int) ((1L << 32) / 2017)];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(i * 2017);
        }
        float[] y = new float[x.length];
        KernelCases.underTest().gelu(x.length, x, 0, y, 0);
        for (int i = 0; i < x.length; i++) {
            assertEquals(GeluMath.gelu(x[i]), y[i]);
        }
        float[] dy = new float[x.length];
        Arrays.fill(dy, 1f);
        KernelCases.underTest().geluAdjoint(x.length, x, 0, dy, 0, y, 0);
        for (int i = 0; i < x.length; i++) {
            assertEquals(Math.fma(1f, GeluMath.geluSlope(x[i]), 0f), y[i]);
        }
    }
}
