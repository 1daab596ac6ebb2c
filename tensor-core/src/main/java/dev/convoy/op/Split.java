package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Consecutive parts of one axis, each a {@link Slice}; put together again by {@link Concat}. */
public final class Split {
    private Split() {}

    /**
     * @param extents of the parts along the axis
     * @throws IllegalArgumentException if they are not what the axis has
     */
    public static List<Variable> apply(Tape tape, Variable x, int axis, int... extents) {
        int extent = x.shape().extent(Axes.number("split", axis, x.shape()));
        if (Arrays.stream(extents).anyMatch(part -> part < 0)
                || Arrays.stream(extents).asLongStream().sum() != extent) {
            throw new IllegalArgumentException("split: expected parts that add to the " + extent + " of axis " + axis
                    + " of " + x.shape() + " but got " + Arrays.toString(extents));
        }
        List<Variable> parts = new ArrayList<>();
        int from = 0;
        for (int part : extents) {
            parts.add(Slice.apply(tape, x, axis, from, from + part));
            from += part;
        }
        return parts;
    }
}
