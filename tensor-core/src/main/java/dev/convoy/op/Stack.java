package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;

/** Tensors of one shape along a new axis: each reshaped to have that axis, then {@link Concat}. */
public final class Stack {
    private Stack() {}

    /**
     * @param axis the place of the new axis in the result; a negative one counts from its last
     * @throws IllegalArgumentException if there are none, their shapes differ, or there is no such place
     */
    public static Variable apply(Tape tape, int axis, Variable... layers) {
        if (layers.length == 0) {
            throw new IllegalArgumentException("stack: expected at least one tensor but got none");
        }
        Shape shape = layers[0].shape();
        int rank = shape.rank();
        int place = axis < 0 ? rank + 1 + axis : axis;
        if (place < 0 || place > rank) {
            throw new IllegalArgumentException("stack: there is no place " + axis + " for a new axis in " + shape
                    + "; expected one from " + (-rank - 1) + " to " + rank);
        }
        int[] extents = new int[rank + 1];
        extents[place] = 1;
        for (int i = 0; i < rank; i++) {
            extents[i < place ? i : i + 1] = shape.extent(i);
        }
        Variable[] parts = new Variable[layers.length];
        for (int i = 0; i < layers.length; i++) {
            if (!layers[i].shape().equals(shape)) {
                throw new IllegalArgumentException("stack: the shapes differ, " + shape + " and " + layers[i].shape()
                        + "; broadcast or reshape them to one");
            }
            parts[i] = Reshape.apply(tape, layers[i], Shape.of(extents));
        }
        return Concat.apply(tape, place, parts);
    }
}
