package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Structure only: no network here is given values, so the largest cost nothing. */
class ModelZooTest {
    /**
     * The trained floats of each network at the size its source gives them for, and its multiply-adds to the digits published.
     *
     * @param published multiply-adds, in millions
     * @param tolerance of those, in the last digit printed; NaN where nothing comparable was published
     */
    record Published(
            String name, int size, int channels, int classes, int parameters, double published, double tolerance) {}

    static List<Published> published() {
        double none = Double.NaN;
        return List.of(
                // 784 * 256 + 256, 256 * 256 + 256, 2560 + 10.
                new Published("mlp", 28, 1, 10, 269_322, none, none),
                // 156 + 2,416 + 48,120 + 10,164 + 850, as in the usual reproductions with padding 2.
                new Published("lenet5", 28, 1, 10, 61_706, none, none),
                // 176 + 2,336 + 4,672 + 9,280 + 200,832 + 1,290.
                new Published("cnn", 28, 1, 10, 218_586, none, none),
                // He et al. 2015, table 6, print 0.27, 0.46 and 0.85 million. With n blocks per stage and option A:
                // 464 for the first layer, 9 (2n 16^2 + 16 * 32 + (2n-1) 32^2 + 32 * 64 + (2n-1) 64^2) of the
                // convolutions, 4n (16 + 32 + 64) of the normalisations, 650 for the last: 97,216 n - 21,926.
                // Multiply-adds as the literature on pruning counts them (HRank, 2020: 125.49 million for ResNet-56).
                new Published("resnet20", 32, 3, 10, 269_722, 40.55, 0.005),
                new Published("resnet32", 32, 3, 10, 464_154, none, none),
                new Published("resnet56", 32, 3, 10, 853_018, 125.49, 0.005),
                // Deep Learning Systems (CMU), homework 4, whose test asserts this number.
                new Published("resnet9", 32, 3, 10, 431_946, none, none),
                // torchvision's num_params and GFLOPS (which are multiply-adds).
                new Published("resnet18", 224, 3, 1000, 11_689_512, 1_814, 0.5),
                new Published("resnet34", 224, 3, 1000, 21_797_672, 3_664, 0.5),
                new Published("resnet50", 224, 3, 1000, 25_557_032, 4_089, 0.5),
                new Published("vgg11", 224, 3, 1000, 132_868_840, 7_609, 0.5),
                new Published("vgg16", 224, 3, 1000, 138_365_992, 15_470, 5),
                // Howard et al. 2017, table 8: 569 million multiply-adds, 4.2 million parameters; Keras counts
                // 4,231,976 trainable.
                new Published("mobilenet", 224, 3, 1000, 4_231_976, 569, 0.5),
                // Of airbench94.py: 1,971,352 trained there, 288 of the whitening convolution and 1,152 scales frozen.
                new Published("airbench", 32, 3, 10, 1_971_352 + 288 + 1_152, none, none));
    }

    @ParameterizedTest
    @MethodSource("published")
    void parametersAndMultiplyAddsAreThePublishedOnes(Published row) {
        Network network = ModelZoo.build(row.name, Shape.of(row.size, row.size, row.channels), row.classes);

        assertEquals(row.parameters, network.weights().size());
        List<LayerSummary> layers = network.describe();
        assertEquals(
                row.parameters,
                layers.stream().mapToLong(LayerSummary::parameters).sum());
        if (!Double.isNaN(row.published)) {
            double multiplyAdds =
                    layers.stream().mapToLong(LayerSummary::multiplyAdds).sum();
            assertEquals(row.published, multiplyAdds / 1e6, row.tolerance);
        }
    }

    /** The smallest square image; what a network pools globally or pads everywhere may be a single pixel. */
    @ParameterizedTest
    @CsvSource({
        "mlp, 1",
        "lenet5, 12",
        "cnn, 4",
        "resnet20, 1",
        "resnet32, 1",
        "resnet56, 1",
        "resnet9, 1",
        "resnet18, 1",
        "resnet34, 1",
        "resnet50, 1",
        "mobilenet, 1",
        "airbench, 25"
    })
    void imagesTooSmallAreRefusedByNamingTheSmallestThatAreNot(String name, int smallest) {
        ModelZoo.build(name, Shape.of(smallest, smallest, 3), 10);
        if (smallest > 1) {
            Shape image = Shape.of(40, smallest - 1, 3);
            Exception e = assertThrows(IllegalArgumentException.class, () -> ModelZoo.build(name, image, 10));
            assertEquals(
                    "images of 40x%d are too small for %s; the smallest it takes are %dx%d"
                            .formatted(smallest - 1, name, smallest, smallest),
                    e.getMessage());
        }
    }

    @Test
    void everyNetworkIsInTheTable() {
        assertEquals(
                Set.copyOf(ModelZoo.titles()),
                published().stream().map(Published::name).collect(Collectors.toSet()));
    }

    @Test
    void otherMistakesKeepTheirOwnMessage() {
        Exception unknown =
                assertThrows(IllegalArgumentException.class, () -> ModelZoo.build("lenet", Shape.of(28, 28, 1), 10));
        assertTrue(String.valueOf(unknown.getMessage()).contains("lenet5"), unknown.getMessage());
        Exception colourless =
                assertThrows(IllegalArgumentException.class, () -> ModelZoo.build("lenet5", Shape.of(28, 28, 0), 10));
        assertTrue(
                String.valueOf(colourless.getMessage()).contains("every extent must be at least 1"),
                colourless.getMessage());
    }

    @Test
    void parametersTileTheFlatArray() {
        ParameterLayout layout =
                ModelZoo.build("resnet50", Shape.of(32, 32, 3), 10).weights();
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
