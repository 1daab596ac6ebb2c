package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.autograd.AdjointCheck;
import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Operations that move elements: the output is the index formula's, element by element over random shapes of rank 1 to 5, and the
 * pullback is the transpose.
 */
class MovementTest {
    private static final int CASES = 150;

    private static void assertMoves(String name, Shape shape, Index.Formula formula, Operation operation, Tensor... x) {
        Tensor y = Adjoints.forward(operation, List.of(x));
        assertEquals(shape, y.shape());
        assertArrayEquals(Index.tensor(shape, formula).array(), y.array());
        AdjointCheck.with(Adjoints.kernels()).check(name, operation, x);
    }

    @Test
    void permuteExchangesAxes() {
        Draw.cases("permute", CASES, draw -> {
            Tensor x = draw.tensor(draw.shape());
            int rank = x.shape().rank();
            int[] order = draw.order(rank);
            int[] extents =
                    Arrays.stream(order).map(axis -> x.shape().extent(axis)).toArray();
            assertMoves(
                    "permute " + x.shape() + " by " + Arrays.toString(order),
                    Shape.of(extents),
                    index -> {
                        int[] from = new int[rank];
                        for (int axis = 0; axis < rank; axis++) {
                            from[order[axis]] = index[axis];
                        }
                        return x.get(Index.position(x.shape(), from));
                    },
                    (tape, in) -> Permute.apply(tape, in.get(0), order),
                    x);
        });
    }

    @Test
    void transposeExchangesTheLastTwoAxes() {
        Draw.cases("transpose", CASES, draw -> {
            Tensor x = draw.tensor(draw.shape(2 + draw.below(3)));
            int[] extents = x.shape().toArray();
            int last = extents.length - 1;
            extents[last] = x.shape().extent(-2);
            extents[last - 1] = x.shape().extent(-1);
            assertMoves(
                    "transpose " + x.shape(),
                    Shape.of(extents),
                    index -> {
                        int[] from = index.clone();
                        from[last] = index[last - 1];
                        from[last - 1] = index[last];
                        return x.get(Index.position(x.shape(), from));
                    },
                    (tape, in) -> Permute.transpose(tape, in.get(0)),
                    x);
        });
    }

    @Test
    void sliceTakesEveryStep() {
        Draw.cases("slice", CASES, draw -> {
            Tensor x = draw.tensor(draw.shape());
            int axis = draw.below(x.shape().rank());
            int extent = x.shape().extent(axis);
            int from = draw.below(extent);
            int to = from + 1 + draw.below(extent - from);
            int step = 1 + draw.below(3);
            int[] extents = x.shape().toArray();
            extents[axis] = (to - from + step - 1) / step;
            int named = draw.chance() ? axis : axis - extents.length;
            assertMoves(
                    "slice " + x.shape() + " axis " + named + " " + from + ":" + to + ":" + step,
                    Shape.of(extents),
                    index -> {
                        index[axis] = from + index[axis] * step;
                        return x.get(Index.position(x.shape(), index));
                    },
                    (tape, in) -> Slice.apply(tape, in.get(0), named, from, to, step),
                    x);
        });
    }

    @Test
    void flipReversesAxes() {
        Draw.cases("flip", CASES, draw -> {
            Tensor x = draw.tensor(draw.shape());
            int rank = x.shape().rank();
            int[] axes = draw.axes(rank);
            assertMoves(
                    "flip " + x.shape() + " axes " + Arrays.toString(axes),
                    x.shape(),
                    index -> {
                        for (int axis : axes) {
                            int at = Math.floorMod(axis, rank);
                            index[at] = x.shape().extent(at) - 1 - index[at];
                        }
                        return x.get(Index.position(x.shape(), index));
                    },
                    (tape, in) -> Flip.apply(tape, in.get(0), axes),
                    x);
        });
    }

    @Test
    void dilatePutsZerosBetween() {
        Draw.cases("dilate", CASES, draw -> {
            Tensor x = draw.tensor(draw.shape(1 + draw.below(4)));
            int[] factors = new int[x.shape().rank()];
            int[] extents = x.shape().toArray();
            for (int axis = 0; axis < factors.length; axis++) {
                factors[axis] = 1 + draw.below(3);
                extents[axis] = (extents[axis] - 1) * factors[axis] + 1;
            }
            assertMoves(
                    "dilate " + x.shape() + " by " + Arrays.toString(factors),
                    Shape.of(extents),
                    index -> {
                        for (int axis = 0; axis < factors.length; axis++) {
                            if (index[axis] % factors[axis] != 0) {
                                return 0;
                            }
                            index[axis] /= factors[axis];
                        }
                        return x.get(Index.position(x.shape(), index));
                    },
                    (tape, in) -> Dilate.apply(tape, in.get(0), factors),
                    x);
        });
    }

    @Test
    void broadcastRepeats() {
        Draw.cases("broadcast", CASES, draw -> {
            Shape shape = draw.shape();
            Tensor x = draw.tensor(draw.stretchingTo(shape));
            assertMoves(
                    "broadcast " + x.shape() + " to " + shape,
                    shape,
                    index -> x.get(Index.broadcast(x.shape(), index)),
                    (tape, in) -> Broadcast.apply(tape, in.get(0), shape),
                    x);
        });
    }

