package dev.convoy.op;

import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Random shapes, axes and values for tests, a pure function of a name and a case's number. */
final class Draw {
    private static final int[] EXTENTS = {1, 1, 2, 3, 4, 5};

    private final RandomKey key;
    private long next;

    private Draw(RandomKey key) {
        this.key = key;
    }

    /** The numbers of one case. */
    static Draw of(String name, long number) {
        return new Draw(RandomKey.of(1, name).with(number));
    }

    /** Runs a test on so many cases; a failure names the case. */
    static void cases(String name, int count, Consumer<Draw> test) {
        for (int number = 0; number < count; number++) {
            try {
                test.accept(of(name, number));
            } catch (RuntimeException | AssertionError e) {
                if (e instanceof org.opentest4j.TestAbortedException) {
                    throw e;
                }
                throw new AssertionError(name + ", case " + number + ": " + e.getMessage(), e);
            }
        }
    }

    /** From 0 to {@code bound - 1}. */
    int below(int bound) {
        return (int) Math.floorMod(key.bits(next++), (long) bound);
    }

    int pick(int... choices) {
        return choices[below(choices.length)];
    }

    boolean chance() {
        return below(2) == 0;
    }

    /** Standard normal values. */
    Tensor tensor(Shape shape) {
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) key.with("values").gaussian(next++);
        }
        return Tensor.of(shape, values);
    }

    /** Ranks 1 to 5, one axis at times longer than a vector. */
    Shape shape() {
        return shape(1 + below(5));
    }

    Shape shape(int rank) {
        int[] extents = IntStream.range(0, rank)
                .map(axis -> EXTENTS[below(EXTENTS.length)])
                .toArray();
        if (rank > 0 && below(3) == 0) {
            extents[below(rank)] = 7 + below(13);
        }
        return Shape.of(extents);
    }

    /** A shape that stretches to the given one: extents made 1, leading axes left out. */
    Shape stretchingTo(Shape shape) {
        int[] extents = IntStream.of(shape.toArray())
                .map(extent -> below(3) == 0 ? 1 : extent)
                .toArray();
        return Shape.of(Arrays.copyOfRange(extents, below(3) == 0 ? below(extents.length + 1) : 0, extents.length));
    }

    /** A permutation of the axes. */
    int[] order(int rank) {
        int[] order = IntStream.range(0, rank).toArray();
        for (int i = rank - 1; i > 0; i--) {
            int other = below(i + 1);
            int axis = order[i];
            order[i] = order[other];
            order[other] = axis;
        }
        return order;
    }

    /** Some of the axes, in any order, counted from the first or the last. */
    int[] axes(int rank) {
        return IntStream.of(Arrays.copyOf(order(rank), below(rank + 1)))
                .map(axis -> chance() ? axis : axis - rank)
                .toArray();
    }
}
