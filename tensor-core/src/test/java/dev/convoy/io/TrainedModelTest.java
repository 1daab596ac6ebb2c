package dev.convoy.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.io.ModelException.Problem;
import dev.convoy.metric.Classification;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.train.Evaluation;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainedModelTest {
    private static final Shape IMAGE = Shape.of(28, 28, 1);

    @Test
    void comesBackAsItWent() throws IOException {
        TrainedModel model = model("cnn");
        TrainedModel read = read(description(model), weights(model));
        assertEquals(model.config(), read.config());
        assertEquals(model.image(), read.image());
        assertEquals(model.test(), read.test());
        assertArrayEquals(model.state().weights(), read.state().weights());
        assertArrayEquals(model.state().buffers(), read.state().buffers());
    }

    @Test
    void theFileIsWhatOtherReadersExpect() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", Tensor.of(Shape.of(2), 1, -2));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafeTensors.write(out, tensors, Map.of("k", "v"));
        byte[] bytes = out.toByteArray();
        String header =
                "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        int length = bytes[0];
        assertEquals(0, length % 8);
        assertEquals(header, new String(bytes, 8, length, StandardCharsets.UTF_8).strip());
        assertArrayEquals(
                new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0},
                Arrays.copyOfRange(bytes, 8 + length, bytes.length));
    }

    /** Or the defaults would silently stand for them. */
    @Test
    void aDescriptionWhoseSettingsAreNoneIsDamaged() throws IOException {
        TrainedModel model = model("lenet5");
        String whole = new String(description(model), StandardCharsets.UTF_8);
        for (String none : List.of("null", "7", "[]")) {
            String damaged = whole.replaceFirst("(?s)\"config\" : \\{.*?\n  \\},", "\"config\" : " + none + ",");
            ModelException e = assertThrows(
                    ModelException.class, () -> read(damaged.getBytes(StandardCharsets.UTF_8), weights(model)), none);
            assertEquals(Problem.CORRUPT, e.problem());
            assertTrue(String.valueOf(e.getMessage()).contains("config"), e.getMessage());
        }
    }

    @Test
    void everyTruncationOfTheWeightsIsNoticed() throws IOException {
        TrainedModel model = model("lenet5");
        byte[] weights = weights(model);
        for (int length = 0; length < weights.length; length += length < 2000 ? 13 : 9973) {
            byte[] cut = Arrays.copyOf(weights, length);
            assertEquals(Problem.CORRUPT, problem(description(model), cut), "cut at " + length);
        }
    }

    @Test
    void aChangedWeightIsNoticed() throws IOException {
        TrainedModel model = model("lenet5");
        byte[] weights = weights(model);
        weights[weights.length - 5] ^= 1;
        assertEquals(Problem.CORRUPT, problem(description(model), weights));
    }

    @Test
    void aChangedRunningAverageIsNoticed() throws IOException {
        TrainedModel model = model("cnn");
        byte[] weights = weights(model);
        weights[weights.length - 5] ^= 1; // the last tensor is a running average
        assertEquals(Problem.CORRUPT, problem(description(model), weights));
    }

    @Test
    void aModelOutlivesSettingsThatCameAfterIt() throws IOException {
        TrainedModel model = model("mlp");
        String text = new String(description(model), StandardCharsets.UTF_8);
        String older = text.replaceFirst("\"evaluate-every\" : 0,", "");
        assertTrue(older.length() < text.length());
        assertEquals(
                model.config(),
                read(older.getBytes(StandardCharsets.UTF_8), weights(model)).config());
    }

    /** What is counted per class stays out of the file, whose format it would change. */
    @Test
    void theDescriptionKeepsTheSumsOfTheEvaluation() throws IOException {
        TrainedModel model = model("mlp");
        Classification classes = Classification.none(10);
        classes.confusion().add(1, 1);
        TrainedModel counted =
                new TrainedModel(model.config(), model.image(), model.state(), new Evaluation(10, 1.25, 9, classes));
        byte[] description = description(counted);
        assertArrayEquals(description(model), description);
        String text = new String(description, StandardCharsets.UTF_8);
        assertTrue(
                text.replaceAll("\\s", "").contains("\"test\":{\"count\":10,\"loss-sum\":1.25,\"correct\":9}"), text);
        assertEquals(
                new Evaluation(10, 1.25, 9), read(description, weights(model)).test());
    }

    /** The settings as the first version wrote them, before there were more optimizers, schedules and parameter groups. */
    @Test
    void aModelOfTheFirstVersionIsReadWithDefaultsForTheRest() throws IOException {
        TrainedModel model = model("mlp");
        String text = new String(description(model), StandardCharsets.UTF_8);
        String older = text.substring(0, text.indexOf("\"config\"")) + """
                "config" : {
                  "kernels" : "auto",
                  "model" : { "name" : "mlp" },
                  "data" : { "path" : "/data", "classes" : 10, "mean" : [ 0.5 ], "std" : [ 0.5 ] },
                  "train" : { "epochs" : 2, "max-steps" : 0, "batch-size" : 128, "shards" : 8, "seed" : 1,
                    "evaluate-every" : 0, "output" : "convoy-model" },
                  "optimizer" : { "name" : "adam", "momentum" : 0.9, "nesterov" : true, "weight-decay" : 5.0E-4,
                    "beta1" : 0.8, "beta2" : 0.999, "epsilon" : 1.0E-8 },
                  "schedule" : { "name" : "step", "rate" : 0.1, "warm-up" : 0.0, "milestones" : [ 0.5 ], "gamma" : 0.1 }
                },
                """ + text.substring(text.indexOf("\"image\""));
        RunConfig expected = model.config()
                .with("convolution", "direct")
                .with("data.path", "/data")
                .with("optimizer.name", "adam")
                .with("optimizer.beta1", 0.8)
                .with("schedule.name", "step")
                .with("schedule.rate", 0.1)
                .with("schedule.warm-up", 0.0)
                .with("schedule.milestones", List.of(0.5));
        assertEquals(
                expected,
                read(older.getBytes(StandardCharsets.UTF_8), weights(model)).config());
    }

    @Test
    void settingsThatCannotBeAreRefused() throws IOException {
        TrainedModel model = model("mlp");
        String text = new String(description(model), StandardCharsets.UTF_8);
        for (String[] change : new String[][] {
            {"\"mlp\"", "\"nonsense\""},
            {"\"mlp\"", "null"},
            {"\"shards\" : 8", "\"shards\" : 0"},
            {"\"shards\" : 8", "\"shards\" : {}"},
            {"\"image\" : \\[ 28, 28, 1 \\]", "\"image\" : [ -28, 28, 1 ]"}
        }) {
            String changed = text.replaceFirst(change[0], change[1]);
            assertTrue(!changed.equals(text), change[0]);
            assertEquals(Problem.CORRUPT, problem(changed.getBytes(StandardCharsets.UTF_8), weights(model)), change[1]);
        }
    }

    @Test
    void aHeaderThatLiesIsRefusedWithoutTakingTheMemoryItClaims() {
        for (String header : new String[] {
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647],\"data_offsets\":[0,8589934588]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,-4]}}",
            "{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":3}",
            "[]",
            "nothing"
        }) {
            byte[] text = header.getBytes(StandardCharsets.UTF_8);
            byte[] file = new byte[8 + text.length];
            file[0] = (byte) text.length;
            System.arraycopy(text, 0, file, 8, text.length);
            ModelException e = assertThrows(
                    ModelException.class, () -> SafeTensors.read(new ByteArrayInputStream(file), "file"), header);
            assertEquals(Problem.CORRUPT, e.problem());
        }
    }

    @Test
    void weightsOfAnotherNetworkDoNotFit() throws IOException {
        assertEquals(Problem.MISFIT, problem(description(model("lenet5")), weights(model("mlp"))));
    }

    @Test
    void descriptionsThatAreNoneAreRefused() throws IOException {
        byte[] weights = weights(model("mlp"));
        for (String text : new String[] {"", "{", "[]", "{}", "{\"format\":99}", "{\"format\":1}"}) {
            assertEquals(Problem.CORRUPT, problem(text.getBytes(StandardCharsets.UTF_8), weights), text);
        }
    }

    @Test
    void imagesOfAnotherShapeDoNotFit() {
        ModelException e =
                assertThrows(ModelException.class, () -> model("mlp").requireImage(Shape.of(32, 32, 3), "the-data"));
        assertEquals(Problem.MISFIT, e.problem());
        assertTrue(e.getMessage().contains("[28, 28, 1]") && e.getMessage().contains("[32, 32, 3]"), e.getMessage());
    }

    private static Problem problem(byte[] description, byte[] weights) {
        return assertThrows(ModelException.class, () -> read(description, weights))
                .problem();
    }

    private static TrainedModel read(byte[] description, byte[] weights) throws IOException {
        return TrainedModel.read(new ByteArrayInputStream(description), new ByteArrayInputStream(weights), "folder");
    }

    private static TrainedModel model(String name) {
        RunConfig config = RunConfig.defaults().with("model.name", name);
        Network network = ModelZoo.build(name, IMAGE, 10);
        return new TrainedModel(config, IMAGE, ModelState.initial(network, 3), new Evaluation(10, 1.25, 9));
    }

    private static byte[] description(TrainedModel model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.writeDescription(out);
        return out.toByteArray();
    }

    private static byte[] weights(TrainedModel model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        model.writeWeights(out);
        return out.toByteArray();
    }
}
