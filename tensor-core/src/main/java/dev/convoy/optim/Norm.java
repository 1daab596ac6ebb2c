package dev.convoy.optim;

/** The Euclidean norm of a run of floats, its squares added in double one after the other: no other order has the same bits. */
final class Norm {
    /** A norm below this is what rounding left of 0; the ratio of another norm to it might be more than a float holds. */
    private static final double NOTHING = 1e-30;

    private Norm() {}

    static boolean isNothing(double norm) {
        return norm < NOTHING;
    }

    static double of(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) values[i] * values[i];
        }
        return StrictMath.sqrt(sum);
    }
}
