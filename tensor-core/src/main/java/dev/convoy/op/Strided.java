package dev.convoy.op;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * A tensor's elements in another order, some of them left out or repeated: element {@code (i, j, ..)} is the tensor's
 * {@code start + i * strides[0] + j * strides[1] + ..}.
 *
 * <p>An operation that only moves elements is two of these of equal extents, one over its input and one over its output:
 * {@link #copy} carries the values forward and {@link #add}, the other way round, the gradient back.
 */
final class Strided {
    private final int start;
    private final int[] extents;
    private final int[] strides;

    private Strided(int start, int[] extents, int[] strides) {
        this.start = start;
        this.extents = extents;
        this.strides = strides;
    }

    /** All elements as they lie, row-major. */
    static Strided of(Shape shape) {
        int[] extents = shape.toArray();
        int[] strides = new int[extents.length];
        int stride = 1;
        for (int axis = extents.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= extents[axis];
        }
        return new Strided(0, extents, strides);
    }

    /** Axis {@code order[i]} becomes axis i. */
    Strided permute(int[] order) {
        int[] permutedExtents = new int[order.length];
        int[] permutedStrides = new int[order.length];
        for (int axis = 0; axis < order.length; axis++) {
            permutedExtents[axis] = extents[order[axis]];
            permutedStrides[axis] = strides[order[axis]];
        }
        return new Strided(start, permutedExtents, permutedStrides);
    }

    /** The entries {@code from, from + step, ..} of an axis, {@code count} of them; a negative step goes backwards. */
    Strided slice(int axis, int from, int step, int count) {
        int[] slicedExtents = extents.clone();
        int[] slicedStrides = strides.clone();
        slicedExtents[axis] = count;
        slicedStrides[axis] = strides[axis] * step;
        return new Strided(start + from * strides[axis], slicedExtents, slicedStrides);
    }

    /** Axes of extent 1 and missing leading ones repeated to {@code shape}, which the extents must {@linkplain Shape#broadcast fit}. */
    Strided broadcast(Shape shape) {
        int[] repeated = new int[shape.rank()];
        int missing = shape.rank() - extents.length;
        for (int axis = 0; axis < extents.length; axis++) {
            repeated[missing + axis] = extents[axis] == 1 ? 0 : strides[axis];
        }
        return new Strided(start, shape.toArray(), repeated);
    }

    /** The places of all elements, row-major. */
    int[] places() {
        int[] places = new int[Shape.of(extents).size()];
        each(of(Shape.of(extents)), this, (count, at, stride, place, step) -> {
            for (int i = 0; i < count; i++) {
                places[at + i * stride] = place + i * step;
            }
        });
        return places;
    }

    /** {@code target[to] = source[from]}, element by element. */
    static void copy(Tensor source, Strided from, Tensor target, Strided to) {
        float[] s = source.array();
        float[] t = target.array();
        each(from, to, (count, fromPlace, fromStep, toPlace, toStep) -> {
            int at = source.offset() + fromPlace;
            int put = target.offset() + toPlace;
            if (fromStep == 1 && toStep == 1) {
                System.arraycopy(s, at, t, put, count);
            } else if (fromStep == 0 && toStep == 1) {
                Arrays.fill(t, put, put + count, s[at]);
            } else {
                for (int i = 0; i < count; i++) {
                    t[put + i * toStep] = s[at + i * fromStep];
                }
            }
        });
    }

    /** {@code target[to] += source[from]}, element by element in row-major order. */
    static void add(Tensor source, Strided from, Tensor target, Strided to) {
        float[] s = source.array();
        float[] t = target.array();
        each(from, to, (count, fromPlace, fromStep, toPlace, toStep) -> {
            int at = source.offset() + fromPlace;
            int put = target.offset() + toPlace;
            if (fromStep == 1 && toStep == 1) {
                for (int i = 0; i < count; i++) {
                    t[put + i] += s[at + i];
                }
            } else {
                for (int i = 0; i < count; i++) {
                    t[put + i * toStep] += s[at + i * fromStep];
                }
            }
        });
    }

    /** Part of a walk along one axis: {@code count} elements, each a step from the one before. */
    private interface Run {
        void visit(int count, int aPlace, int aStep, int bPlace, int bStep);
    }

    /** Walks both in row-major order, in runs as long as they go: neighbouring axes that are one in both are walked as one. */
    private static void each(Strided a, Strided b, Run run) {
        assert Arrays.equals(a.extents, b.extents) : Arrays.toString(a.extents) + Arrays.toString(b.extents);
        int[] extents = new int[a.extents.length + 1];
        int[] aStrides = new int[extents.length];
        int[] bStrides = new int[extents.length];
        int last = 0;
        extents[0] = 1;
        for (int axis = 0; axis < a.extents.length; axis++) {
            int extent = a.extents[axis];
            if (extent == 0) {
                return;
            }
            boolean one = aStrides[last] == a.strides[axis] * extent && bStrides[last] == b.strides[axis] * extent;
            if (extent > 1) {
                last = one || extents[last] == 1 ? last : last + 1;
                extents[last] = one ? extents[last] * extent : extent;
                aStrides[last] = a.strides[axis];
                bStrides[last] = b.strides[axis];
            }
        }
        walk(extents, last, aStrides, a.start, bStrides, b.start, run);
    }

    private static void walk(int[] extents, int last, int[] aStrides, int a, int[] bStrides, int b, Run run) {
        int[] index = new int[last];
        int aPlace = a;
        int bPlace = b;
        int axis;
        do {
            run.visit(extents[last], aPlace, aStrides[last], bPlace, bStrides[last]);
            axis = last - 1;
            while (axis >= 0 && ++index[axis] == extents[axis]) {
                index[axis] = 0;
                aPlace -= (extents[axis] - 1) * aStrides[axis];
                bPlace -= (extents[axis] - 1) * bStrides[axis];
                axis--;
            }
            if (axis >= 0) {
                aPlace += aStrides[axis];
                bPlace += bStrides[axis];
            }
        } while (axis >= 0);
    }
}
