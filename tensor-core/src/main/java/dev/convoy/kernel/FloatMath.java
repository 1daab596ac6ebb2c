package dev.convoy.kernel;

/**
 * Elementary functions on floats whose bits never change: fused multiply-adds, arithmetic and integer steps only, without branches, so
 * that the vector kernels repeat them lane by lane. {@link Math#exp} and its kin may return other bits compiled than interpreted.
 *
 * <p>Each is a polynomial on a small interval, to which the argument is reduced. Coefficients are minimax in relative error, rounded
 * from the lowest up with the rest fitted anew; stated errors were measured over every float (docs/decisions/0006-own-polynomials.md).
 * NaN gives NaN.
 */
public final class FloatMath {
    /** Added to a small float, leaves its nearest integer, ties to even, in the lowest bits. */
    public static final float ROUND = 0x1.8p23f;

    public static final int ROUND_BITS = 0x4b400000;
    public static final int MANTISSA = 23;
    public static final int MANTISSA_MASK = 0x007fffff;
    public static final int EXPONENT_BIAS = 127;

    public static final float LOG2_E = 0x1.715476p0f;
    /** ln 2 in two parts: a float, whose multiples a fused multiply-add takes off x without error, and what it lacks. */
    public static final float LN2 = 0x1.62e43p-1f;

    public static final float LN2_REST = -0x1.05c61p-29f;

    /** Beyond these, e^x is infinite or rounds to 0. */
    public static final float EXP_HIGHEST = 89f;

    public static final float EXP_LOWEST = -104f;
    /** Below this, e^x - 1 rounds to -1. */
    public static final float EXPM1_LOWEST = -18f;

    /** {@code (e^r - 1 - r) / r^2} for |r| <= ln(2)/2, within 2^-31.1 of e^r - 1. */
    public static final float E0 = 0.5f;

    public static final float E1 = 0x1.555554p-3f;
    public static final float E2 = 0x1.5554f8p-5f;
    public static final float E3 = 0x1.1112d8p-7f;
    public static final float E4 = 0x1.6d3a4ap-10f;
    public static final float E5 = 0x1.9e738p-13f;

    /** {@code (log(1 + f) - f + f^2/2) / f^3} for 1 + f from sqrt(1/2) to sqrt(2), within 2^-30.3 of log(1 + f). */
    public static final float L0 = 0x1.555548p-2f;

    public static final float L1 = -0x1.000006p-2f;
    public static final float L2 = 0x1.99a476p-3f;
    public static final float L3 = -0x1.555c44p-3f;
    public static final float L4 = 0x1.233ba2p-3f;
    public static final float L5 = -0x1.fc28cap-4f;
    public static final float L6 = 0x1.e6c00ap-4f;
    public static final float L7 = -0x1.de01d8p-4f;
    public static final float L8 = 0x1.147334p-4f;

    public static final int SQRT_HALF_BITS = 0x3f3504f3;
    public static final float SQRT_TWO_LESS_ONE = 0x1.a8279ap-2f;
    /** Makes any denormal normal, and what that adds to the exponent. */
    public static final float NORMALISE = 0x1p23f;

    /** {@code (tanh(x) - x) / x^3} in powers of x^2 up to x = 0.625, within 2^-27.7 of tanh(x). */
    public static final float T0 = -0x1.555532p-2f;

    public static final float T1 = 0x1.1106f6p-3f;
    public static final float T2 = -0x1.b835a4p-5f;
    public static final float T3 = 0x1.51f8cep-6f;
    public static final float T4 = -0x1.750ce4p-8f;
    public static final float TANH_SMALL = 0.625f;

    /** {@code (erf(x) - x) / x} in powers of x^2 up to x = 1, within 2^-29.3 of erf(x). */
    public static final float R0 = 0x1.06eba8p-3f;

    public static final float R1 = -0x1.81273ep-2f;
    public static final float R2 = 0x1.ce2ce6p-4f;
    public static final float R3 = -0x1.b7f71ap-6f;
    public static final float R4 = 0x1.53f224p-8f;
    public static final float R5 = -0x1.a3515ep-11f;
    public static final float R6 = 0x1.4771fcp-14f;

    /** {@code -log(1 - erf(x))} for x from 1 to 4, within 2^-29.7 of erf(x). */
    public static final float C0 = 0x1.5b05bp-12f;

    public static final float C1 = 0x1.208ba4p0f;
    public static final float C2 = 0x1.46b22cp-1f;
    public static final float C3 = 0x1.a68e08p-4f;
    public static final float C4 = -0x1.663844p-6f;
    public static final float C5 = 0x1.832d6ep-9f;
    public static final float C6 = -0x1.8829dp-13f;
    /** From here on erf rounds to 1. */
    public static final float ERF_ONE = 4f;

    private FloatMath() {}

    /**
     * {@code e^x = 2^n e^r} with n the integer nearest to x / ln 2. Overflows to infinity above 88.72, is denormal, correctly scaled,
     * below -87.33 and +0 below -103.97.
     */
    public static float exp(float x) {
        float reduced = Math.max(Math.min(x, EXP_HIGHEST), EXP_LOWEST);
        float shifted = Math.fma(reduced, LOG2_E, ROUND);
        float power = 1f + expm1Reduced(reduced, shifted - ROUND);
        // In two factors: 2^n alone would overflow at n = 128 and vanish below -126.
        int n = Float.floatToRawIntBits(shifted) - ROUND_BITS;
        int half = n >> 1;
        return power * powerOfTwo(half) * powerOfTwo(n - half);
    }

