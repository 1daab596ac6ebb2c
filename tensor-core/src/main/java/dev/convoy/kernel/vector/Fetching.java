package dev.convoy.kernel.vector;

/**
 * Reads one float of each cache line, so that memory delivers many lines at once. Multiplying, the processor has too few loads in flight to
 * wait for them together.
 */
final class Fetching {
    /** Kept where others might read it, or the compiler would fetch nothing. */
    float fetched;

    /** Fetches {@code [from, to)}. */
    void fetch(float[] floats, int from, int to) {
        fetched = sum(floats, from, to);
    }

    private static float sum(float[] floats, int from, int to) {
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        float sum3 = 0f;
        int i = from;
        for (; i + 48 < to; i += 64) {
            sum0 += floats[i];
            sum1 += floats[i + 16];
            sum2 += floats[i + 32];
            sum3 += floats[i + 48];
        }
        for (; i < to; i += 16) {
            sum0 += floats[i];
        }
        return sum0 + sum1 + sum2 + sum3;
    }
}
