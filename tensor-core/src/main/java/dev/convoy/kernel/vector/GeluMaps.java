package dev.convoy.kernel.vector;

import static dev.convoy.kernel.vector.FloatLanes.all;
import static dev.convoy.kernel.vector.FloatLanes.allInts;

import dev.convoy.kernel.GeluMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@code y = x F(x)} and its adjoint: {@link GeluMath} lane by lane, the same steps in the same order, selections by blends and signs. */
final class GeluMaps {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private static final IntVector SIGN = allInts(Integer.MIN_VALUE);
    private static final IntVector ONE_BITS = allInts(Float.floatToRawIntBits(1f));
    private static final FloatVector MINUS_FAR = all(-GeluMath.FAR);

    private static final FloatVector SHARE_ROOT = all(GeluMath.SHARE_ROOT);
    private static final FloatVector SHARE_TWICE = all(GeluMath.SHARE_TWICE);
    private static final FloatVector G0 = all(GeluMath.G0);
    private static final FloatVector G1 = all(GeluMath.G1);
    private static final FloatVector G2 = all(GeluMath.G2);
    private static final FloatVector G3 = all(GeluMath.G3);
    private static final FloatVector G4 = all(GeluMath.G4);
    private static final FloatVector G5 = all(GeluMath.G5);
    private static final FloatVector G6 = all(GeluMath.G6);
    private static final FloatVector G7 = all(GeluMath.G7);
    private static final FloatVector G8 = all(GeluMath.G8);
    private static final FloatVector G9 = all(GeluMath.G9);

    private static final FloatVector MINUS_ZERO_SLOPE = all(-GeluMath.ZERO_SLOPE);
    private static final FloatVector SLOPE_ROOT = all(GeluMath.SLOPE_ROOT);
    private static final FloatVector SLOPE_TWICE = all(GeluMath.SLOPE_TWICE);
    private static final FloatVector S0 = all(GeluMath.S0);
    private static final FloatVector S1 = all(GeluMath.S1);
    private static final FloatVector S2 = all(GeluMath.S2);
    private static final FloatVector S3 = all(GeluMath.S3);
    private static final FloatVector S4 = all(GeluMath.S4);
    private static final FloatVector S5 = all(GeluMath.S5);
    private static final FloatVector S6 = all(GeluMath.S6);
    private static final FloatVector S7 = all(GeluMath.S7);
    private static final FloatVector S8 = all(GeluMath.S8);
    private static final FloatVector S9 = all(GeluMath.S9);
    private static final FloatVector S10 = all(GeluMath.S10);

    private GeluMaps() {}

    static void forward(int size, float[] x, int xAt, float[] y, int yAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            gelu(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
        for (; i < size; i++) {
            y[yAt + i] = GeluMath.gelu(x[xAt + i]);
        }
    }

    static void adjoint(int size, float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            slope(FloatVector.fromArray(SPECIES, x, xAt + i))
                    .fma(FloatVector.fromArray(SPECIES, dy, dyAt + i), FloatVector.zero(SPECIES))
                    .intoArray(dx, dxAt + i);
        }
        for (; i < size; i++) {
            dx[dxAt + i] = Math.fma(dy[dyAt + i], GeluMath.geluSlope(x[xAt + i]), 0f);
        }
    }

    private static FloatVector gelu(FloatVector x) {
        FloatVector n = x.reinterpretAsInts().or(SIGN).reinterpretAsFloats();
        FloatVector nn = n.mul(n);
        FloatVector p = n.fma(G9, G8);
        p = nn.fma(p, n.fma(G7, G6));
        p = nn.fma(p, n.fma(G5, G4));
        p = nn.fma(p, n.fma(G3, G2));
        p = nn.fma(p, n.fma(G1, G0));
        FloatVector d = n.mul(p);
        FloatVector root = d.fma(d.add(SHARE_TWICE), SHARE_ROOT);
        // Loses a NaN with a sign, which n keeps.
        FloatVector rectified = x.reinterpretAsInts().max(0).reinterpretAsFloats();
        return n.fma(root.mul(root), rectified).blend(rectified, n.compare(VectorOperators.LT, MINUS_FAR));
    }

    private static FloatVector slope(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        FloatVector n = bits.or(SIGN).reinterpretAsFloats();
        FloatVector nn = n.mul(n);
        FloatVector p = nn.fma(S10, n.fma(S9, S8));
        p = nn.fma(p, n.fma(S7, S6));
        p = nn.fma(p, n.fma(S5, S4));
        p = nn.fma(p, n.fma(S3, S2));
        p = nn.fma(p, n.fma(S1, S0));
        FloatVector d = n.mul(p);
        FloatVector root = d.fma(d.add(SLOPE_TWICE), SLOPE_ROOT);
        FloatVector toZero = MINUS_ZERO_SLOPE
                .sub(n)
                .reinterpretAsInts()
                .lanewise(VectorOperators.XOR, bits.and(SIGN))
                .reinterpretAsFloats();
        FloatVector far = ONE_BITS.lanewise(VectorOperators.AND_NOT, bits.lanewise(VectorOperators.ASHR, 31))
                .reinterpretAsFloats();
        return toZero.fma(root.mul(root), far).blend(far, n.compare(VectorOperators.LT, MINUS_FAR));
    }
}
