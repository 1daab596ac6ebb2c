package dev.convoy.kernel.vector;

/**
 * A convolution of stride 1 in matrix form: patches times packed weights, added onto a lattice of pixels. A forward pass is one phase;
 * the input adjoint of stride {@code sH x sW} is {@code sH * sW} of them, one for each position of a pixel modulo the stride.
 */
final class Phase {
    final PatchMatrix patches = new PatchMatrix();
    final PackedRight weights = new PackedRight();
    /** What they are packed from in an input adjoint. */
    final FlippedWeight flipped = new FlippedWeight();
    /** Where the pixels lie in the destination. */
    final Lattice pixels = new Lattice();
    /** The first of them. */
    int origin;
    /** Where the patches of the pixels begin in the source. */
    final Lattice bases = new Lattice();
    /** Where the weights of each tap begin. */
    int[] taps = new int[0];
}
