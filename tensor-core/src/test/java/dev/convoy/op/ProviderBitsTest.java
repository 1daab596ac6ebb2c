package dev.convoy.op;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations on kernels give the same bits with both providers, values and gradients. */
class ProviderBitsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 16, 17, 31, 64})
    void reductionsBroadcastsAndProducts(int channels) {
        Tensor x = Adjoints.random("x" + channels, Shape.of(2, 5, 7, channels));
        Tensor scale = Adjoints.random("scale" + channels, Shape.of(5, 1, channels));
        Tensor matrices = Adjoints.random("matrices" + channels, Shape.of(5, channels, 6));
        for (Axes axes : List.of(Axes.of(0, 1, 2), Axes.of(1, 2), Axes.of(3), Axes.of(0, 3), Axes.all())) {
            ProviderBits.assertSame("bits", (tape, in) -> Sum.apply(tape, in.get(0), axes), x);
            ProviderBits.assertSame("bits", (tape, in) -> Mean.apply(tape, in.get(0), axes), x);
            ProviderBits.assertSame("bits", (tape, in) -> Variance.apply(tape, in.get(0), axes, 0), x);
        }
        ProviderBits.assertSame("bits", (tape, in) -> Multiply.apply(tape, in.get(0), in.get(1)), x, scale);
        ProviderBits.assertSame("bits", (tape, in) -> Divide.apply(tape, in.get(0), in.get(1)), x, scale);
        ProviderBits.assertSame("bits", (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), x, matrices);
    }
}
