package dev.convoy.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Evaluation;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitialValuesTest {
    private static final Shape IMAGE = Shape.of(28, 28, 1);

    @Test
    void aModelOfTheSameNetworkIsTakenWhole() {
        TrainedModel model = model("cnn", 10);
        ModelState first = InitialValues.of(config("cnn", 10), model.network(), model);
        assertArrayEquals(model.state().weights(), first.weights());
        assertArrayEquals(model.state().buffers(), first.buffers());
    }

    @Test
    void whatIsExceptedBeginsAsFunctionsOfTheSeed() {
        TrainedModel model = model("cnn", 10);
        RunConfig config = config("cnn", 5).with("train.initial-except", List.of("output"));
        Network network = network(config);
        ModelState first = InitialValues.of(config, network, model);
        ModelState random = ModelState.initial(network, config.train().seed());
        for (Parameter p : network.weights().parameters()) {
            boolean anew = p.name().startsWith("output.");
            float[] expected = anew
                    ? slice(p, random.weights())
                    : slice(stored(model, p.name()), model.state().weights());
            assertArrayEquals(expected, slice(p, first.weights()), p.name());
        }
        assertArrayEquals(model.state().buffers(), first.buffers());
    }

    @Test
    void aClassifierOfOtherClassesIsNamedAndHowToLeaveItOut() {
        RunConfig config = config("cnn", 5);
        ModelException e =
                assertThrows(ModelException.class, () -> InitialValues.of(config, network(config), model("cnn", 10)));
        assertEquals(ModelException.Problem.MISFIT, e.problem());
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("train.initial: the model in /models/a (cnn) does not fit this run's"), message);
        assertTrue(
                message.matches(
                        ".*: output.weight is \\[\\d+, 10] there and \\[\\d+, 5] here; output.bias is \\[10] .*"),
                message);
        assertTrue(message.endsWith("train.initial-except"), message);
    }

    @Test
    void anotherNetworksLayersAreNamedOnBothSides() {
        RunConfig config = config("lenet5", 10);
        ModelException e =
                assertThrows(ModelException.class, () -> InitialValues.of(config, network(config), model("cnn", 10)));
        assertTrue(String.valueOf(e.getMessage()).matches(".* and \\d+ more\\. .*"), e.getMessage());
    }

    @Test
    void aPatternThatMatchesNothingIsAMistake() {
        TrainedModel model = model("cnn", 10);
        RunConfig config = config("cnn", 10).with("train.initial-except", List.of("outptu"));
        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> InitialValues.of(config, model.network(), model));
        assertTrue(String.valueOf(e.getMessage()).contains("'outptu', which matches none"), e.getMessage());
    }

    private static float[] slice(Parameter p, float[] flat) {
        return Arrays.copyOfRange(flat, p.offset(), p.offset() + p.shape().size());
    }

    private static Parameter stored(TrainedModel model, String name) {
        return model.network().weights().parameters().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Network network(RunConfig config) {
        return new TrainedModel(config, IMAGE, new ModelState(new float[0], new float[0]), Evaluation.EMPTY).network();
    }

    private static TrainedModel model(String name, int classes) {
        RunConfig config = RunConfig.defaults().with("model.name", name).with("data.classes", classes);
        return new TrainedModel(config, IMAGE, ModelState.initial(network(config), 99), new Evaluation(1, 1, 1));
    }

    private static RunConfig config(String name, int classes) {
        return RunConfig.defaults()
                .with("model.name", name)
                .with("data.classes", classes)
                .with("train.initial", "/models/a");
    }
}
