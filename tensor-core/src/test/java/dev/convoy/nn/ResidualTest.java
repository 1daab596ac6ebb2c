package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Operation;
import dev.convoy.kernel.Window;
import dev.convoy.op.Adjoints;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The body is two normalised convolutions of stride 2 and 1 without a rectifier, so that central differences meet no kink. */
class ResidualTest {
    private static final Shape INPUT = Shape.of(5, 6, 3);

    private final ParameterLayout.Builder weights = new ParameterLayout.Builder();
    private final ParameterLayout.Builder buffers = new ParameterLayout.Builder();
    private final Scope scope = new Scope("block", weights, buffers);

    private Residual block(Shortcut shortcut, int stride, int filters) {
        Window window = Window.square(3).padding(1);
        Module body = Sequential.of(scope, INPUT)
                .convNorm("conv1", 4, window.stride(2))
                .convNorm("conv2", filters, window)
                .build();
        return new Residual(scope, INPUT, body, shortcut, stride);
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfInputAndWeightsAreCentralDifferences(Shortcut shortcut) {
        Residual block = block(shortcut, 2, 7);
        ParameterLayout layout = weights.build();
        Adjoints.assertDerivative(
                "residual " + shortcut,
                1e-2,
                1e-3,
                operation(block, buffers.build()),
                Adjoints.random("x", Shape.of(2, 5, 6, 3)),
                Tensor.of(Shape.of(layout.size()), layout.initial(1)));
    }

    @Test
    void withoutAnyChangeOfShapeTheInputItselfIsAdded() {
        Module nothing = Sequential.of(scope, INPUT).build();
        Residual block = new Residual(scope, INPUT, nothing, Shortcut.PROJECTED, 1);
        assertEquals(0, weights.build().size());
        Tensor x = Adjoints.random("x", Shape.of(1, 5, 6, 3));
        float[] twice = x.toArray();
        for (int i = 0; i < twice.length; i++) {
            twice[i] *= 2;
        }
        Operation operation = operation(block, buffers.build());
        assertArrayEquals(
                twice, Adjoints.forward(operation, List.of(x, Tensor.zeros(0))).toArray());
    }

    @Test
    void theProjectionFollowsTheBodyInTheLayout() {
        block(Shortcut.PROJECTED, 2, 7);
        assertEquals(
                List.of(
                        "block.conv1.weight",
                        "block.conv1_norm.gamma",
                        "block.conv1_norm.beta",
                        "block.conv2.weight",
                        "block.conv2_norm.gamma",
                        "block.conv2_norm.beta",
                        "block.shortcut.weight",
                        "block.shortcut_norm.gamma",
                        "block.shortcut_norm.beta"),
                weights.build().parameters().stream().map(Parameter::name).toList());
    }

    @Test
    void aStrideThatIsNotTheBodysIsRefused() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> block(Shortcut.PROJECTED, 1, 7));
        assertEquals(
                "block: the body gives [3, 3, 7] but the shortcut of stride 1 gives [5, 6, 7]; both come from [5, 6, 3]",
                e.getMessage());
    }

    @Test
    void aSubsampledShortcutCannotTakeChannelsAway() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> block(Shortcut.SUBSAMPLED, 2, 2));
        assertEquals(
                "block: a subsampled shortcut can add channels to its input [5, 6, 3] but not take some away, and the"
                        + " body gives 2",
                e.getMessage());
    }

    /** The module as an operation on its input and its flat weights. */
    private static Operation operation(Module module, ParameterLayout buffers) {
        return (tape, in) -> {
            float[] flat = in.get(1).value().array();
            float[] gradient = in.get(1).needsGradient() ? in.get(1).gradient().array() : new float[flat.length];
            float[] sums = new float[buffers.size()];
            RandomKey[] samples = new RandomKey[in.get(0).shape().extent(0)];
            Pass pass = Pass.training(tape, flat, buffers.initial(1), new Pass.Training(gradient, sums, samples));
            return module.forward(pass, in.get(0));
        };
    }
}
