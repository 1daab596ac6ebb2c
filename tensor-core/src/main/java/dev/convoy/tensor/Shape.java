package dev.convoy.tensor;

import java.util.Arrays;
import java.util.Optional;

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

    /**
     * The shape that both stretch to, by NumPy's rule: counted from the last axis, two extents are equal or one of them is 1, and a
     * missing axis is one of extent 1. Empty where they do not fit.
     */
    public Optional<Shape> broadcast(Shape other) {
        int[] common = new int[Math.max(rank(), other.rank())];
        for (int axis = 1; axis <= common.length; axis++) {
            int mine = axis > rank() ? 1 : extent(-axis);
            int theirs = axis > other.rank() ? 1 : other.extent(-axis);
            if (mine != theirs && mine != 1 && theirs != 1) {
                return Optional.empty();
            }
            common[common.length - axis] = mine == 1 ? theirs : mine;
        }
        return Optional.of(new Shape(common));
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
