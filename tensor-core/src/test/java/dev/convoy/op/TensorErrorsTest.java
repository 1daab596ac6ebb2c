package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What does not fit is refused in words that name the operation, the shapes and what was expected. */
class TensorErrorsTest {
    private static final Tape TAPE = Tape.silent(new Workspace(), Adjoints.kernels());
    private static final Variable A = TAPE.constant(Tensor.zeros(2, 3));
    private static final Variable B = TAPE.constant(Tensor.zeros(4));
    private static final Variable EMPTY = TAPE.constant(Tensor.zeros(0, 3));
    private static final Variable BATCH = TAPE.constant(Tensor.zeros(2, 3, 4, 5));
    private static final Variable OTHER = TAPE.constant(Tensor.zeros(2, 5, 6));

    static Stream<Arguments> refusals() {
        String fit = " do not fit each other; counted from the last axis, extents must be equal or one of them 1"
                + " (reshape puts axes of extent 1 where they are wanted)";
        return Stream.of(
                refusal("add: the shapes [2, 3] and [4]" + fit, () -> Add.apply(TAPE, A, B)),
                refusal("subtract: the shapes [2, 3] and [4]" + fit, () -> Subtract.apply(TAPE, A, B)),
                refusal("multiply: the shapes [2, 3] and [4]" + fit, () -> Multiply.apply(TAPE, A, B)),
                refusal("divide: the shapes [2, 3] and [4]" + fit, () -> Divide.apply(TAPE, A, B)),
                refusal("maximum: the shapes [2, 3] and [4]" + fit, () -> Maximum.apply(TAPE, A, B)),
                refusal("minimum: the shapes [2, 3] and [4]" + fit, () -> Minimum.apply(TAPE, A, B)),
                refusal(
                        "broadcast: the shapes [2, 3] and [2, 4]" + fit,
                        () -> Broadcast.apply(TAPE, A, Shape.of(2, 4))),
                refusal(
                        "broadcast: [2, 3] does not stretch to the smaller [1, 3]; sum over the axes that are too many",
                        () -> Broadcast.apply(TAPE, A, Shape.of(1, 3))),
                refusal(
                        "matmul: expected [.., m, k] and [.., k, n] but got [2, 3] and [4]",
                        () -> MatMul.apply(TAPE, A, B)),
                refusal(
                        "matmul: expected [.., m, k] and [.., k, n] but got [2, 3] and [2, 3]",
                        () -> MatMul.apply(TAPE, A, A)),
                refusal(
                        "matmul: the batch axes [2, 3] and [2] of [2, 3, 4, 5] and [2, 5, 6] do not fit each other;"
                                + " counted from the last, extents must be equal or one of them 1",
                        () -> MatMul.apply(TAPE, BATCH, OTHER)),
                refusal(
                        "sum: there is no axis 2 in shape [2, 3]; expected one from -2 to 1",
                        () -> Sum.apply(TAPE, A, Axes.of(2))),
                refusal(
                        "mean: axes [0, -2] name axis 0 of [2, 3] twice; name each axis once",
                        () -> Mean.apply(TAPE, A, Axes.of(0, -2))),
                refusal(
                        "max: axes [0] of [0, 3] have no element to choose from",
                        () -> Max.apply(TAPE, EMPTY, Axes.of(0))),
                refusal(
                        "min: all axes of [0, 3] have no element to choose from",
                        () -> Min.apply(TAPE, EMPTY, Axes.all())),
                refusal(
                        "variance: expected more than 3 elements and a correction of at least 0 but axes [1] of [2, 3]"
                                + " have 3, the correction is 3",
                        () -> Variance.apply(TAPE, A, Axes.of(1), 3)),
                refusal(
                        "permute: expected each of the 2 axes of [2, 3] once but got [0, -2]",
                        () -> Permute.apply(TAPE, A, 0, -2)),
                refusal(
                        "permute: expected each of the 2 axes of [2, 3] once but got [1]",
                        () -> Permute.apply(TAPE, A, 1)),
                refusal("transpose: expected at least two axes but got [4]", () -> Permute.transpose(TAPE, B)),
                refusal(
                        "slice: expected 0 <= from <= to <= 3 and a step of at least 1 for axis 1 of [2, 3] but got"
                                + " from 1, to 4, step 1",
                        () -> Slice.apply(TAPE, A, -1, 1, 4)),
                refusal(
                        "slice: expected 0 <= from <= to <= 2 and a step of at least 1 for axis 0 of [2, 3] but got"
                                + " from 0, to 2, step 0",
                        () -> Slice.apply(TAPE, A, 0, 0, 2, 0)),
                refusal(
                        "split: expected parts that add to the 3 of axis 1 of [2, 3] but got [1, 1]",
                        () -> Split.apply(TAPE, A, 1, 1, 1)),
                refusal(
                        "flip: there is no axis -3 in shape [2, 3]; expected one from -2 to 1",
                        () -> Flip.apply(TAPE, A, -3)),
                refusal(
                        "dilate: expected a factor of at least 1 for each axis of [2, 3] but got [2]",
                        () -> Dilate.apply(TAPE, A, 2)),
                refusal(
                        "dilate: the factors [1, 2147483647] make an axis of [2, 3] longer than 2^31-1",
                        () -> Dilate.apply(TAPE, A, 1, Integer.MAX_VALUE)),
                refusal(
                        "flatten: expected at least one axis but got []",
                        () -> Reshape.flatten(TAPE, TAPE.constant(Tensor.zeros()))),
                refusal("concat: expected at least one tensor but got none", () -> Concat.apply(TAPE, 0)),
                refusal(
                        "concat: the shapes [2, 3] and [4] may differ in axis 0 only, along which they are put together",
                        () -> Concat.apply(TAPE, 0, A, B)),
                refusal(
                        "concat: the shapes [2, 3] and [0, 3] may differ in axis 1 only, along which they are put"
                                + " together",
                        () -> Concat.apply(TAPE, 1, A, EMPTY)),
                refusal(
                        "stack: the shapes differ, [2, 3] and [4]; broadcast or reshape them to one",
                        () -> Stack.apply(TAPE, 0, A, B)),
                refusal(
                        "stack: there is no place 3 for a new axis in [2, 3]; expected one from -3 to 2",
                        () -> Stack.apply(TAPE, 3, A, A)),
                refusal("gather: there is no row 2 in [2, 3]; expected 0 to 1", () -> Gather.apply(TAPE, A, 0, 2)));
    }

