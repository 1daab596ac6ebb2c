package dev.convoy.nn;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * A named slice of a flat array.
 *
 * @param name the path of the layer and the parameter's own name, such as {@code stage1.block2.conv1.weight}
 * @param offset where the slice begins, in floats
 */
public record Parameter(String name, Shape shape, int offset, Initializer initializer) {
    /** The slice of {@code flat} this parameter is. */
    public Tensor in(float[] flat) {
        return new Tensor(flat, offset, shape);
    }
}
