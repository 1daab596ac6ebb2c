package dev.convoy.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.kernel.Window;
import dev.convoy.op.Add;
import dev.convoy.op.Adjoints;
import dev.convoy.op.Dropout;
import dev.convoy.op.Gelu;
import dev.convoy.op.MatMul;
import dev.convoy.op.Pool2d;
import dev.convoy.op.Relu;
import dev.convoy.op.Reshape;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a tape records, and what it leaves out. */
class TapeTest {
    private final Tensor value = Tensor.of(Shape.of(2), 3, -4);
    private final Tensor gradient = Tensor.zeros(2);
    private final Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
    private final Variable w = tape.parameter(value, gradient);

    @Test
    void aVariableUsedTwiceGetsBothGradients() {
        tape.backward(Add.apply(tape, Add.apply(tape, w, w), Relu.apply(tape, w)), Tensor.of(Shape.of(2), 1, 10));
        assertArrayEquals(new float[] {3, 20}, gradient.toArray());
    }

    @Test
    void gradientsAddUpOverSeveralBackwardPasses() {
        gradient.set(0, 100);
        tape.backward(Reshape.apply(tape, w, Shape.of(2, 1)), Tensor.of(Shape.of(2, 1), 1, 2));
        assertArrayEquals(new float[] {101, 2}, gradient.toArray());
    }

    @Test
    void aDetachedUseCarriesNoGradient() {
        tape.backward(Add.apply(tape, w, tape.detach(Relu.apply(tape, w))), Tensor.of(Shape.of(2), 1, 1));
        assertArrayEquals(new float[] {1, 1}, gradient.toArray());
    }

    @Test
    void nothingIsRecordedInARegionWithoutGradient() {
        AtomicInteger pullbacks = new AtomicInteger();
        Variable frozen = tape.withoutGradient(() -> {
            Variable y = Add.apply(tape, Reshape.apply(tape, w, Shape.of(1, 2)), tape.constant(Tensor.zeros(1, 2)));
            assertFalse(y.needsGradient());
            tape.record(y, pullbacks::incrementAndGet);
            return Reshape.apply(tape, y, Shape.of(2));
        });
        assertArrayEquals(value.toArray(), frozen.value().toArray());
        Variable y = Add.apply(tape, frozen, w);
        assertTrue(y.needsGradient(), "recording goes on after the region");
        tape.backward(y, Tensor.of(Shape.of(2), 5, 6));
        assertEquals(0, pullbacks.get());
        assertArrayEquals(new float[] {5, 6}, gradient.toArray());
    }

    @Test
    void recordingGoesOnAfterARegionThatFails() {
        assertThrows(
                IllegalStateException.class,
                () -> tape.withoutGradient(() -> {
                    throw new IllegalStateException("in the region");
                }));
        assertTrue(Relu.apply(tape, w).needsGradient());
    }

    /** An infinite weight times the zero gradient of a branch nobody uses would be NaN. */
    @Test
    void aBranchThatDoesNotReachTheLossRunsNoPullback() {
        AtomicInteger pullbacks = new AtomicInteger();
        Variable unused = Relu.apply(tape, w);
        tape.record(unused, pullbacks::incrementAndGet);
        Reshape.apply(tape, unused, Shape.of(2, 1));
        tape.backward(Relu.apply(tape, w), Tensor.of(Shape.of(2), 1, 1));
        assertEquals(0, pullbacks.get());
        assertArrayEquals(new float[] {1, 0}, gradient.toArray());
    }

    @Test
    void aFrozenParameterCostsNoPullback() {
        Variable x = tape.constant(Tensor.of(Shape.of(1, 2), 1, 1));
        Variable frozen = tape.constant(Tensor.of(Shape.of(2, 2), 1, 2, 3, 4));
        Variable y = MatMul.apply(tape, x, frozen);
        assertFalse(y.needsGradient());
        tape.backward(y, Tensor.of(Shape.of(1, 2), 1, 1));
        assertArrayEquals(new float[2], gradient.toArray());
    }

