package dev.convoy.train;

/** Whether all of an array are finite numbers. */
final class Finite {
    private Finite() {}

    /** The index of the first that is not; -1 if all are. */
    static int firstNot(float[] values) {
        return firstNot(values, 0, values.length);
    }

    /** The same of the {@code count} values from {@code from} on. */
    static int firstNot(float[] values, int from, int count) {
        // 0 * x is 0 for a finite x and NaN for any other; four sums, so that one addition need not wait for the one
        // before it.
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int end = from + count;
        int i = from;
        for (; i < end - 3; i += 4) {
            a += 0 * values[i];
            b += 0 * values[i + 1];
            c += 0 * values[i + 2];
            d += 0 * values[i + 3];
        }
        for (; i < end; i++) {
            a += 0 * values[i];
        }
        if (a + b + c + d == 0) {
            return -1;
        }
        int first = from;
        while (Float.isFinite(values[first])) {
            first++;
        }
        return first;
    }
}
