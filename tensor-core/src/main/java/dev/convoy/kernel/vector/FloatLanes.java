package dev.convoy.kernel.vector;

import dev.convoy.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatMath}, lane by lane: the same steps in the same order, where each selection is a blend. Steps that cannot change a bit of
 * what they are given here, such as a bound that is not reached, are left out.
 *
 * <p>Every constant is a vector kept in a field. Broadcast where it is used, it costs C2 so many nodes that the longer functions pass
 * its limit for inlining, and box (docs/decisions/0006-own-polynomials.md).
 */
final class FloatLanes {
    private static final FloatVector ZERO = all(0f);
    private static final FloatVector ONE = all(1f);
    private static final FloatVector TWO = all(2f);
    private static final FloatVector HALF = all(0.5f);
    private static final FloatVector MINUS_HALF = all(-0.5f);
    private static final FloatVector NAN = all(Float.NaN);
    private static final FloatVector POSITIVE_INFINITY = all(Float.POSITIVE_INFINITY);
    private static final FloatVector NEGATIVE_INFINITY = all(Float.NEGATIVE_INFINITY);
    private static final IntVector SIGN = allInts(Integer.MIN_VALUE);
    private static final IntVector NOT_SIGN = allInts(Integer.MAX_VALUE);
    private static final FloatVector MIN_NORMAL = all(Float.MIN_NORMAL);

    private static final FloatVector ROUND = all(FloatMath.ROUND);
    private static final IntVector ROUND_BITS = allInts(FloatMath.ROUND_BITS);
    private static final IntVector EXPONENT_BIAS = allInts(FloatMath.EXPONENT_BIAS);
    private static final IntVector EXPONENT_BIAS_LESS_ONE =
            allInts((FloatMath.EXPONENT_BIAS - 1) << FloatMath.MANTISSA);
    private static final IntVector EXPONENT_BIAS_AND_64 = allInts((FloatMath.EXPONENT_BIAS + 64) << FloatMath.MANTISSA);
    private static final FloatVector TWO_TO_MINUS_64 = all(0x1p-64f);
    private static final FloatVector LOG2_E = all(FloatMath.LOG2_E);
    private static final FloatVector LN2 = all(FloatMath.LN2);
    private static final FloatVector LN2_REST = all(FloatMath.LN2_REST);
    private static final FloatVector MINUS_LN2 = all(-FloatMath.LN2);
    private static final FloatVector MINUS_LN2_REST = all(-FloatMath.LN2_REST);

    private static final FloatVector EXP_HIGHEST = all(FloatMath.EXP_HIGHEST);
    private static final FloatVector EXP_LOWEST = all(FloatMath.EXP_LOWEST);
    private static final FloatVector EXPM1_LOWEST = all(FloatMath.EXPM1_LOWEST);
    private static final FloatVector E0 = all(FloatMath.E0);
    private static final FloatVector E1 = all(FloatMath.E1);
    private static final FloatVector E2 = all(FloatMath.E2);
    private static final FloatVector E3 = all(FloatMath.E3);
    private static final FloatVector E4 = all(FloatMath.E4);
    private static final FloatVector E5 = all(FloatMath.E5);

    private static final FloatVector NORMALISE = all(FloatMath.NORMALISE);
    private static final FloatVector MANTISSA_FLOAT = all(FloatMath.MANTISSA);
    private static final IntVector MANTISSA_MASK = allInts(FloatMath.MANTISSA_MASK);
    private static final IntVector SQRT_HALF_BITS = allInts(FloatMath.SQRT_HALF_BITS);
    private static final FloatVector SQRT_TWO_LESS_ONE = all(FloatMath.SQRT_TWO_LESS_ONE);
    private static final FloatVector L0 = all(FloatMath.L0);
    private static final FloatVector L1 = all(FloatMath.L1);
    private static final FloatVector L2 = all(FloatMath.L2);
    private static final FloatVector L3 = all(FloatMath.L3);
    private static final FloatVector L4 = all(FloatMath.L4);
    private static final FloatVector L5 = all(FloatMath.L5);
    private static final FloatVector L6 = all(FloatMath.L6);
    private static final FloatVector L7 = all(FloatMath.L7);
    private static final FloatVector L8 = all(FloatMath.L8);

