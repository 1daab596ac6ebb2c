package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class SumComparisonTest {
    private final Network network = ModelZoo.build("cnn", Shape.of(8, 8, 1), 10);

    @Test
    void equalBitsHaveEqualChecksums() {
        SumComparison comparison = SumComparison.of(sum(), sum(), network);
        assertTrue(comparison.isEqual());
        assertEquals(comparison.expectedSha256(), comparison.actualSha256());
        assertEquals(List.of(), comparison.differences());
    }

    @Test
    void theFirstLayerInForwardOrderIsNamedWithHowManyValuesAndByHowMuch() {
        GradientSum actual = sum();
        Parameter second = parameter("conv2.weight");
        Parameter later = parameter("output.weight");
        actual.gradient()[second.offset() + 3] = 1.5f;
        actual.gradient()[second.offset() + 7] = 1.25f;
        actual.gradient()[later.offset()] = 9;

        SumComparison comparison = SumComparison.of(sum(), actual, network);
        assertFalse(comparison.isEqual());
        assertEquals(
                List.of("gradient of conv2.weight: 2 of "
                        + String.format("%,d", second.shape().size())
                        + " values differ, by up to 0.500; the first, [3], is 1.5 but should be 1.0;"
                        + " 1 more parameters differ"),
                comparison.differences());
    }

    @Test
    void oneBitIsEnoughAndSoIsTheSignOfAZero() {
        GradientSum actual = sum();
        actual.gradient()[0] = Math.nextUp(1f);
        assertTrue(SumComparison.of(sum(), actual, network).differences().get(0).contains("conv1.weight: 1 of"));
        GradientSum zero = sum();
        GradientSum minusZero = sum();
        zero.gradient()[5] = 0f;
        minusZero.gradient()[5] = -0f;
        assertFalse(SumComparison.of(zero, minusZero, network).isEqual());
    }

    @Test
    void theNumbersBesideTheGradientAreComparedToo() {
        GradientSum sum = sum();
        GradientSum other = new GradientSum(5, 2.0000000000000004, 2, sum.gradient(), sum.bufferSums());
        assertEquals(
                List.of(
                        "count: 4 samples expected but 5 came",
                        "loss: summed to 2.0 expected but 2.0000000000000004 came",
                        "right predictions: 3 expected but 2 came"),
                SumComparison.of(sum, other, network).differences());
        GradientSum statistics = sum();
        statistics.bufferSums()[0] = 7;
        assertTrue(SumComparison.of(sum(), statistics, network)
                .differences()
                .get(0)
                .startsWith("batch statistics of "
                        + network.buffers().parameters().get(0).name() + ": 1 of "));
        assertFalse(SumComparison.of(sum(), GradientSum.EMPTY, network).isEqual());
    }

    private Parameter parameter(String name) {
        return network.weights().parameters().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private GradientSum sum() {
        float[] gradient = new float[network.weights().size()];
        java.util.Arrays.fill(gradient, 1f);
        return new GradientSum(4, 2, 3, gradient, new float[network.buffers().size()]);
    }
}