    private static Arguments refusal(String message, Runnable call) {
        return Arguments.of(message, call);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void isRefused(String message, Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    @Test
    void aStrideMayBeAsLargeAsAnIntegerGoes() {
        Variable images = TAPE.constant(Tensor.zeros(2, 5, 6, 4));
        assertEquals(
                Shape.of(2, 1, 1, 7),
                SubsampleChannels.apply(TAPE, images, Integer.MAX_VALUE, 7).shape());
        assertEquals(
                Shape.of(1, 3), Slice.apply(TAPE, A, 0, 0, 2, Integer.MAX_VALUE).shape());
    }

    @Test
    void emptyTensorsPassThrough() {
        assertEquals(Shape.of(3, 0), Permute.apply(TAPE, EMPTY, 1, 0).shape());
        assertEquals(Shape.of(0, 3), Flip.apply(TAPE, EMPTY, 0, 1).shape());
        assertEquals(Shape.of(2, 0), Slice.apply(TAPE, A, 1, 3, 3, 2).shape());
        assertEquals(Shape.of(0, 5), Dilate.apply(TAPE, EMPTY, 2, 2).shape());
        assertEquals(Shape.of(2, 3), Concat.apply(TAPE, 0, EMPTY, A).shape());
        assertEquals(
                Shape.of(0, 3),
                Add.apply(TAPE, EMPTY, Slice.apply(TAPE, A, 0, 0, 1)).shape());
        assertEquals(Shape.of(0), Max.apply(TAPE, EMPTY, Axes.of(1)).shape());
    }
}
