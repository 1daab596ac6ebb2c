package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reductions over every kind of axes, against the elements of each group written out. */
class ReductionTest {
    private static final int CASES = 200;

    private interface OverAxes {
        Variable apply(Tape tape, Variable x, Axes axes);
    }

    private interface Formula {
        float of(List<Float> group);
    }

    /** Compares, to the bit, with a formula of each result's elements in row-major order. */
    private static void assertReduces(String name, OverAxes operation, Formula formula) {
        Draw.cases(name, CASES, draw -> {
            Tensor x = draw.tensor(draw.shape());
            int rank = x.shape().rank();
            boolean all = draw.below(5) == 0;
            int[] axes = draw.axes(rank);
            boolean kept = draw.chance();
            boolean[] reduced = new boolean[rank];
            Arrays.fill(reduced, all);
            Arrays.stream(axes).forEach(axis -> reduced[Math.floorMod(axis, rank)] = true);
            int[] one = x.shape().toArray();
            List<Integer> left = new ArrayList<>();
            for (int axis = 0; axis < rank; axis++) {
                if (reduced[axis]) {
                    one[axis] = 1;
                } else {
                    left.add(x.shape().extent(axis));
                }
            }
            Shape keptShape = Shape.of(one);
            List<List<Float>> groups = new ArrayList<>();
            for (int i = 0; i < keptShape.size(); i++) {
                groups.add(new ArrayList<>());
            }
            for (int i = 0; i < x.size(); i++) {
                groups.get(Index.broadcast(keptShape, Index.at(x.shape(), i))).add(x.get(i));
            }

            Axes named = all ? Axes.all() : Axes.of(axes);
            Tensor y = Adjoints.forward(
                    (tape, in) -> operation.apply(tape, in.get(0), kept ? named.kept() : named), List.of(x));
            Shape expected = kept
                    ? keptShape
                    : Shape.of(left.stream().mapToInt(Integer::intValue).toArray());
            assertEquals(expected, y.shape());
            for (int i = 0; i < y.size(); i++) {
                assertEquals(formula.of(groups.get(i)), y.get(i), name + " of " + x.shape() + " over " + named);
            }
        });
    }

    /** The order of the sum as {@code Kernels} states it. */
    private static float stripes(List<Float> group) {
        float[] s = new float[8];
        for (int i = 0; i < group.size(); i++) {
            s[i % 8] += group.get(i);
        }
        return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    }

