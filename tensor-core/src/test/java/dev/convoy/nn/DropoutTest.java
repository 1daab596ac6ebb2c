package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.op.Dropout.Unit;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Dropout as a layer: when it acts, and on what its draws depend. */
class DropoutTest {
    private static final int SAMPLES = 40;
    private static final Shape IMAGE = Shape.of(2, 2, 3);

    private final ParameterLayout.Builder weights = new ParameterLayout.Builder();
    private final Scope scope = new Scope("", weights, new ParameterLayout.Builder());

    @Test
    void evaluationPassesItsInputThrough() {
        Pass pass = Pass.evaluation(
                Tape.silent(new Workspace(), KernelProvider.AUTO.kernels()), new float[0], new float[0]);
        Variable x = pass.tape().constant(ones());
        for (Unit unit : Unit.values()) {
            assertSame(x, new Dropout(scope.in("a"), IMAGE, unit, 0.5).forward(pass, x));
        }
    }

    @Test
    void layersOfDifferentNamesDropDifferently() {
        Module first = new Dropout(scope.in("a"), IMAGE, Unit.SAMPLE, 0.5);
        Module second = new Dropout(scope.in("b"), IMAGE, Unit.SAMPLE, 0.5);
        assertArrayEquals(trained(first), trained(first));
        assertFalse(Arrays.equals(trained(first), trained(second)));
    }

    /** The residual block of a dropped branch is its shortcut; of a branch that survived, the branch is scaled. */
    @Test
    void stochasticDepthLeavesTheShortcut() {
        Module branch = new Dropout(scope.in("drop"), IMAGE, Unit.SAMPLE, 0.75);
        float[] y = trained(new Residual(scope.in("block"), IMAGE, branch, Shortcut.SUBSAMPLED, 1));
        int dropped = 0;
        for (float value : y) {
            assertTrue(value == 1 || value == 1 + 4, "1 from the shortcut, 4 from a branch that survived: " + value);
            dropped += value == 1 ? 1 : 0;
        }
        assertTrue(dropped > y.length / 2 && dropped < y.length, dropped + " of " + y.length);
    }

    private static float[] trained(Module layer) {
        RandomKey[] keys = new RandomKey[SAMPLES];
        Arrays.setAll(keys, n -> RandomKey.of(1, "samples").with(n));
        Pass pass = Pass.training(
                Tape.recording(new Workspace(), KernelProvider.AUTO.kernels()),
                new float[0],
                new float[0],
                new Pass.Training(new float[0], new float[0], keys));
        return layer.forward(pass, pass.tape().constant(ones())).value().toArray();
    }

    private static Tensor ones() {
        Tensor ones = Tensor.zeros(SAMPLES, 2, 2, 3);
        Arrays.fill(ones.array(), 1);
        return ones;
    }
}
