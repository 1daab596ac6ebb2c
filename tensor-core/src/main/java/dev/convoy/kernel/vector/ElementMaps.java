package dev.convoy.kernel.vector;

import dev.convoy.kernel.ElementFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code y = f(x)} for each element. Whole vectors by {@link FloatLanes}, the rest by the function itself, whose bits are the same. One
 * loop per function: a loop that took the function as an argument would be compiled for several, and box its vectors.
 */
final class ElementMaps {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private ElementMaps() {}

    static void map(ElementFunction function, int size, float[] x, int xAt, float[] y, int yAt) {
        int whole = size - size % WIDTH;
        switch (function) {
            case EXP -> exp(whole, x, xAt, y, yAt);
            case EXPM1 -> expm1(whole, x, xAt, y, yAt);
            case LOG -> log(whole, x, xAt, y, yAt);
            case SOFTPLUS -> softplus(whole, x, xAt, y, yAt);
            case SIGMOID -> sigmoid(whole, x, xAt, y, yAt);
            case TANH -> tanh(whole, x, xAt, y, yAt);
            case ERF -> erf(whole, x, xAt, y, yAt);
        }
        for (int i = whole; i < size; i++) {
            y[yAt + i] = function.of(x[xAt + i]);
        }
    }

    private static void exp(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            FloatLanes.exp(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
    }

    private static void expm1(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            FloatLanes.expm1(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
    }

    private static void log(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            FloatLanes.log(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
    }

    private static void softplus(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            FloatLanes.softplus(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
    }

    private static void sigmoid(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            FloatLanes.sigmoid(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
    }

    private static void tanh(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            FloatLanes.tanh(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
    }

    private static void erf(int whole, float[] x, int xAt, float[] y, int yAt) {
        for (int i = 0; i < whole; i += WIDTH) {
            FloatLanes.erf(FloatVector.fromArray(SPECIES, x, xAt + i)).intoArray(y, yAt + i);
        }
    }
}
