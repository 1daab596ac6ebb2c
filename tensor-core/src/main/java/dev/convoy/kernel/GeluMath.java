package dev.convoy.kernel;

/**
 * GELU, {@code x F(x)} with the share F of the standard normal distribution below x, and its slope on floats, by the means of
 * {@link FloatMath}: the same bits everywhere, lane by lane too.
 *
 * <p>Below {@code n = -|x|} lies the share {@code F(n) = (c + n G(n))^4}, with {@code c^4 = 1/2}: its fourth root is so much smoother
 * that a polynomial of degree 10 does, whose errors the power makes smaller with the share. The slope at n changes its sign at
 * {@code -z}, and {@code F(n) + n f(n) = (n + z) (e + n S(n))^4} with {@code e^4 = 1 / 2z}, f the density. The first square is taken
 * as {@code c^2 + d (2c + d)}, which rounds less than c + d would where d is small. Above 0 GELU is {@code x - |n| F(n)}, the slope 1 less
 * that of n.
 *
 * <p>Coefficients are minimax in the absolute error of the fourth power (reweighted least squares, Lawson), rounded from the lowest up
 * with the rest fitted anew. Largest errors, docs/decisions/0010-passes-over-memory.md: GELU 0.97e-7 times max(1, |x|), the slope
 * 1.35e-7, of which half an ulp above 1 is 0.6e-7. NaN gives NaN.
 */
public final class GeluMath {
    /** Farther from 0, GELU is the rectifier: its true value is closer than 2e-8. */
    public static final float FAR = 5.875f;

    /** {@code 1/sqrt(2)}, the share's square root at 0, and twice the root of that. */
    public static final float SHARE_ROOT = 0x1.6a09e6p-1f;

    public static final float SHARE_TWICE = 0x1.ae89fap0f;

    /** {@code (F(n)^(1/4) - c) / n} from -5.875 to 0, within 5.6e-9 of F. */
    public static final float G0 = 0x1.57852ap-3f;

    public static final float G1 = -0x1.9b25a2p-5f;
    public static final float G2 = -0x1.2dbd62p-8f;
    public static final float G3 = 0x1.ff2624p-9f;
    public static final float G4 = 0x1.557e0ap-13f;
    public static final float G5 = -0x1.c6b2c4p-13f;
    public static final float G6 = -0x1.52c7cap-16f;
    public static final float G7 = 0x1.92e6dp-18f;
    public static final float G8 = 0x1.4d0ae8p-20f;
    public static final float G9 = 0x1.222c5cp-24f;

    /** z: GELU's least value is at -z. */
    public static final float ZERO_SLOPE = 0x1.80ead2p-1f;
    /** {@code 1/sqrt(2z)}, and twice the root of that. */
    public static final float SLOPE_ROOT = 0x1.a18c4p-1f;

    public static final float SLOPE_TWICE = 0x1.ce5e4cp0f;

    /** {@code (((F(n) + n f(n)) / (n + z))^(1/4) - e) / n} from -5.875 to 0, within 1.2e-8 of the slope. */
    public static final float S0 = 0x1.eb3eep-5f;

    public static final float S1 = -0x1.5f2a7p-4f;
    public static final float S2 = 0x1.755544p-9f;
    public static final float S3 = 0x1.cced82p-8f;
    public static final float S4 = 0x1.3d2ee6p-13f;
    public static final float S5 = -0x1.da07acp-13f;
    public static final float S6 = 0x1.b81c1ap-16f;
    public static final float S7 = 0x1.6574c2p-16f;
    public static final float S8 = 0x1.d21224p-19f;
    public static final float S9 = 0x1.01bbf4p-22f;
    public static final float S10 = 0x1.9e23c2p-28f;

    private GeluMath() {}

    /** {@code x * F(x)}; +0 and not its tiny true value below -5.875. */
    public static float gelu(float x) {
        float n = -Math.abs(x);
        float nn = n * n;
        float p = Math.fma(n, G9, G8);
        p = Math.fma(nn, p, Math.fma(n, G7, G6));
        p = Math.fma(nn, p, Math.fma(n, G5, G4));
        p = Math.fma(nn, p, Math.fma(n, G3, G2));
        p = Math.fma(nn, p, Math.fma(n, G1, G0));
        float share = fourthPower(n * p, SHARE_TWICE, SHARE_ROOT);
        float rectified = Math.max(x, 0f);
        return n < -FAR ? rectified : Math.fma(n, share, rectified);
    }

    /** The derivative of {@link #gelu}, {@code F + x * f} with the normal density {@code f = e^(-x^2/2) / sqrt(2 pi)}; 0 below -5.875, 1 above. */
    public static float geluSlope(float x) {
        float n = -Math.abs(x);
        float nn = n * n;
        float p = Math.fma(nn, S10, Math.fma(n, S9, S8));
        p = Math.fma(nn, p, Math.fma(n, S7, S6));
        p = Math.fma(nn, p, Math.fma(n, S5, S4));
        p = Math.fma(nn, p, Math.fma(n, S3, S2));
        p = Math.fma(nn, p, Math.fma(n, S1, S0));
        float power = fourthPower(n * p, SLOPE_TWICE, SLOPE_ROOT);
        float toZero = -ZERO_SLOPE - n;
        boolean below = Float.floatToRawIntBits(x) < 0;
        float far = below ? 0f : 1f;
        return n < -FAR ? far : Math.fma(below ? -toZero : toZero, power, far);
    }

    /** {@code (c + d)^4}, from 2c and c^2. */
    private static float fourthPower(float d, float twice, float square) {
        float root = Math.fma(d, d + twice, square);
        return root * root;
    }
}
