package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * {@code y = x}, repeated along axes where x has extent 1 or none, by the rule of {@link Shape#broadcast}; {@code dx = sum of dy} over
 * them, as in {@link Sum}. Every operation on two shapes broadcasts through this one, so no other undoes it. Source: Deep Learning
 * Systems (CMU), "broadcast_to".
 */
public final class Broadcast {
    private Broadcast() {}

    /** @throws IllegalArgumentException if x does not stretch to the shape */
    public static Variable apply(Tape tape, Variable x, Shape shape) {
        Shape from = x.shape();
        if (from.equals(shape)) {
            return x;
        }
        if (!common("broadcast", from, shape).equals(shape)) {
            throw new IllegalArgumentException("broadcast: " + from + " does not stretch to the smaller " + shape
                    + "; sum over the axes that are too many");
        }
        Variable y = tape.output(shape, x);
        Strided.copy(x.value(), Strided.of(from).broadcast(shape), y.value(), Strided.of(shape));
        tape.record(y, () -> {
            int missing = shape.rank() - from.rank();
            int[] repeated = IntStream.range(0, shape.rank())
                    .filter(axis -> axis < missing || from.extent(axis - missing) != shape.extent(axis))
                    .toArray();
            Tensor sums = Sum.apply(tape, tape.constant(y.gradient()), Axes.of(repeated))
                    .value();
            Add.addTo(x, sums);
        });
        return y;
    }

    /** The shape both stretch to. */
    static Shape common(String operation, Shape a, Shape b) {
        return a.broadcast(b)
                .orElseThrow(() -> new IllegalArgumentException(operation + ": the shapes " + a + " and " + b
                        + " do not fit each other; counted from the last axis, extents must be equal or one of them 1"
                        + " (reshape puts axes of extent 1 where they are wanted)"));
    }
}
