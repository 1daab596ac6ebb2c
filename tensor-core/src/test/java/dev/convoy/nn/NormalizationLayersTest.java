package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The layers that normalise per sample: their parameters, and that training and evaluation agree. */
class NormalizationLayersTest {
    private static final Shape IMAGE = Shape.of(3, 2, 4);

    @Test
    void theirParametersHaveTheShapesTheyScale() {
        assertParameters(List.of(4, 4), scope -> new GroupNorm(scope, IMAGE, 2));
        assertParameters(List.of(4, 4), scope -> new InstanceNorm(scope, IMAGE));
        assertParameters(List.of(4, 4), scope -> new LayerNorm(scope, IMAGE, 1));
        assertParameters(List.of(8, 8), scope -> new LayerNorm(scope, IMAGE, 2));
        assertParameters(List.of(24, 24), scope -> new LayerNorm(scope, IMAGE, 3));
    }

    private static void assertParameters(List<Integer> sizes, Function<Scope, Module> layer) {
        ParameterLayout.Builder builder = new ParameterLayout.Builder();
        ParameterLayout.Builder buffers = new ParameterLayout.Builder();
        Module module = layer.apply(new Scope("norm", builder, buffers));
        ParameterLayout weights = builder.build();
        assertEquals(
                List.of("norm.gamma", "norm.beta"),
                weights.parameters().stream().map(Parameter::name).toList());
        assertEquals(
                sizes, weights.parameters().stream().map(p -> p.shape().size()).toList());
        assertEquals(0, buffers.build().size());
        assertEquals(IMAGE, module.output());
        List<LayerSummary> rows = new ArrayList<>();
        module.describe(rows::add);
        assertEquals(weights.size(), rows.get(0).parameters());

        float[] initial = weights.initial(1);
        float[] evaluated = forward(
                Pass.evaluation(Tape.silent(new Workspace(), KernelProvider.AUTO.kernels()), initial, new float[0]),
                module);
        Pass.Training training = new Pass.Training(new float[weights.size()], new float[0], new RandomKey[2]);
        float[] trained = forward(
                Pass.training(
                        Tape.recording(new Workspace(), KernelProvider.AUTO.kernels()),
                        initial,
                        new float[0],
                        training),
                module);
        assertArrayEquals(evaluated, trained);
        double squares = 0;
        for (float value : evaluated) {
            squares += value * value;
        }
        assertEquals(1, squares / evaluated.length, 1e-3, "scale 1 and shift 0 at first");
    }

    private static float[] forward(Pass pass, Module module) {
        float[] values = new float[48];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) RandomKey.of(1, "x").gaussian(i);
        }
        return module.forward(pass, pass.tape().constant(Tensor.of(Shape.of(2, 3, 2, 4), values)))
                .value()
                .toArray();
    }

    @Test
    void whatDoesNotFitIsRefusedWhenTheNetworkIsBuilt() {
        Scope scope = new Scope("norm", new ParameterLayout.Builder(), new ParameterLayout.Builder());
        assertEquals(
                "norm: 3 groups do not divide the 4 channels of [3, 2, 4]",
                assertThrows(IllegalArgumentException.class, () -> new GroupNorm(scope, IMAGE, 3))
                        .getMessage());
        assertEquals(
                "norm: layer norm over the last 4 axes does not fit the input [3, 2, 4] (without the batch)",
                assertThrows(IllegalArgumentException.class, () -> new LayerNorm(scope, IMAGE, 4))
                        .getMessage());
    }
}
