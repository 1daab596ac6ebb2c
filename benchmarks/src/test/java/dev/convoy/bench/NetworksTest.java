package dev.convoy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworksTest {
    private static final int CLASSES = 10;

    private static long multiplyAdds(Network network) {
        return network.describe().stream().mapToLong(LayerSummary::multiplyAdds).sum();
    }

    /** Of one image's training step, counting the first layer like any other. */
    private static double gigaflop(String model) {
        return 6e-9 * multiplyAdds(ModelZoo.build(model, TrainTask.NETWORKS.get(model), CLASSES));
    }

    @Test
    void theBenchmarksOwnNetworksCostWhatIsSaidOfThem() {
        assertEquals(1.17, gigaflop("wide"), 0.005);
        assertEquals(0.066, gigaflop("lenet-style"), 0.0005);
    }

    @Test
    void mobileNetOnSmallImagesKeepsThemInItsFirstLayer() {
        List<LayerSummary> layers =
                ModelZoo.build("mobilenet32", Shape.of(32, 32, 3), CLASSES).describe();
        assertEquals(Shape.of(32, 32, 32), layers.get(0).output());
        assertEquals(
                13,
                layers.stream()
                        .filter(layer -> layer.path().endsWith("pointwise"))
                        .count());
        assertEquals(
                Shape.of(2, 2, 1024),
                layers.stream()
                        .filter(layer -> layer.path().equals("separable13.pointwise"))
                        .findFirst()
                        .orElseThrow()
                        .output());
    }

    @Test
    void aNetworksConvolutionsAreAllThereEachAsOftenAsItOccurs() {
        Map<ConvGeometry, Integer> convolutions =
                NetworkConvolutions.of(ModelZoo.build("resnet20", Shape.of(32, 32, 3), CLASSES));
        assertEquals(List.of(1, 6, 1, 5, 1, 5), List.copyOf(convolutions.values()));
    }

    @Test
    void theirMultiplyAddsAreTheNetworksButForTheClassifier() {
        for (String model : List.of("lenet5", "resnet20", "airbench", "mobilenet32", "wide")) {
            Network network = ModelZoo.build(model, TrainTask.NETWORKS.get(model), CLASSES);
            long dense = network.describe().stream()
                    .filter(layer -> layer.kind().equals("dense"))
                    .mapToLong(LayerSummary::multiplyAdds)
                    .sum();
            long[] convolved = {0};
            NetworkConvolutions.of(network)
                    .forEach((geometry, times) -> convolved[0] += times * geometry.multiplyAdds() / geometry.batch());
            assertEquals(multiplyAdds(network), convolved[0] + dense, model);
        }
    }
}
