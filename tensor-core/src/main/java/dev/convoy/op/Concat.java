package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;

/** Tensors one after the other along an axis; each gets its part of dy. {@link Split} takes them apart again. */
public final class Concat {
    private Concat() {}

    /** @throws IllegalArgumentException if there are none, or their shapes differ in another axis */
    public static Variable apply(Tape tape, int axis, Variable... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("concat: expected at least one tensor but got none");
        }
        Shape first = parts[0].shape();
        int along = Axes.number("concat", axis, first);
        int[] extents = first.toArray();
        extents[along] = 0;
        for (Variable part : parts) {
            requireFit(first, part.shape(), along);
            extents[along] = Math.addExact(extents[along], part.shape().extent(along));
        }
        Variable y = tape.output(Shape.of(extents), parts);
        Strided[] write = new Strided[parts.length];
        int from = 0;
        for (int i = 0; i < parts.length; i++) {
            int extent = parts[i].shape().extent(along);
            write[i] = Strided.of(y.shape()).slice(along, from, 1, extent);
            Strided.copy(parts[i].value(), Strided.of(parts[i].shape()), y.value(), write[i]);
            from += extent;
        }
        tape.record(y, () -> {
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].needsGradient()) {
                    Strided.add(y.gradient(), write[i], parts[i].gradient(), Strided.of(parts[i].shape()));
                }
            }
        });
        return y;
    }

    private static void requireFit(Shape first, Shape other, int along) {
        boolean fits = first.rank() == other.rank();
        for (int axis = 0; fits && axis < first.rank(); axis++) {
            fits = axis == along || first.extent(axis) == other.extent(axis);
        }
        if (!fits) {
            throw new IllegalArgumentException("concat: the shapes " + first + " and " + other + " may differ in axis "
                    + along + " only, along which they are put together");
        }
    }
}