    @Test
    void anAdjointOfAnotherShapeIsRefused() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> tape.backward(w, Tensor.zeros(3)));
        assertEquals("backward: the output [2] and its adjoint [3] differ in shape", e.getMessage());
    }

    @Test
    void viewsOfViewsNeedNoRecursion() {
        Variable view = w;
        for (int i = 0; i < 100_000; i++) {
            view = Reshape.apply(tape, view, i % 2 == 0 ? Shape.of(1, 2) : Shape.of(2));
        }
        tape.backward(view, Tensor.of(Shape.of(2), 5, 6));
        assertArrayEquals(new float[] {5, 6}, gradient.toArray());
    }

    @Test
    void twoOutputsOfOnePassAreCarriedBackOneAfterTheOther() {
        Variable shared = Add.apply(tape, w, w);
        Variable first = Relu.apply(tape, shared);
        Variable second = Add.apply(tape, Reshape.apply(tape, shared, Shape.of(1, 2)), 1f);
        tape.backward(first, Tensor.of(Shape.of(2), 1, 1));
        tape.backward(second, Tensor.of(Shape.of(1, 2), 10, 10));
        assertArrayEquals(new float[] {22, 20}, gradient.toArray());
    }

    /** A buffer that held something else, more than one piece long, and a negative zero, which adding to zero makes positive. */
    @Test
    void theFirstAdditionFindsZeros() {
        Workspace workspace = new Workspace();
        for (int i = 0; i < 8; i++) {
            Arrays.fill(workspace.take(10_000), Float.NaN);
        }
        Tape dirty = Tape.recording(workspace, Adjoints.kernels());
        Tensor ones = Tensor.zeros(3, 3001);
        Arrays.fill(ones.array(), 1f);
        Tensor sum = Tensor.zeros(3, 3001);
        Variable x = Add.apply(dirty, dirty.parameter(ones, sum), 0f);
        Tensor dy = Tensor.zeros(3, 3001);
        Arrays.fill(dy.array(), -0f);
        dy.set(9000, 7);
        dirty.backward(Add.apply(dirty, Relu.apply(dirty, x), x), dy);
        for (int i = 0; i < sum.size(); i++) {
            assertEquals(i == 9000 ? 14f : 0f, sum.get(i));
        }
    }

    @Test
    void aGradientBeginsOnceAndAParametersHasBegun() {
        Variable y = Add.apply(tape, w, 1f);
        Variable view = Reshape.apply(tape, y, Shape.of(2, 1));
        assertFalse(w.beginGradient());
        assertTrue(view.beginGradient());
        assertFalse(y.beginGradient());
        assertSame(view.gradient().array(), y.gradient().array());
    }

    /** Each of these works in place of its output's gradient where that is possible; here both ways, from a view, and used twice. */
    @Test
    void whatIsDoneInPlaceGivesTheBitsOfWhatKeepsItsGradients() {
        Tensor first = Tensor.zeros(2, 6, 6, 3);
        Tensor second = Tensor.zeros(2, 6, 6, 3);
        carryBackThroughMaps(first, false);
        carryBackThroughMaps(second, true);
        for (int i = 0; i < first.size(); i++) {
            assertEquals(Float.floatToRawIntBits(first.get(i)), Float.floatToRawIntBits(second.get(i)));
        }
    }

    private static void carryBackThroughMaps(Tensor gradient, boolean keep) {
        Workspace workspace = new Workspace();
        for (int i = 0; i < 40; i++) {
            Arrays.fill(workspace.take(i % 2 == 0 ? 216 : 48), Float.NaN);
        }
        Tape tape = Tape.recording(workspace, Adjoints.kernels());
        Variable x = Add.apply(tape, tape.parameter(Adjoints.random("x", gradient.shape()), gradient), 0f);
        Variable smooth = Gelu.apply(tape, x);
        Variable rectified = Relu.apply(tape, smooth);
        Variable flat = Reshape.apply(tape, rectified, Shape.of(2, 108));
        RandomKey[] keys = {RandomKey.of(1, "a"), RandomKey.of(1, "b")};
        Variable dropped = Dropout.apply(tape, flat, 0.3f, keys);
        Variable again = Relu.apply(tape, Reshape.apply(tape, dropped, gradient.shape()));
        Variable sum = Add.apply(tape, again, Relu.apply(tape, rectified));
        Variable pooled = Pool2d.max(tape, sum, Window.square(2).stride(2));
        if (keep) {
            for (Variable output : List.of(smooth, rectified, flat, dropped, again, sum, pooled)) {
                output.keepGradient();
            }
        }
        Tensor dy = Adjoints.random("dy", pooled.shape());
        dy.set(0, -0f);
        tape.backward(pooled, dy);
        if (keep) {
            assertEquals(dy.get(1), pooled.gradient().get(1));
            assertEquals(gradient.shape(), again.gradient().shape());
        } else {
            assertThrows(IllegalStateException.class, again::gradient);
        }
    }
}
