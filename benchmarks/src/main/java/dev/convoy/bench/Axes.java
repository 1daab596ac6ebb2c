package dev.convoy.bench;

/** The reordering of axes between two libraries' layouts. */
final class Axes {
    private Axes() {}

    /** Row-major values of the given extents with axis {@code axes[i]} as the i-th: {@code permute(x, {R,S,C,K}, 3,2,0,1)} is KCRS. */
    static float[] permute(float[] values, int[] extents, int... axes) {
        int rank = extents.length;
        int[] strides = new int[rank];
        for (int axis = rank - 1, stride = 1; axis >= 0; stride *= extents[axis--]) {
            strides[axis] = stride;
        }
        float[] permuted = new float[values.length];
        int[] index = new int[rank];
        for (int to = 0, from = 0; to < permuted.length; to++) {
            permuted[to] = values[from];
            for (int i = rank - 1; i >= 0; i--) {
                int axis = axes[i];
                from += strides[axis];
                if (++index[i] < extents[axis]) {
                    break;
                }
                from -= strides[axis] * extents[axis];
                index[i] = 0;
            }
        }
        return permuted;
    }
}