    private static float variance(List<Float> group, int correction) {
        float mean = stripes(group) / group.size();
        float[] s = new float[8];
        for (int i = 0; i < group.size(); i++) {
            float deviation = group.get(i) - mean;
            s[i % 8] = Math.fma(deviation, deviation, s[i % 8]);
        }
        return (((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]))) / (group.size() - correction);
    }

    @Test
    void sumsAreTakenInEightStripesWhateverTheAxes() {
        assertReduces("sum", Sum::apply, ReductionTest::stripes);
    }

    @Test
    void means() {
        assertReduces("mean", Mean::apply, group -> stripes(group) / group.size());
    }

    @Test
    void variancesInTwoPasses() {
        assertReduces("variance", (tape, x, axes) -> Variance.apply(tape, x, axes, 0), group -> variance(group, 0));
    }

    @Test
    void largest() {
        assertReduces(
                "max", Max::apply, group -> group.stream().max(Float::compare).orElseThrow());
    }

    @Test
    void smallest() {
        assertReduces(
                "min", Min::apply, group -> group.stream().min(Float::compare).orElseThrow());
    }

    @Test
    void sumAndMeanHaveTheTransposeAsPullback() {
        Draw.cases("sum adjoint", CASES, draw -> {
            Shape shape = draw.shape();
            Axes axes = Axes.of(draw.axes(shape.rank()));
            Adjoints.assertLinear("sum over " + axes, (tape, in) -> Sum.apply(tape, in.get(0), axes), shape);
            Adjoints.assertLinear("mean over " + axes, (tape, in) -> Mean.apply(tape, in.get(0), axes.kept()), shape);
        });
    }

    @Test
    void variancesByCentralDifferences() {
        Draw.cases("variance", 40, draw -> {
            Shape shape = draw.shape();
            Axes axes = Axes.of(draw.axes(shape.rank()));
            int correction = axes.count("variance", shape) > 1 ? draw.below(2) : 0;
            Adjoints.assertDerivative(
                    "variance of " + shape + " over " + axes,
                    1e-2,
                    1e-3,
                    (tape, in) -> Variance.apply(tape, in.get(0), axes, correction),
                    draw.tensor(shape));
        });
    }

    /** Distinct values, a tenth apart, so that a step of a hundredth changes no choice. */
    @Test
    void extremaByCentralDifferences() {
        Draw.cases("extrema", 40, draw -> {
            Shape shape = draw.shape(1 + draw.below(4));
            int[] ranks = draw.order(shape.size());
            float[] distinct = new float[ranks.length];
            for (int i = 0; i < ranks.length; i++) {
                distinct[i] = ranks[i] * 0.1f;
            }
            Tensor x = Tensor.of(shape, distinct);
            Axes axes = Axes.of(draw.axes(shape.rank()));
            Adjoints.assertDerivative(
                    "max of " + shape + " over " + axes, 1e-3, 1e-2, (tape, in) -> Max.apply(tape, in.get(0), axes), x);
            Adjoints.assertDerivative(
                    "min of " + shape + " over " + axes, 1e-3, 1e-2, (tape, in) -> Min.apply(tape, in.get(0), axes), x);
        });
    }

    @Test
    void ofEqualsTheFirstInRowMajorOrderTakesTheGradient() {
        Tensor x = Tensor.of(Shape.of(2, 2, 2), 3, 1, 3, 9, 0, 9, 3, 9);
        Tensor dy = Tensor.of(Shape.of(2), 7, 8);
        assertArrayEquals(
                new float[] {7, 0, 0, 8, 0, 0, 0, 0},
                gradient((tape, in) -> Max.apply(tape, in.get(0), Axes.of(0, 1)), x, dy));
        assertArrayEquals(
                new float[] {0, 0, 0, 7, 0, 8, 0, 0},
                gradient((tape, in) -> Max.apply(tape, in.get(0), Axes.of(2, 1)), x, dy));
        assertArrayEquals(
                new float[] {0, 0, 0, 0, 0, 7, 0, 8},
                gradient(
                        (tape, in) -> Max.apply(tape, in.get(0), Axes.of(0, 2)),
                        Tensor.of(Shape.of(2, 2, 2), 3, 1, 3, 8, 0, 9, 3, 9),
                        dy));
        assertArrayEquals(
                new float[] {0, 7, 0, 0, 8, 0, 0, 0},
                gradient((tape, in) -> Min.apply(tape, in.get(0), Axes.of(1, 2)), x, dy));
    }

    private static float[] gradient(Operation operation, Tensor x, Tensor dy) {
        return Adjoints.gradient(operation, List.of(x), dy, 0).toArray();
    }

    @Test
    void aNaNWinsAndPassesNothing() {
        Tensor x = Tensor.of(Shape.of(3), 1, Float.NaN, 2);
        Tensor dy = Tensor.of(Shape.of(), 1);
        for (OverAxes operation : List.<OverAxes>of(Max::apply, Min::apply)) {
            Operation over = (tape, in) -> operation.apply(tape, in.get(0), Axes.all());
            assertTrue(Float.isNaN(Adjoints.forward(over, List.of(x)).get(0)));
            assertArrayEquals(new float[3], gradient(over, x, dy));
        }
    }

    @Test
    void infinitiesAreElementsLikeOthers() {
        Tensor x = Tensor.of(Shape.of(2), Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY);
        Operation max = (tape, in) -> Max.apply(tape, in.get(0), Axes.all());
        assertEquals(Float.NEGATIVE_INFINITY, Adjoints.forward(max, List.of(x)).get(0));
        assertArrayEquals(new float[] {1, 0}, gradient(max, x, Tensor.of(Shape.of(), 1)));
    }

    @Test
    void anEmptySumIsZero() {
        Tensor y = Adjoints.forward((tape, in) -> Sum.apply(tape, in.get(0), Axes.of(0)), List.of(Tensor.zeros(0, 3)));
        assertArrayEquals(new float[3], y.toArray());
    }

    @Test
    void aLargeOffsetDoesNotSpoilTheVariance() {
        Tensor x = Index.tensor(Shape.of(1000), index -> 10_000 + index[0] % 2);
        Tensor y = Adjoints.forward((tape, in) -> Variance.apply(tape, in.get(0), Axes.all(), 0), List.of(x));
        assertEquals(0.25f, y.get(0), 1e-3f);
    }
}
