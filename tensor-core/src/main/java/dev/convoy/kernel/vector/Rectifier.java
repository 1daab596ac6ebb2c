package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@code y = max(x, 0)} and its adjoint. */
final class Rectifier {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private Rectifier() {}

    static void forward(int size, float[] x, int xAt, float[] y, int yAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, x, xAt + i);
            value.blend(0f, value.compare(VectorOperators.LE, 0f)).intoArray(y, yAt + i);
        }
        for (; i < size; i++) {
            float value = x[xAt + i];
            y[yAt + i] = value <= 0f ? 0f : value;
        }
    }

    static void adjoint(int size, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt) {
        int i = 0;
        for (; i + WIDTH <= size; i += WIDTH) {
            FloatVector.zero(SPECIES)
                    .blend(
                            FloatVector.fromArray(SPECIES, dy, dyAt + i),
                            FloatVector.fromArray(SPECIES, y, yAt + i).compare(VectorOperators.GT, 0f))
                    .add(0f)
                    .intoArray(dx, dxAt + i);
        }
        for (; i < size; i++) {
            dx[dxAt + i] = 0f + (y[yAt + i] > 0f ? dy[dyAt + i] : 0f);
        }
    }
}