    private static final FloatVector TANH_SMALL = all(FloatMath.TANH_SMALL);
    private static final FloatVector T0 = all(FloatMath.T0);
    private static final FloatVector T1 = all(FloatMath.T1);
    private static final FloatVector T2 = all(FloatMath.T2);
    private static final FloatVector T3 = all(FloatMath.T3);
    private static final FloatVector T4 = all(FloatMath.T4);

    private static final FloatVector ERF_ONE = all(FloatMath.ERF_ONE);
    private static final FloatVector R0 = all(FloatMath.R0);
    private static final FloatVector R1 = all(FloatMath.R1);
    private static final FloatVector R2 = all(FloatMath.R2);
    private static final FloatVector R3 = all(FloatMath.R3);
    private static final FloatVector R4 = all(FloatMath.R4);
    private static final FloatVector R5 = all(FloatMath.R5);
    private static final FloatVector R6 = all(FloatMath.R6);
    private static final FloatVector C0 = all(FloatMath.C0);
    private static final FloatVector C1 = all(FloatMath.C1);
    private static final FloatVector C2 = all(FloatMath.C2);
    private static final FloatVector C3 = all(FloatMath.C3);
    private static final FloatVector C4 = all(FloatMath.C4);
    private static final FloatVector C5 = all(FloatMath.C5);
    private static final FloatVector C6 = all(FloatMath.C6);

    private FloatLanes() {}

    static FloatVector exp(FloatVector x) {
        FloatVector reduced = x.min(EXP_HIGHEST).max(EXP_LOWEST);
        FloatVector shifted = reduced.fma(LOG2_E, ROUND);
        FloatVector power = expm1Reduced(reduced, shifted.sub(ROUND)).add(ONE);
        IntVector n = shifted.reinterpretAsInts().sub(ROUND_BITS);
        IntVector half = n.lanewise(VectorOperators.ASHR, 1);
        return power.mul(powerOfTwo(half)).mul(powerOfTwo(n.sub(half)));
    }

    /** exp of what is not above 0: its power of two, up to 2^64, is always a float, so one factor and a constant do. */
    private static FloatVector expOfNegative(FloatVector x) {
        FloatVector reduced = x.max(EXP_LOWEST);
        FloatVector shifted = reduced.fma(LOG2_E, ROUND);
        FloatVector power = expm1Reduced(reduced, shifted.sub(ROUND)).add(ONE);
        return power.mul(scale(shifted, EXPONENT_BIAS_AND_64)).mul(TWO_TO_MINUS_64);
    }

    static FloatVector expm1(FloatVector x) {
        return expm1Within(x.min(EXP_HIGHEST).max(EXPM1_LOWEST));
    }

    /** expm1 of what is neither below EXPM1_LOWEST nor above EXP_HIGHEST. */
    private static FloatVector expm1Within(FloatVector x) {
        FloatVector shifted = x.fma(LOG2_E, ROUND);
        FloatVector scale = scale(shifted, EXPONENT_BIAS_LESS_ONE);
        return scale.fma(expm1Reduced(x, shifted.sub(ROUND)), scale.sub(HALF)).mul(TWO);
    }

