package dev.convoy.tensor;

import java.util.Arrays;

/** The extents of a tensor, slowest axis first: {@code [8, 32, 32, 3]} is eight 32x32 images of three channels (NHWC). Immutable. */
public final class Shape {
    private final int[] extents;
    private final int size;

    private Shape(int[] extents) {
        long product = 1;
        for (int extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("shape: an extent is negative in " + Arrays.toString(extents));
            }
            product = Math.multiplyExact(product, (long) extent);
            if (product > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("shape: " + Arrays.toString(extents)
                        + " has more than 2^31-1 elements, the most one array holds");
            }
        }
        this.extents = extents;
        this.size = (int) product;
    }

    /** @throws IllegalArgumentException for a negative extent or more than 2^31-1 elements */
    public static Shape of(int... extents) {
        return new Shape(extents.clone());
    }

    public int rank() {
        return extents.length;
    }

    /** The extent of {@code axis}; a negative axis counts from the last, so {@code -1} is the fastest. */
    public int extent(int axis) {
        return extents[axis < 0 ? extents.length + axis : axis];
    }

    /** The number of elements. */
    public int size() {
        return size;
    }

    /** The number of elements of one entry of the first axis: one image of a batch. */
    public int sizeOfOne() {
        int product = 1;
        for (int axis = 1; axis < extents.length; axis++) {
            product *= extents[axis];
        }
        return product;
    }

    public int[] toArray() {
        return extents.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return Arrays.toString(extents);
    }
}
