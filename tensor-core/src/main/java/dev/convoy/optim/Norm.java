package dev.convoy.optim;

/** The Euclidean norm of a run of floats, its squares added in double one after the other: no other order has the same bits. */
final class Norm {
    private Norm() {}

    static double of(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) values[i] * values[i];
        }
        return StrictMath.sqrt(sum);
    }
}