    /** 2^(n + k) where n stands in the low bits of {@code shifted} and k, with the bias, in the exponent's place of {@code biased}. */
    private static FloatVector scale(FloatVector shifted, IntVector biased) {
        return shifted.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, FloatMath.MANTISSA)
                .add(biased)
                .reinterpretAsFloats();
    }

    private static FloatVector expm1Reduced(FloatVector x, FloatVector n) {
        FloatVector r = n.fma(MINUS_LN2_REST, n.fma(MINUS_LN2, x));
        FloatVector p = r.fma(E5, E4);
        p = r.fma(p, E3);
        p = r.fma(p, E2);
        p = r.fma(p, E1);
        p = r.fma(p, E0);
        return r.mul(r).fma(p, r);
    }

    private static FloatVector powerOfTwo(IntVector n) {
        return n.add(EXPONENT_BIAS)
                .lanewise(VectorOperators.LSHL, FloatMath.MANTISSA)
                .reinterpretAsFloats();
    }

    static FloatVector log(FloatVector x) {
        VectorMask<Float> denormal = x.compare(VectorOperators.LT, MIN_NORMAL);
        FloatVector normal = x.blend(x.mul(NORMALISE), denormal);
        IntVector bits = normal.reinterpretAsInts().sub(SQRT_HALF_BITS);
        FloatVector exponent = bits.lanewise(VectorOperators.ASHR, FloatMath.MANTISSA)
                .add(ROUND_BITS)
                .reinterpretAsFloats()
                .sub(ROUND);
        exponent = exponent.blend(exponent.sub(MANTISSA_FLOAT), denormal);
        FloatVector m = bits.and(MANTISSA_MASK).add(SQRT_HALF_BITS).reinterpretAsFloats();
        FloatVector y = exponent.fma(LN2, exponent.fma(LN2_REST, logOnePlus(m.sub(ONE))));
        FloatVector outside = NAN.blend(NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, ZERO));
        y = outside.blend(y, x.compare(VectorOperators.GT, ZERO));
        return x.blend(y, x.compare(VectorOperators.LT, POSITIVE_INFINITY));
    }

    private static FloatVector logOnePlus(FloatVector f) {
        FloatVector p = f.fma(L8, L7);
        p = f.fma(p, L6);
        p = f.fma(p, L5);
        p = f.fma(p, L4);
        p = f.fma(p, L3);
        p = f.fma(p, L2);
        p = f.fma(p, L1);
        p = f.fma(p, L0);
        return f.mul(f).fma(f.fma(p, MINUS_HALF), f);
    }

    static FloatVector softplus(FloatVector x) {
        FloatVector t = expOfNegative(x.abs().neg());
        VectorMask<Float> large = t.compare(VectorOperators.GT, SQRT_TWO_LESS_ONE);
        FloatVector log = logOnePlus(t.blend(t.fma(HALF, MINUS_HALF), large));
        return x.max(ZERO).add(log.blend(log.add(LN2), large));
    }

    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = expOfNegative(x.abs().neg());
        return ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
    }

    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector z = a.mul(a);
        FloatVector p = z.fma(T4, T3);
        p = z.fma(p, T2);
        p = z.fma(p, T1);
        p = z.fma(p, T0);
        FloatVector small = a.mul(z).fma(p, a);
        FloatVector large =
                ONE.sub(TWO.div(expm1Within(a.mul(TWO).min(EXP_HIGHEST)).add(TWO)));
        FloatVector y = large.blend(small, a.compare(VectorOperators.LT, TANH_SMALL));
        IntVector sign = x.reinterpretAsInts().and(SIGN);
        return y.reinterpretAsInts().and(NOT_SIGN).or(sign).reinterpretAsFloats();
    }

    static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs().min(ERF_ONE);
        FloatVector z = a.mul(a);
        FloatVector p = z.fma(R6, R5);
        p = z.fma(p, R4);
        p = z.fma(p, R3);
        p = z.fma(p, R2);
        p = z.fma(p, R1);
        p = z.fma(p, R0);
        FloatVector c = a.fma(C6, C5);
        c = a.fma(c, C4);
        c = a.fma(c, C3);
        c = a.fma(c, C2);
        c = a.fma(c, C1);
        c = a.fma(c, C0);
        FloatVector minusLarge = expm1Within(c.neg());
        FloatVector large = minusLarge.neg().blend(minusLarge, x.compare(VectorOperators.LT, ZERO));
        return large.blend(x.fma(p, x), a.compare(VectorOperators.LT, ONE));
    }

    static FloatVector all(float value) {
        return FloatVector.broadcast(MicroKernel.SPECIES, value);
    }

    static IntVector allInts(int value) {
        return IntVector.broadcast(MicroKernel.SPECIES.withLanes(int.class), value);
    }
}
