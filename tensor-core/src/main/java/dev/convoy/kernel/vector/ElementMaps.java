package dev.convoy.kernel.vector;

import dev.convoy.kernel.ElementFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code y = f(x)} for each element. Whole vectors by {@link FloatLanes}, the rest by the function itself, whose bits are the same.
 *
 * <p>Each function has a loop of its own, called through a method handle that is no constant to the compiler. So C2 compiles every
 * loop by itself: inlined here together they would pass its node limit, and those beyond it would box their vectors, which ones
 * depending on what ran before (docs/decisions/0006-own-polynomials.md).
 */
final class ElementMaps {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;
    private static final MethodHandle[] LOOPS = loops();

    private ElementMaps() {}

    static void map(ElementFunction function, int size, float[] x, int xAt, float[] y, int yAt) {
        int whole = size - size % WIDTH;
        try {
            LOOPS[function.ordinal()].invokeExact(whole, x, xAt, y, yAt);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a loop declares no checked exception", e);
        }
        for (int i = whole; i < size; i++) {
            y[yAt + i] = function.of(x[xAt + i]);
        }
    }

    /** By ordinal, the method of this class named as the function. */
    private static MethodHandle[] loops() {
        MethodType type =
                MethodType.methodType(void.class, int.class, float[].class, int.class, float[].class, int.class);
        MethodHandle[] loops = new MethodHandle[ElementFunction.values().length];
        for (ElementFunction function : ElementFunction.values()) {
            try {
                String name = function.name().toLowerCase(Locale.ROOT);
                loops[function.ordinal()] = MethodHandles.lookup().findStatic(ElementMaps.class, name, type);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("no vector loop for " + function, e);
            }
        }
        return loops;
    }

    static void exp(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            VECTOR.cast(FloatLanes.exp(FloatVector.fromArray(SPECIES, x, xAt + i)))
                    .intoArray(y, yAt + i);
        }
    }

    static void expm1(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            VECTOR.cast(FloatLanes.expm1(FloatVector.fromArray(SPECIES, x, xAt + i)))
                    .intoArray(y, yAt + i);
        }
    }

    static void log(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            VECTOR.cast(FloatLanes.log(FloatVector.fromArray(SPECIES, x, xAt + i)))
                    .intoArray(y, yAt + i);
        }
    }

    static void softplus(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            VECTOR.cast(FloatLanes.softplus(FloatVector.fromArray(SPECIES, x, xAt + i)))
                    .intoArray(y, yAt + i);
        }
    }

    static void sigmoid(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            VECTOR.cast(FloatLanes.sigmoid(FloatVector.fromArray(SPECIES, x, xAt + i)))
                    .intoArray(y, yAt + i);
        }
    }

    static void tanh(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            VECTOR.cast(FloatLanes.tanh(FloatVector.fromArray(SPECIES, x, xAt + i)))
                    .intoArray(y, yAt + i);
        }
    }

    static void erf(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            VECTOR.cast(FloatLanes.erf(FloatVector.fromArray(SPECIES, x, xAt + i)))
                    .intoArray(y, yAt + i);
        }
    }
}
