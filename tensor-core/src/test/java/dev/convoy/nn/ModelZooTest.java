package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelZooTest {

    /** LeNet-5 as in the usual reproductions with padding 2; ResNet-20 with option A: 269,722 trained floats. */
    @ParameterizedTest
    @CsvSource({"mlp, 28, 1, 269322", "lenet5, 28, 1, 61706", "resnet20, 32, 3, 269722"})
    void parameterCountsAreThePublishedOnes(String name, int size, int channels, int parameters) {
        Network network = ModelZoo.build(name, Shape.of(size, size, channels), 10);
        assertEquals(parameters, network.weights().size());
        assertEquals(
                parameters,
                network.describe().stream().mapToLong(LayerSummary::parameters).sum());
    }

    @Test
    void resnet20CountsItsMultiplyAdds() {
        long total = ModelZoo.build("resnet20", Shape.of(32, 32, 3), 10).describe().stream()
                .mapToLong(LayerSummary::multiplyAdds)
                .sum();
        assertEquals(40_551_040, total); // 0.0406 G, the usual figure for ResNet-20
    }

    @Test
    void unknownNamesAndImpossibleSizesAreExplained() {
        Shape image = Shape.of(28, 28, 1);
        Exception unknown = assertThrows(IllegalArgumentException.class, () -> ModelZoo.build("lenet", image, 10));
        assertTrue(String.valueOf(unknown.getMessage()).contains("lenet5"), unknown.getMessage());
        Exception small =
                assertThrows(IllegalArgumentException.class, () -> ModelZoo.build("lenet5", Shape.of(4, 4, 1), 10));
        assertTrue(String.valueOf(small.getMessage()).contains("larger than the padded input"), small.getMessage());
    }

    @Test
    void parametersTileTheFlatArray() {
        ParameterLayout layout = ModelZoo.build("cnn", Shape.of(28, 28, 1), 10).weights();
        int next = 0;
        for (Parameter parameter : layout.parameters()) {
            assertEquals(next, parameter.offset(), parameter.name());
            next += parameter.shape().size();
        }
        assertEquals(next, layout.size());
    }

    @Test
    void initialWeightsHaveHesVariance() {
        Network network = ModelZoo.build("mlp", Shape.of(28, 28, 1), 10);
        float[] weights = network.weights().initial(1);
        Parameter hidden = network.weights().parameters().get(0);
        double squares = 0;
        for (int i = 0; i < hidden.shape().size(); i++) {
            squares += (double) weights[i] * weights[i];
        }
        assertEquals(2.0 / 784, squares / hidden.shape().size(), 0.02 * 2.0 / 784);
    }
}
