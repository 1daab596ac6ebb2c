package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.op.Adjoints;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The layers of convolution and pooling: parameters, shapes, and that they call their operation. */
class ConvolutionLayersTest {
    private static final Shape IMAGE = Shape.of(7, 6, 4);

    private final ParameterLayout.Builder weights = new ParameterLayout.Builder();

    private Scope scope(String path) {
        return new Scope(path, weights, new ParameterLayout.Builder());
    }

    private Tensor run(Module layer, Tensor batch) {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        Pass pass = Pass.evaluation(tape, weights.build().initial(3), new float[0]);
        Tensor y = layer.forward(pass, tape.constant(batch)).value();
        Shape one = layer.output();
        assertEquals(Shape.of(batch.shape().extent(0), one.extent(0), one.extent(1), one.extent(2)), y.shape());
        return y;
    }

    private static Tensor batch() {
        return Adjoints.random("batch", Shape.of(2, 7, 6, 4));
    }

    @Test
    void aConvolutionTakesGroupsModesAndNoBias() {
        Window window = Window.of(3, 2).stride(2, 1).same(7, 6).mode(PaddingMode.CIRCULAR);
        Conv2d layer = new Conv2d(scope("conv"), IMAGE, 8, window, 2, false);
        assertEquals(Shape.of(4, 6, 8), layer.output());
        assertEquals(3 * 2 * 2 * 8, weights.build().size());
        Tensor w = weights.build().parameters().get(0).in(weights.build().initial(3));
        Tensor expected = Adjoints.forward(
                (tape, in) -> dev.convoy.op.Conv2d.apply(tape, in.get(0), in.get(1), null, window, 2),
                List.of(batch(), w));
        assertArrayEquals(expected.toArray(), run(layer, batch()).toArray());
    }

    @Test
    void aTransposedConvolutionEnlargesTheImage() {
        Window window = Window.square(3).stride(2).padding(1);
        ConvTranspose2d layer = new ConvTranspose2d(scope("up"), IMAGE, 6, window, 2, 1, 1, true);
        assertEquals(Shape.of(14, 12, 6), layer.output());
        ParameterLayout layout = weights.build();
        assertEquals(Shape.of(3, 3, 3, 4), layout.parameters().get(0).shape());
        assertEquals(List.of("up.weight", "up.bias"), names(layout));
        Tensor w = layout.parameters().get(0).in(layout.initial(3));
        Tensor expected = Adjoints.forward(
                (tape, in) -> dev.convoy.op.ConvTranspose2d.apply(tape, in.get(0), in.get(1), null, window, 2, 1, 1),
                List.of(batch(), w));
        assertArrayEquals(expected.toArray(), run(layer, batch()).toArray());
        List<LayerSummary> rows = new ArrayList<>();
        layer.describe(rows::add);
        assertEquals(
                List.of(new LayerSummary(
                        "up",
                        "conv transpose 3x3, stride 2, padding 1",
                        Shape.of(14, 12, 6),
                        3 * 3 * 3 * 4 + 6,
                        7L * 6 * 9 * 3 * 4)),
                rows);
    }

    private static List<String> names(ParameterLayout layout) {
        return layout.parameters().stream().map(Parameter::name).toList();
    }

    /** What goes in with variance 1 through a rectifier comes out with about 2, whatever the stride. */
    @Test
    void theFirstWeightsOfATransposedConvolutionKeepTheVariance() {
        for (int stride = 1; stride <= 2; stride++) {
            ParameterLayout.Builder layout = new ParameterLayout.Builder();
            Shape image = Shape.of(16, 16, 32);
            ConvTranspose2d layer = new ConvTranspose2d(
                    new Scope("up", layout, new ParameterLayout.Builder()),
                    image,
                    32,
                    Window.square(4).stride(stride),
                    1,
                    0,
                    0,
                    false);
            Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
            Pass pass = Pass.evaluation(tape, layout.build().initial(1), new float[0]);
            Tensor y = layer.forward(pass, tape.constant(Adjoints.random("x", Shape.of(1, 16, 16, 32))))
                    .value();
            double squares = 0;
            for (int i = 0; i < y.size(); i++) {
                squares += (double) y.get(i) * y.get(i);
            }
            // The border sums fewer products, hence less than 2.
            assertEquals(1.6, squares / y.size(), 0.4, "stride " + stride);
        }
    }

    @Test
    void poolingLayersHaveTheirShapes() {
        Window window = Window.square(2).stride(2);
        assertPool("max pool 2x2, stride 2", Shape.of(3, 3, 4), (s, in) -> Pooling.max(s, in, window, false));
        assertPool("max pool 2x2, stride 2, ceil", Shape.of(4, 3, 4), (s, in) -> Pooling.max(s, in, window, true));
        assertPool(
                "average pool 3x3, stride 2, padding 1, ceil",
                Shape.of(4, 4, 4),
                (s, in) -> Pooling.average(s, in, Window.square(3).stride(2).padding(1), true, false));
        assertPool("global max pool", Shape.of(1, 1, 4), Pooling::globalMax);
        assertPool("global average pool", Shape.of(1, 1, 4), Pooling::globalAverage);
        assertPool("adaptive average pool 3x9", Shape.of(3, 9, 4), (s, in) -> Pooling.adaptiveAverage(s, in, 3, 9));
    }

    private void assertPool(String kind, Shape output, BiFunction<Scope, Shape, Module> layer) {
        Module module = layer.apply(scope("pool"), IMAGE);
        assertEquals(output, module.output());
        run(module, batch());
        module.describe(row -> assertEquals(new LayerSummary("pool", kind, output, 0, 0), row));
    }

    @Test
    void aLayerThatDoesNotFitIsRefusedWhenItIsBuilt() {
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new ConvTranspose2d(scope("up"), IMAGE, 6, Window.square(3), 1, 1, 0, true));
        assertTrue(String.valueOf(e.getMessage()).contains("less than the stride"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Pooling.max(scope("pool"), IMAGE, Window.square(8), true));
    }
}
