package dev.convoy.op;

import dev.convoy.autograd.Operation;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole convolutions and poolings, padding included, return the same bits with both kernel providers, forwards and backwards. */
class ConvolutionProvidersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 16, 17, 31, 64})
    void convolutionsInEveryMode(int channels) {
        Window window = Window.of(3, 2).stride(2, 1).dilation(1, 2).padding(5, 2, 1, 7);
        for (PaddingMode mode : PaddingMode.values()) {
            int[][] groupsAndFilters = {{1, 5}, {channels, channels}, {1, channels}};
            for (int[] pair : groupsAndFilters) {
                assertSameBits(
                        mode + ", " + channels + " channels, groups and filters " + pair[0] + " " + pair[1],
                        (tape, in) -> Conv2d.apply(tape, in.get(0), in.get(1), in.get(2), window.mode(mode), pair[0]),
                        Shape.of(2, 4, 5, channels),
                        Shape.of(3, 2, channels / pair[0], pair[1]),
                        Shape.of(pair[1]));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 16, 17, 31, 64})
    void transposedConvolutions(int channels) {
        Window window = Window.of(3, 2).stride(2, 3).dilation(2, 1).padding(1, 0, 2, 1);
        int[][] groupsAndFilters = {{1, 5}, {channels, channels}, {1, channels}};
        for (int[] pair : groupsAndFilters) {
            assertSameBits(
                    channels + " channels, groups and filters " + pair[0] + " " + pair[1],
                    (tape, in) -> ConvTranspose2d.apply(tape, in.get(0), in.get(1), in.get(2), window, pair[0], 1, 2),
                    Shape.of(2, 4, 5, channels),
                    Shape.of(3, 2, pair[1] / pair[0], channels),
                    Shape.of(pair[1]));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 16, 17, 31, 64})
    void poolings(int channels) {
        Shape image = Shape.of(2, 7, 8, channels);
        Window window = Window.of(3, 4).stride(2, 3).padding(1, 1, 2, 2);
        for (int option = 0; option < 4; option++) {
            boolean ceilMode = option % 2 == 1;
            boolean countPadding = option / 2 == 1;
            assertSameBits(
                    "average of " + channels + ", option " + option,
                    (tape, in) -> Pool2d.average(tape, in.get(0), window, ceilMode, countPadding),
                    image);
            assertSameBits(
                    "max of " + channels + ", option " + option,
                    (tape, in) -> Pool2d.max(tape, in.get(0), countPadding ? window.dilation(2) : window, ceilMode),
                    image);
        }
        assertSameBits(
                "adaptive of " + channels, (tape, in) -> AdaptiveAveragePool.apply(tape, in.get(0), 3, 10), image);
    }

    private static void assertSameBits(String name, Operation operation, Shape... shapes) {
        Draw draws = Draw.of(name, 0);
        Tensor[] inputs = Stream.of(shapes).map(draws::tensor).toArray(Tensor[]::new);
        ProviderBits.assertSame(name, operation, inputs);
    }
}
