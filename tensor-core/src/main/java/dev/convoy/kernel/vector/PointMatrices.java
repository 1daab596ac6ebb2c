package dev.convoy.kernel.vector;

/** The memory of 36 matrices of channels and filters, one for each point: a transformed filter or the sums of a weight adjoint. No pass needs both. */
final class PointMatrices {
    float[] floats = new float[0];

    /** Makes room behind {@link Scratch#ALIGNED}. */
    void grow(int size) {
        floats = Scratch.grown(floats, Scratch.ALIGNED + size);
    }
}
