package dev.convoy.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.kernel.KernelProvider;
import dev.convoy.nn.Network;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A training pass of each family on two small images gives the same bits with either kernel provider. The large networks are cut
 * short: their blocks are the same, only fewer.
 */
class ModelBitsTest {
    record Case(String name, Model model, int size, int channels) {}

    static List<Case> cases() {
        return List.of(
                new Case("mlp", new Mlp(), 7, 1),
                new Case("lenet5", new LeNet5(), 13, 1),
                new Case("cnn", new SmallCnn(), 9, 3),
                new Case("resnet20", new CifarResNet(3), 9, 3),
                new Case("resnet32", new CifarResNet(5), 8, 3),
                new Case("resnet56", new CifarResNet(9), 5, 3),
                new Case("resnet9", new ResNet9(), 32, 3),
                new Case("basic", new ResNet(ResNet.Block.BASIC, List.of(1, 2)), 33, 3),
                new Case("bottleneck", new ResNet(ResNet.Block.BOTTLENECK, List.of(2, 1)), 33, 3),
                new Case("vgg", new Vgg(List.of(1, 2, 1), 16), 17, 3),
                new Case("mobilenet", new MobileNet(), 32, 3),
                new Case("airbench", new Airbench(), 25, 3));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bothProvidersGiveTheSameBits(Case test) {
        Network network = TrainingPass.network(test.name, test.model, Shape.of(test.size, test.size, test.channels), 3);
        Tensor images = TrainingPass.images(network, 2);
        TrainingPass scalar = TrainingPass.of(network, images, KernelProvider.SCALAR.kernels());
        TrainingPass vector = TrainingPass.of(network, images, KernelProvider.VECTOR.kernels());

        assertEquals(Shape.of(2, 3), scalar.scores().shape());
        assertBits(scalar.scores().toArray(), vector.scores().toArray());
        assertBits(scalar.gradient(), vector.gradient());
        assertBits(scalar.bufferSums(), vector.bufferSums());
        assertEveryParameterLearns(network, scalar.gradient());
    }

    private static void assertBits(float[] scalar, float[] vector) {
        assertArrayEquals(bits(scalar), bits(vector));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    private static void assertEveryParameterLearns(Network network, float[] gradient) {
        network.weights().parameters().forEach(parameter -> {
            boolean learns = false;
            for (float element : parameter.in(gradient).toArray()) {
                assertTrue(Float.isFinite(element), parameter.name());
                learns |= element != 0;
            }
            assertTrue(learns, () -> "no gradient reaches " + parameter.name());
        });
    }
}
