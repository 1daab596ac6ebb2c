package dev.convoy.op;

import dev.convoy.tensor.Shape;
import java.util.Arrays;

/**
 * The axes a reduction goes over: {@code Axes.of(1, 2)} of images sums pixels, {@code Axes.of(-1)} sums channels. They vanish from the
 * result's shape, or stay with extent 1 if {@link #kept}, so that the result broadcasts against the input.
 */
public final class Axes {
    private final boolean all;
    private final int[] axes;
    private final boolean keep;

    private Axes(boolean all, int[] axes, boolean keep) {
        this.all = all;
        this.axes = axes;
        this.keep = keep;
    }

    /** These axes; a negative one counts from the last. None at all leaves every element by itself. */
    public static Axes of(int... axes) {
        return new Axes(false, axes.clone(), false);
    }

    /** Every axis: the result is a single number of shape {@code []}. */
    public static Axes all() {
        return new Axes(true, new int[0], false);
    }

    /** The same axes, staying with extent 1. */
    public Axes kept() {
        return new Axes(all, axes, true);
    }

    boolean keep() {
        return keep;
    }

    /** For each axis of a shape whether it is among these. */
    boolean[] in(String operation, Shape shape) {
        boolean[] among = new boolean[shape.rank()];
        Arrays.fill(among, all);
        for (int axis : axes) {
            int number = number(operation, axis, shape);
            if (among[number]) {
                throw new IllegalArgumentException(operation + ": " + this + " name axis " + number + " of " + shape
                        + " twice; name each axis once");
            }
            among[number] = true;
        }
        return among;
    }

    /** How many elements of a shape go into one of the result. */
    int count(String operation, Shape shape) {
        boolean[] among = in(operation, shape);
        int count = 1;
        for (int axis = 0; axis < among.length; axis++) {
            count *= among[axis] ? shape.extent(axis) : 1;
        }
        return count;
    }

    /** The axis counted from the first. */
    static int number(String operation, int axis, Shape shape) {
        int number = axis < 0 ? shape.rank() + axis : axis;
        if (number < 0 || number >= shape.rank()) {
            throw new IllegalArgumentException(operation + ": there is no axis " + axis + " in shape " + shape
                    + "; expected one from " + -shape.rank() + " to " + (shape.rank() - 1));
        }
        return number;
    }

    @Override
    public String toString() {
        return all ? "all axes" : "axes " + Arrays.toString(axes);
    }
}