    /** {@code e^x - 1 = 2^n (e^r - 1) + (2^n - 1)}; +0 at -0. */
    public static float expm1(float x) {
        float reduced = Math.max(Math.min(x, EXP_HIGHEST), EXPM1_LOWEST);
        float shifted = Math.fma(reduced, LOG2_E, ROUND);
        // Half of it, since 2^128 is no float.
        float scale = powerOfTwo(Float.floatToRawIntBits(shifted) - ROUND_BITS - 1);
        return 2f * Math.fma(scale, expm1Reduced(reduced, shifted - ROUND), scale - 0.5f);
    }

    /** {@code e^r - 1} for {@code r = x - n ln 2}. */
    private static float expm1Reduced(float x, float n) {
        float r = Math.fma(n, -LN2_REST, Math.fma(n, -LN2, x));
        float p = Math.fma(r, E5, E4);
        p = Math.fma(r, p, E3);
        p = Math.fma(r, p, E2);
        p = Math.fma(r, p, E1);
        p = Math.fma(r, p, E0);
        return Math.fma(r * r, p, r);
    }

    private static float powerOfTwo(int n) {
        return Float.intBitsToFloat((n + EXPONENT_BIAS) << MANTISSA);
    }

    /** {@code log(2^e m) = e ln 2 + log(m)}, m from sqrt(1/2) to sqrt(2), denormals too; -infinity at 0 and -0, NaN below. */
    public static float log(float x) {
        boolean denormal = x < Float.MIN_NORMAL;
        float normal = denormal ? x * NORMALISE : x;
        int bits = Float.floatToRawIntBits(normal) - SQRT_HALF_BITS;
        float exponent = Float.intBitsToFloat((bits >> MANTISSA) + ROUND_BITS) - ROUND;
        exponent = denormal ? exponent - MANTISSA : exponent;
        float m = Float.intBitsToFloat((bits & MANTISSA_MASK) + SQRT_HALF_BITS);
        float y = Math.fma(exponent, LN2, Math.fma(exponent, LN2_REST, logOnePlus(m - 1f)));
        y = x > 0f ? y : x == 0f ? Float.NEGATIVE_INFINITY : Float.NaN;
        return x < Float.POSITIVE_INFINITY ? y : x;
    }

    /** {@code log(1 + f)} for 1 + f from sqrt(1/2) to sqrt(2). */
    private static float logOnePlus(float f) {
        float p = Math.fma(f, L8, L7);
        p = Math.fma(f, p, L6);
        p = Math.fma(f, p, L5);
        p = Math.fma(f, p, L4);
        p = Math.fma(f, p, L3);
        p = Math.fma(f, p, L2);
        p = Math.fma(f, p, L1);
        p = Math.fma(f, p, L0);
        return Math.fma(f * f, Math.fma(f, p, -0.5f), f);
    }

    /** {@code log(1 + e^x) = max(x, 0) + log(1 + t)} with {@code t = e^-|x|}; where t is large, {@code 1 + t = 2 (1 + (t-1)/2)}. */
    public static float softplus(float x) {
        float t = exp(-Math.abs(x));
        boolean large = t > SQRT_TWO_LESS_ONE;
        float log = logOnePlus(large ? 0.5f * (t - 1f) : t);
        return Math.max(x, 0f) + (large ? log + LN2 : log);
    }

    /** {@code 1 / (1 + e^-x)}, for negative x {@code e^x / (1 + e^x)}, so that both tails keep their accuracy. */
    public static float sigmoid(float x) {
        float e = exp(-Math.abs(x));
        return (x < 0f ? e : 1f) / (1f + e);
    }

    /** An odd polynomial up to 0.625, {@code 1 - 2 / ((e^(2x) - 1) + 2)} beyond; the sign of x. */
    public static float tanh(float x) {
        float a = Math.abs(x);
        float z = a * a;
        float p = Math.fma(z, T4, T3);
        p = Math.fma(z, p, T2);
        p = Math.fma(z, p, T1);
        p = Math.fma(z, p, T0);
        float small = Math.fma(a * z, p, a);
        float large = 1f - 2f / (expm1(2f * a) + 2f);
        return Math.copySign(a < TANH_SMALL ? small : large, x);
    }

    /** An odd polynomial up to 1, {@code 1 - e^-c(x)}, up to its sign, beyond, with a polynomial c; the sign of x. */
    public static float erf(float x) {
        float a = Math.min(Math.abs(x), ERF_ONE);
        float z = a * a;
        float p = Math.fma(z, R6, R5);
        p = Math.fma(z, p, R4);
        p = Math.fma(z, p, R3);
        p = Math.fma(z, p, R2);
        p = Math.fma(z, p, R1);
        p = Math.fma(z, p, R0);
        float c = Math.fma(a, C6, C5);
        c = Math.fma(a, c, C4);
        c = Math.fma(a, c, C3);
        c = Math.fma(a, c, C2);
        c = Math.fma(a, c, C1);
        c = Math.fma(a, c, C0);
        float large = -expm1(-c);
        return a < 1f ? Math.fma(x, p, x) : x < 0f ? -large : large;
    }
}
