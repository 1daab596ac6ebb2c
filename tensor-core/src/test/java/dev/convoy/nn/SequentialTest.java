package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.Window;
import dev.convoy.op.Adjoints;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each layer of the builder, on images of 6x5 pixels with 4 channels. */
class SequentialTest {
    private static final Shape IMAGE = Shape.of(6, 5, 4);
    private static final Window SAME = Window.square(3).padding(1);

    /** @param parameters trained floats */
    record Case(String name, UnaryOperator<Sequential.Builder> layer, Shape output, int parameters) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("conv", b -> b.conv("a", 8, SAME), Shape.of(6, 5, 8), 9 * 4 * 8 + 8),
                new Case("conv in groups", b -> b.conv("a", 8, SAME, 2, true), Shape.of(6, 5, 8), 9 * 2 * 8 + 8),
                new Case("depthwise", b -> b.depthwise("a", SAME.stride(2)), Shape.of(3, 3, 4), 9 * 4 + 4),
                new Case("pointwise", b -> b.pointwise("a", 7), Shape.of(6, 5, 7), 4 * 7 + 7),
                new Case(
                        "convTranspose",
                        b -> b.convTranspose("a", 7, Window.square(2).stride(2)),
                        Shape.of(12, 10, 7),
                        4 * 7 * 4 + 7),
                new Case("separable", b -> b.separable("a", 7, SAME), Shape.of(6, 5, 7), 9 * 4 + 4 + 4 * 7 + 7),
                new Case("convNorm", b -> b.convNorm("a", 8, SAME), Shape.of(6, 5, 8), 9 * 4 * 8 + 2 * 8),
                new Case("convNorm in groups", b -> b.convNorm("a", 8, SAME, 4), Shape.of(6, 5, 8), 9 * 8 + 2 * 8),
                new Case("batchNorm", b -> b.batchNorm("a"), IMAGE, 2 * 4),
                new Case("groupNorm", b -> b.groupNorm("a", 2), IMAGE, 2 * 4),
                new Case("layerNorm of pixels", b -> b.layerNorm("a", 1), IMAGE, 2 * 4),
                new Case("layerNorm of images", b -> b.layerNorm("a", 3), IMAGE, 2 * 120),
                new Case("instanceNorm", b -> b.instanceNorm("a"), IMAGE, 2 * 4),
                new Case("relu", Sequential.Builder::relu, IMAGE, 0),
                new Case("leakyRelu", b -> b.leakyRelu(0.1f), IMAGE, 0),
                new Case("elu", b -> b.elu(1), IMAGE, 0),
                new Case("gelu", Sequential.Builder::gelu, IMAGE, 0),
                new Case("silu", Sequential.Builder::silu, IMAGE, 0),
                new Case("hardswish", Sequential.Builder::hardswish, IMAGE, 0),
                new Case("softplus", Sequential.Builder::softplus, IMAGE, 0),
                new Case("sigmoid", Sequential.Builder::sigmoid, IMAGE, 0),
                new Case("tanh", Sequential.Builder::tanh, IMAGE, 0),
                new Case("scale", b -> b.scale(0.5f), IMAGE, 0),
                new Case("maxPool", b -> b.maxPool(Window.square(2).stride(2)), Shape.of(3, 2, 4), 0),
                new Case("averagePool", b -> b.averagePool(Window.square(3)), Shape.of(4, 3, 4), 0),
                new Case("globalAveragePool", Sequential.Builder::globalAveragePool, Shape.of(4), 0),
                new Case("globalMaxPool", Sequential.Builder::globalMaxPool, Shape.of(4), 0),
                new Case("adaptiveAveragePool", b -> b.adaptiveAveragePool(7, 2), Shape.of(7, 2, 4), 0),
                new Case("spatialDropout", b -> b.spatialDropout(0.5), IMAGE, 0),
                new Case("stochasticDepth", b -> b.stochasticDepth(0.5), IMAGE, 0),
                new Case("dropout", b -> b.dropout(0.5), IMAGE, 0),
                new Case("flatten", Sequential.Builder::flatten, Shape.of(120), 0),
                new Case("dense", b -> b.flatten().dense("a", 3), Shape.of(3), 120 * 3 + 3),
                new Case("classifier without bias", b -> b.flatten().classifier("a", 3, false), Shape.of(3), 360),
                new Case("classifier", b -> b.flatten().classifier("a", 3), Shape.of(3), 120 * 3 + 3));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theShapeToldIsTheShapeComputed(Case test) {
        ParameterLayout.Builder weights = new ParameterLayout.Builder();
        ParameterLayout.Builder buffers = new ParameterLayout.Builder();
        Sequential layers = test.layer
                .apply(Sequential.of(new Scope("", weights, buffers), IMAGE))
                .build();
        ParameterLayout layout = weights.build();
        assertEquals(test.output, layers.output());
        assertEquals(test.parameters, layout.size());

        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        ParameterLayout averages = buffers.build();
        RandomKey[] samples = {RandomKey.of(1, "a"), RandomKey.of(1, "b")};
        Pass pass = Pass.training(
                tape,
                layout.initial(1),
                averages.initial(1),
                new Pass.Training(new float[layout.size()], new float[averages.size()], samples));
        Shape computed = layers.forward(pass, tape.constant(Adjoints.random("x", Shape.of(2, 6, 5, 4))))
                .shape();
        int[] expected = new int[test.output.rank() + 1];
        expected[0] = 2;
        System.arraycopy(test.output.toArray(), 0, expected, 1, test.output.rank());
        assertEquals(Shape.of(expected), computed);
    }
}
