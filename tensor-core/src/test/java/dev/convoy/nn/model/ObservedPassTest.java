package dev.convoy.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Module;
import dev.convoy.nn.Network;
import dev.convoy.nn.Pass;
import dev.convoy.op.Adjoints;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where nobody watches, rectifiers and GELUs are computed with the layers around them: who watches sees every layer, and the same bits come out. */
class ObservedPassTest {
    record Case(String name, Model model, int size) {}

    static List<Case> cases() {
        return List.of(
                new Case("resnet20", new CifarResNet(3), 9),
                new Case("resnet9", new ResNet9(), 32),
                new Case("basic", new ResNet(ResNet.Block.BASIC, List.of(1, 2)), 33),
                new Case("bottleneck", new ResNet(ResNet.Block.BOTTLENECK, List.of(2, 1)), 33),
                new Case("vgg", new Vgg(List.of(1, 2, 1), 16), 17),
                new Case("mobilenet", new MobileNet(), 32),
                new Case("lenet5", new LeNet5(), 28),
                new Case("airbench", new Airbench(), 32));
    }

    private record Result(float[] scores, float[] gradient, float[] bufferSums) {}

    @ParameterizedTest
    @MethodSource("cases")
    void everyLayerIsShownAndNoBitChanges(Case test) {
        Network network = TrainingPass.network(test.name, test.model, Shape.of(test.size, test.size, 3), 3);
        List<String> seen = new ArrayList<>();
        Result observed = train(network, (layer, output) -> {
            List<LayerSummary> rows = new ArrayList<>();
            layer.describe(rows::add);
            seen.add(rows.get(rows.size() - 1).path());
        });
        List<String> missing = new ArrayList<>(
                network.describe().stream().map(LayerSummary::path).toList());
        missing.removeAll(seen);
        assertTrue(missing.isEmpty(), () -> "not shown: " + missing);

        Result alone = train(network, Pass.NOBODY);
        assertArrayEquals(observed.scores, alone.scores);
        assertArrayEquals(observed.gradient, alone.gradient);
        assertArrayEquals(observed.bufferSums, alone.bufferSums);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void evaluationGivesTheSameBitsToo(Case test) {
        Network network = TrainingPass.network(test.name, test.model, Shape.of(test.size, test.size, 3), 3);
        int[] shown = new int[1];
        float[] observed = evaluate(network, (layer, output) -> shown[0]++);
        assertTrue(shown[0] > network.describe().size());
        assertArrayEquals(observed, evaluate(network, Pass.NOBODY));
    }

    private static Result train(Network network, BiConsumer<Module, Variable> observer) {
        float[] weights = network.weights().initial(1);
        float[] buffers = network.buffers().initial(1);
        Result result = new Result(new float[6], new float[weights.length], new float[buffers.length]);
        RandomKey[] samples = {RandomKey.of(0, "sample"), RandomKey.of(1, "sample")};
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        Pass pass = Pass.training(
                        tape, weights, buffers, new Pass.Training(result.gradient, result.bufferSums, samples))
                .observed(observer);
        Variable y = pass.forward(network.root(), tape.constant(TrainingPass.images(network, 2)));
        tape.backward(y, Adjoints.random("dy", y.shape()));
        Tensor scores = y.value();
        assertEquals(Shape.of(2, 3), scores.shape());
        System.arraycopy(scores.toArray(), 0, result.scores, 0, scores.size());
        return result;
    }

    private static float[] evaluate(Network network, BiConsumer<Module, Variable> observer) {
        Tape tape = Tape.silent(new Workspace(), Adjoints.kernels());
        float[] buffers = network.buffers().initial(1);
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] += 0.01f * (i % 7);
        }
        Pass pass = Pass.evaluation(tape, network.weights().initial(1), buffers).observed(observer);
        return pass.forward(network.root(), tape.constant(TrainingPass.images(network, 2)))
                .value()
                .toArray();
    }
}
