package dev.convoy.optim;

/**
 * The Euclidean norm of a run of floats. Squares are taken and added in double, in eight stripes: element i of the run joins stripe
 * {@code i mod 8} in ascending order, and the stripes combine as {@code ((s0+s1)+(s2+s3)) + ((s4+s5)+(s6+s7))}. One chain would wait for each
 * addition before the next.
 */
final class Norm {
    /** A norm below this is what rounding left of 0; the ratio of another norm to it might be more than a float holds. */
    private static final double NOTHING = 1e-30;

    private Norm() {}

    static boolean isNothing(double norm) {
        return norm < NOTHING;
    }

    static double of(float[] values, int from, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        int i = from;
        for (; i < to - 7; i += 8) {
            s0 += square(values[i]);
            s1 += square(values[i + 1]);
            s2 += square(values[i + 2]);
            s3 += square(values[i + 3]);
            s4 += square(values[i + 4]);
            s5 += square(values[i + 5]);
            s6 += square(values[i + 6]);
            s7 += square(values[i + 7]);
        }
        s0 += squareBelow(to, values, i);
        s1 += squareBelow(to, values, i + 1);
        s2 += squareBelow(to, values, i + 2);
        s3 += squareBelow(to, values, i + 3);
        s4 += squareBelow(to, values, i + 4);
        s5 += squareBelow(to, values, i + 5);
        s6 += squareBelow(to, values, i + 6);
        return StrictMath.sqrt(((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)));
    }

    /** Exact: a float has 24 bits, its square 48 of the 53 a double has. */
    private static double square(float value) {
        return (double) value * value;
    }

    /** What is past the end adds +0, which changes no sum. */
    private static double squareBelow(int end, float[] values, int i) {
        return i < end ? square(values[i]) : 0;
    }
}
