package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.op.Dropout.Unit;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each unit shares, and what the draws depend on. */
class DropoutTest {
    private static final RandomKey KEY = RandomKey.of(1, "dropout test");

    private static RandomKey[] keys(int samples) {
        RandomKey[] keys = new RandomKey[samples];
        Arrays.setAll(keys, n -> KEY.with(n));
        return keys;
    }

    private static Tensor ones(int... extents) {
        Tensor ones = Tensor.zeros(extents);
        Arrays.fill(ones.array(), 1);
        return ones;
    }

    private static Tensor drop(Tensor x, Unit unit, float probability, RandomKey[] keys) {
        return Adjoints.forward((tape, in) -> Dropout.apply(tape, in.get(0), unit, probability, keys), List.of(x));
    }

    @Test
    void anElementIsDroppedByTheNumberAtItsIndex() {
        Tensor y = drop(ones(2, 3, 3, 4), Unit.ELEMENT, 0.5f, keys(2));
        for (int i = 0; i < 72; i++) {
            assertEquals(KEY.with(i / 36).uniform(i % 36) < 0.5f ? 0f : 2f, y.get(i));
        }
    }

    @Test
    void aChannelIsDroppedInAllItsPixels() {
        Tensor y = drop(ones(3, 5, 2, 7), Unit.CHANNEL, 0.5f, keys(3));
        for (int i = 0; i < y.size(); i++) {
            assertEquals(KEY.with(i / 70).uniform(i % 7) < 0.5f ? 0f : 2f, y.get(i));
        }
    }

    @Test
    void aSampleIsDroppedWhole() {
        Tensor y = drop(ones(50, 2, 2, 3), Unit.SAMPLE, 0.2f, keys(50));
        for (int i = 0; i < y.size(); i++) {
            assertEquals(KEY.with(i / 12).uniform(0) < 0.2f ? 0f : 1 / 0.8f, y.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyUnitKeepsTheExpectationAndDropsItsShare(Unit unit) {
        Tensor y = drop(ones(4000, 2, 10), unit, 0.25f, keys(4000));
        double sum = 0;
        int zeros = 0;
        for (int i = 0; i < y.size(); i++) {
            sum += y.get(i);
            zeros += y.get(i) == 0 ? 1 : 0;
        }
        assertEquals(1, sum / y.size(), 0.03);
        assertEquals(0.25, (double) zeros / y.size(), 0.02);
    }

    @ParameterizedTest
    @EnumSource
    void everyUnitIsLinearForItsMask(Unit unit) {
        RandomKey[] keys = keys(6);
        Adjoints.assertLinear(
                unit.title(), (tape, in) -> Dropout.apply(tape, in.get(0), unit, 0.4f, keys), Shape.of(6, 3, 2, 5));
    }

    /** So it does not matter in which shard or batch a sample is. */
    @ParameterizedTest
    @EnumSource
    void aSamplesMaskFollowsItsKeyAlone(Unit unit) {
        RandomKey[] keys = keys(5);
        float[] together = drop(ones(5, 3, 3, 4), unit, 0.5f, keys).toArray();
        for (int n = 0; n < 5; n++) {
            float[] alone = drop(ones(1, 3, 3, 4), unit, 0.5f, new RandomKey[] {keys[n]})
                    .toArray();
            assertArrayEquals(Arrays.copyOfRange(together, n * 36, (n + 1) * 36), alone);
        }
    }

    @Test
    void errorsNameTheUnit() {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Variable x = tape.constant(Tensor.zeros(3, 4));
        assertMessage("spatial dropout: expected 0 <= probability < 1 but got 1.0", tape, x, Unit.CHANNEL, 1, 3);
        assertMessage(
                "stochastic depth: 2 keys for input [3, 4]; expected one per sample", tape, x, Unit.SAMPLE, 0.5f, 2);
        assertMessage("dropout: expected 0 <= probability < 1 but got NaN", tape, x, Unit.ELEMENT, Float.NaN, 3);
        assertMessage(
                "spatial dropout: expected an input [N, ..., C] but got [3]",
                tape,
                tape.constant(Tensor.zeros(3)),
                Unit.CHANNEL,
                0.5f,
                3);
    }

    private static void assertMessage(
            String message, Tape tape, Variable x, Unit unit, float probability, int samples) {
        Exception e = assertThrows(
                IllegalArgumentException.class, () -> Dropout.apply(tape, x, unit, probability, keys(samples)));
        assertEquals(message, e.getMessage());
        assertTrue(message.startsWith(unit.title()));
    }
}
