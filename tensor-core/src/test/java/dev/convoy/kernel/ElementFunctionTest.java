package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Accuracy, measured against double in units of the last place of the exact value, and the values at the ends of the ranges. */
class ElementFunctionTest {
    private static final int CHUNK = 1 << 16;

    /** The largest error over all floats, docs/decisions/0006-own-polynomials.md, rounded up. */
    private static double bound(ElementFunction function) {
        return switch (function) {
            case EXP, LOG, ERF -> 1.0;
            case TANH -> 1.3;
            case EXPM1 -> 1.5;
            case SOFTPLUS -> 1.8;
            case SIGMOID -> 2.3;
        };
    }

    private static DoubleUnaryOperator exact(ElementFunction function) {
        return switch (function) {
            case EXP -> StrictMath::exp;
            case EXPM1 -> StrictMath::expm1;
            case LOG -> StrictMath::log;
            case SOFTPLUS -> x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
            case SIGMOID -> x -> x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
            case TANH -> StrictMath::tanh;
            case ERF -> ElementFunctionTest::erf;
        };
    }

    /** {@code 2/sqrt(pi) e^(-x^2) (x + 2x^3/3 + 4x^5/15 + ...)}: no term is negative, so nothing cancels. */
    static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / StrictMath.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
    }

    @ParameterizedTest
    @EnumSource
    void lastPlacesOfEveryFiveThousandthFloat(ElementFunction function) {
        assertWithinBound(function, worst(function, 0, 1L << 32, 4999));
    }

    /**
     * Every float of magnitude 2^-14 to 128, below which these functions are lines or constants with the least of a bend and above
     * which nothing happens; for the logarithm every positive one. By the kernels under test, bit for bit what the function itself
     * gives.
     */
    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void lastPlacesOfEveryFloat(ElementFunction function) {
        if (function == ElementFunction.LOG) {
            assertWithinBound(function, worst(function, 0, bits(Float.POSITIVE_INFINITY), 1));
        } else {
            assertWithinBound(function, worst(function, bits(0x1p-14f), bits(128f), 1));
            assertWithinBound(function, worst(function, bits(-0x1p-14f), bits(-128f), 1));
        }
    }

    private static long bits(float x) {
        return Float.floatToRawIntBits(x) & 0xffffffffL;
    }

    private static void assertWithinBound(ElementFunction function, float worstAt) {
        double worst = error(function.of(worstAt), exact(function).applyAsDouble(worstAt));
        String found = function + ": " + worst + " ulp at " + Float.toHexString(worstAt);
        System.out.println(found);
        assertTrue(worst <= bound(function), found);
    }

    /** Where the error is largest among the floats whose bits are {@code from, from + step, ...} below {@code to}. */
    private static float worst(ElementFunction function, long from, long to, int step) {
        DoubleUnaryOperator exact = exact(function);
        float[] x = new float[CHUNK];
        float[] y = new float[CHUNK];
        double worst = -1;
        float worstAt = 0;
        for (long bits = from; bits < to; ) {
            for (int i = 0; i < CHUNK; i++, bits += step) {
                x[i] = Float.intBitsToFloat((int) bits);
            }
            KernelCases.underTest().map(function, CHUNK, x, 0, y, 0);
            for (int i = 0; i < CHUNK; i++) {
                assertEquals(function.of(x[i]), y[i]);
                double error = error(y[i], exact.applyAsDouble(x[i]));
                if (!(error <= worst)) {
                    worst = error;
                    worstAt = x[i];
                }
            }
        }
        return worstAt;
    }

    /** In units of the last place of the float nearest to the exact value; NaN and infinities must be met exactly. */
    private static double error(float value, double exact) {
        if (Double.isNaN(exact) || Math.abs(exact) >= 0x1.ffffffp127) {
            return Float.compare(value, (float) exact) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(value - exact) / Math.ulp((float) exact);
    }

    @Test
    void valuesAtTheEndsOfTheRanges() {
        float infinity = Float.POSITIVE_INFINITY;
        float[][] exp = {
            {-infinity, 0},
            {-104, 0},
            {-103.5f, Float.MIN_VALUE},
            {0, 1},
            {-0f, 1},
            {88.8f, infinity},
            {infinity, infinity}
        };
        assertValues(ElementFunction.EXP, exp);
        assertValues(
                ElementFunction.EXPM1,
                new float[][] {{-infinity, -1}, {-18, -1}, {0, 0}, {89, infinity}, {infinity, infinity}});
        assertValues(ElementFunction.LOG, new float[][] {
            {-infinity, Float.NaN},
            {-1, Float.NaN},
            {-Float.MIN_VALUE, Float.NaN},
            {-0f, -infinity},
            {0, -infinity},
            {1, 0},
            {infinity, infinity}
        });
        assertValues(
                ElementFunction.SOFTPLUS,
                new float[][] {{-infinity, 0}, {0, (float) StrictMath.log(2)}, {50, 50}, {infinity, infinity}});
        assertValues(
                ElementFunction.SIGMOID,
                new float[][] {{-infinity, 0}, {0, 0.5f}, {-0f, 0.5f}, {50, 1}, {infinity, 1}});
        float[][] odd = {
            {-infinity, -1}, {-10, -1}, {-0f, -0f}, {0, 0}, {10, 1}, {infinity, 1}, {Float.MIN_VALUE, Float.MIN_VALUE}
        };
        assertValues(ElementFunction.TANH, odd);
        assertValues(ElementFunction.ERF, odd);
        for (ElementFunction function : ElementFunction.values()) {
            assertValues(function, new float[][] {{Float.NaN, Float.NaN}});
        }
    }

    private static void assertValues(ElementFunction function, float[][] pairs) {
        for (float[] pair : pairs) {
            assertEquals(pair[1], function.of(pair[0]), function + " at " + pair[0]);
        }
    }

    /** The steps' bits, so that no other JDK, compiler or edit changes them unnoticed. */
    @Test
    void theBitsNeverChange() {
        for (ElementFunction function : ElementFunction.values()) {
            int hash = 0;
            for (long bits = 0; bits < 1L << 32; bits += 100_003) {
                float y = function.of(Float.intBitsToFloat((int) bits));
                hash = 31 * hash + Float.floatToIntBits(y);
            }
            assertEquals(golden(function), Integer.toHexString(hash), function.toString());
        }
    }

    private static String golden(ElementFunction function) {
        return switch (function) {
            case EXP -> "ac96dd0b";
            case EXPM1 -> "e9ce50d0";
            case LOG -> "25084cb8";
            case SOFTPLUS -> "83862454";
            case SIGMOID -> "6f205be";
            case TANH -> "89c29f82";
            case ERF -> "936deaa0";
        };
    }
}
