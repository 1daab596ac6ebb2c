package dev.convoy.tensor;

/**
 * A contiguous row-major view on a {@code float[]}: the elements {@code array[offset] .. array[offset + shape.size() - 1]}, last axis
 * fastest. Several tensors may look at one array; none owns it. Arithmetic lives in {@code kernel} and {@code op}.
 */
public record Tensor(float[] array, int offset, Shape shape) {
    /** @throws IllegalArgumentException if the view does not lie within the array */
    public Tensor {
        if (offset < 0 || offset > array.length - shape.size()) {
            throw new IllegalArgumentException("tensor: a view of shape " + shape + " at offset " + offset
                    + " does not fit an array of " + array.length + " floats");
        }
    }

    /** A tensor of zeros on an array of its own. */
    public static Tensor zeros(int... extents) {
        Shape shape = Shape.of(extents);
        return new Tensor(new float[shape.size()], 0, shape);
    }

    /** A tensor of the given shape over {@code values}, which it shares. */
    public static Tensor of(Shape shape, float... values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException("tensor: shape " + shape + " takes " + shape.size() + " values but "
                    + values.length + " were given");
        }
        return new Tensor(values, 0, shape);
    }

    public int size() {
        return shape.size();
    }

    /** The element at the row-major position {@code index}. */
    public float get(int index) {
        return array[offset + index];
    }

    /** Sets the element at the row-major position {@code index}. */
    public void set(int index, float value) {
        array[offset + index] = value;
    }

    /** The same elements in another shape. */
    public Tensor reshape(Shape other) {
        if (other.size() != shape.size()) {
            throw new IllegalArgumentException(
                    "reshape: " + shape + " has " + shape.size() + " elements but " + other + " has " + other.size());
        }
        return new Tensor(array, offset, other);
    }

    /** A copy of the elements. */
    public float[] toArray() {
        float[] copy = new float[size()];
        System.arraycopy(array, offset, copy, 0, copy.length);
        return copy;
    }
}