    @Test
    void concatPutsOneAfterTheOther() {
        Draw.cases("concat", CASES, draw -> {
            Shape shape = draw.shape();
            int axis = draw.below(shape.rank());
            Tensor[] parts = new Tensor[1 + draw.below(4)];
            int[] extents = shape.toArray();
            int total = 0;
            for (int i = 0; i < parts.length; i++) {
                extents[axis] = 1 + draw.below(4);
                total += extents[axis];
                parts[i] = draw.tensor(Shape.of(extents));
            }
            extents[axis] = total;
            assertMoves(
                    "concat of " + parts.length + " to " + Arrays.toString(extents) + " axis " + axis,
                    Shape.of(extents),
                    index -> {
                        int part = 0;
                        while (index[axis] >= parts[part].shape().extent(axis)) {
                            index[axis] -= parts[part++].shape().extent(axis);
                        }
                        return parts[part].get(Index.position(parts[part].shape(), index));
                    },
                    (tape, in) -> Concat.apply(tape, axis - shape.rank(), in.toArray(Variable[]::new)),
                    parts);
        });
    }

    @Test
    void stackMakesANewAxis() {
        Draw.cases("stack", CASES, draw -> {
            Shape shape = draw.shape(draw.below(5));
            int place = draw.below(shape.rank() + 1);
            Tensor[] layers = new Tensor[1 + draw.below(4)];
            Arrays.setAll(layers, i -> draw.tensor(shape));
            int[] extents = new int[shape.rank() + 1];
            for (int axis = 0; axis < extents.length; axis++) {
                extents[axis] = axis == place ? layers.length : shape.extent(axis < place ? axis : axis - 1);
            }
            int named = draw.chance() ? place : place - extents.length;
            assertMoves(
                    "stack of " + layers.length + " " + shape + " at " + named,
                    Shape.of(extents),
                    index -> {
                        int[] rest = new int[shape.rank()];
                        for (int axis = 0; axis < rest.length; axis++) {
                            rest[axis] = index[axis < place ? axis : axis + 1];
                        }
                        return layers[index[place]].get(Index.position(shape, rest));
                    },
                    (tape, in) -> Stack.apply(tape, named, in.toArray(Variable[]::new)),
                    layers);
        });
    }

    @Test
    void gatherTakesRowsAnyNumberOfTimes() {
        Draw.cases("gather", CASES, draw -> {
            Tensor x = draw.tensor(draw.shape());
            int[] rows = new int[1 + draw.below(6)];
            Arrays.setAll(rows, i -> draw.below(x.shape().extent(0)));
            int[] extents = x.shape().toArray();
            extents[0] = rows.length;
            assertMoves(
                    "gather " + Arrays.toString(rows) + " of " + x.shape(),
                    Shape.of(extents),
                    index -> {
                        index[0] = rows[index[0]];
                        return x.get(Index.position(x.shape(), index));
                    },
                    (tape, in) -> Gather.apply(tape, in.get(0), rows),
                    x);
        });
    }

    @Test
    void concatOfASplitIsTheSame() {
        Draw.cases("split", 50, draw -> {
            Tensor x = draw.tensor(draw.shape());
            int axis = draw.below(x.shape().rank());
            int first = draw.below(x.shape().extent(axis) + 1);
            int rest = x.shape().extent(axis) - first;
            assertMoves(
                    "split " + x.shape() + " axis " + axis + " at " + first,
                    x.shape(),
                    index -> x.get(Index.position(x.shape(), index)),
                    (tape, in) -> Concat.apply(
                            tape,
                            axis,
                            Split.apply(tape, in.get(0), axis, first, rest).toArray(Variable[]::new)),
                    x);
        });
    }

    /**
     * The lecture's input adjoint in its own words: {@code dx = conv(dilate(dz), flip(w) with channels swapped)} under full padding,
     * here against the adjoint of {@link Conv2d}.
     */
    @Test
    void theInputAdjointOfAConvolutionIsOneOfTheDilatedGradientWithTheFlippedFilter() {
        Tensor x = Adjoints.random("x", Shape.of(2, 9, 8, 3));
        Tensor w = Adjoints.random("w", Shape.of(3, 2, 3, 5));
        Window window = Window.of(3, 2).stride(2, 3);
        Operation conv = (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), null, window, 1);
        Shape output = Adjoints.forward(conv, List.of(x, w)).shape();
        assertEquals(Shape.of(2, 4, 3, 5), output);
        Tensor dz = Adjoints.random("dz", output);

        Tensor dx = Adjoints.forward(
                (tape, in) -> Conv2d.apply(
                        tape,
                        Dilate.apply(tape, in.get(0), 1, 2, 3, 1),
                        Permute.apply(tape, Flip.apply(tape, in.get(1), 0, 1), 0, 1, 3, 2),
                        null,
                        Window.of(3, 2).padding(2, 2, 1, 1),
                        1),
                List.of(dz, w));
        assertEquals(x.shape(), dx.shape());
        assertArrayEquals(Adjoints.gradient(conv, List.of(x, w), dz, 0).toArray(), dx.toArray(), 1e-5f);
    }
}
