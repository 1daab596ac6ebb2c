package dev.convoy.kernel.vector;

import dev.convoy.kernel.FloatMath;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code y = x F(x)} and its adjoint, a piece at a time: the normal shares F of a piece, then what is made of them, which finds them in
 * the first-level cache. In one loop the adjoint would pass C2's node limit, so the shares are a compilation of their own, called as
 * those of {@link ElementMaps}; they are not kept from the forward pass, since memory is slower than computing them again.
 */
final class GeluMaps {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    /** Floats, whole vectors. */
    private static final int PIECE = 1024;
    /** One element, the loop {@link #shares}: of an array, so that it is no constant to the compiler. */
    private static final MethodHandle[] SHARES = {handle()};

    private GeluMaps() {}

    static void forward(Scratch scratch, int size, float[] x, int xAt, float[] y, int yAt) {
        int whole = size - size % WIDTH;
        float[] shares = scratch.first(PIECE);
        for (int from = 0; from < whole; from += PIECE) {
            int count = Math.min(PIECE, whole - from);
            callShares(count, x, xAt + from, shares);
            times(count, x, xAt + from, shares, y, yAt + from);
        }
        for (int i = whole; i < size; i++) {
            y[yAt + i] = FloatMath.gelu(x[xAt + i]);
        }
    }

    static void adjoint(Scratch scratch, int size, float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt) {
        int whole = size - size % WIDTH;
        float[] shares = scratch.first(PIECE);
        for (int from = 0; from < whole; from += PIECE) {
            int count = Math.min(PIECE, whole - from);
            callShares(count, x, xAt + from, shares);
            timesSlope(count, x, xAt + from, shares, dy, dyAt + from, dx, dxAt + from);
        }
        for (int i = whole; i < size; i++) {
            dx[dxAt + i] = Math.fma(dy[dyAt + i], FloatMath.geluSlope(x[xAt + i]), 0f);
        }
    }

    static void shares(int count, float[] x, int xAt, float[] shares) {
        for (int i = 0; i < count; i += WIDTH) {
            FloatLanes.normalShare(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(shares, i);
        }
    }

    private static void times(int count, float[] x, int xAt, float[] shares, float[] y, int yAt) {
        for (int i = 0; i < count; i += WIDTH) {
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .mul(FloatVector.fromArray(SPECIES, shares, i))
                    .intoArray(y, yAt + i);
        }
    }

    private static void timesSlope(
            int count, float[] x, int xAt, float[] shares, float[] dy, int dyAt, float[] dx, int dxAt) {
        for (int i = 0; i < count; i += WIDTH) {
            FloatLanes.geluSlope(FloatVector.fromArray(SPECIES, x, xAt + i), FloatVector.fromArray(SPECIES, shares, i))
                    .fma(FloatVector.fromArray(SPECIES, dy, dyAt + i), FloatVector.zero(SPECIES))
                    .intoArray(dx, dxAt + i);
        }
    }

    private static void callShares(int count, float[] x, int xAt, float[] shares) {
        try {
            SHARES[0].invokeExact(count, x, xAt, shares);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the loop declares no checked exception", e);
        }
    }

    private static MethodHandle handle() {
        MethodType type = MethodType.methodType(void.class, int.class, float[].class, int.class, float[].class);
        try {
            return MethodHandles.lookup().findStatic(GeluMaps.class, "shares", type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no loop for the normal shares", e);
        }
    }
}
