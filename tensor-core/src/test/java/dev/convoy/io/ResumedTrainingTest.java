package dev.convoy.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageBlock;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Evaluation;
import dev.convoy.train.LocalWorkers;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Training;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run that is left after any step, written down, read back and taken up by a new {@link Training} gives the bits of one that was never
 * left: whatever a setting makes a run remember is in the files.
 */
class ResumedTrainingTest {
    private static final Origin ORIGIN =
            new Origin("run", Map.of("train", "12 images"), Map.of("java", "17"), "scalar");

    /** The files of one checkpoint. */
    private record Written(byte[] manifest, byte[] description, byte[] weights, byte[] state) {}

    /** Everything that can be seen of a run: each step's weights, each evaluation, the files between the steps. */
    private static final class Account implements TrainingListener {
        private final RunConfig config;
        private final ImageBlock data;
        private final Map<Long, String> weights = new TreeMap<>();
        private final Map<Long, Double> rates = new TreeMap<>();
        private final Map<Long, Evaluation> evaluations = new TreeMap<>();
        private final Map<Long, String> evaluated = new TreeMap<>();
        private final Map<Long, Written> files = new TreeMap<>();

        Account(RunConfig config, ImageBlock data) {
            this.config = config;
            this.data = data;
        }

        @Override
        public void stepFinished(StepReport report) {
            rates.put(report.step() + 1, report.rate());
        }

        @Override
        public void evaluated(long step, int epoch, Evaluation evaluation) {
            evaluations.put(step, evaluation);
        }

        @Override
        public void betweenSteps(TrainingState state) {
            weights.put(state.step(), sums(state.values()));
            evaluated.put(state.step(), sums(state.evaluated()));
            TrainedModel model = new TrainedModel(config, data.image(), state.evaluated(), Evaluation.EMPTY);
            files.put(state.step(), write(new Checkpoint(model, 0, state, ORIGIN)));
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void everyOptimizerGoesOnToTheSameBitsFromEveryStep(String optimizer) {
        compare(config(optimizer));
        compare(config(optimizer)
                .with("optimizer.lookahead", 2)
                .with("optimizer.average", 0.9)
                .with("schedule.name", "plateau")
                .with("early-stopping.patience", 5));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("optimizers")
    void everyCombinationGoesOnToTheSameBitsFromEveryStep(String optimizer) {
        int stoppedEarly = 0;
        for (int lookahead : new int[] {0, 2}) {
            for (double average : new double[] {0, 0.9}) {
                for (String schedule : List.of("one-cycle", "plateau")) {
                    for (int patience : new int[] {0, 2}) {
                        RunConfig config = config(optimizer)
                                .with("optimizer.lookahead", lookahead)
                                .with("optimizer.average", average)
                                .with("schedule.name", schedule)
                                .with("early-stopping.patience", patience);
                        stoppedEarly += compare(config) ? 1 : 0;
                    }
                }
            }
        }
        assertTrue(stoppedEarly > 0, "some runs should have been stopped early");
    }

    private static List<String> optimizers() {
        return List.of(
                "sgd nesterov",
                "sgd momentum",
                "sgd plain",
                "adam",
                "adamw",
                "adagrad",
                "rmsprop",
                "rmsprop centered",
                "lars",
                "lamb");
    }

    /** Whether early stopping ended the run. */
    private static boolean compare(RunConfig config) {
        ImageBlock data = data();
        Account whole = new Account(config, data);
        ModelState model = training(config, data, whole).run();
        for (long step : whole.files.keySet()) {
            Account rest = new Account(config, data);
            Training training = training(config, data, rest);
            training.restore(read(whole.files.get(step)).state());
            ModelState again = training.run();
            String when = config + " resumed after step " + step;
            assertEquals(sums(model), sums(again), when);
            assertEquals(after(step, whole.weights), rest.weights, when);
            assertEquals(after(step, whole.rates), rest.rates, when);
            assertEquals(after(step, whole.evaluated), rest.evaluated, when);
            assertEquals(
                    after(step, whole.evaluations).keySet(),
                    after(step, rest.evaluations).keySet(),
                    when);
            after(step, whole.evaluations)
                    .forEach((at, evaluation) -> assertEquals(
                            evaluation.lossSum(), rest.evaluations.get(at).lossSum(), when));
            after(step, whole.files).forEach((at, files) -> {
                assertArrayEquals(files.manifest(), rest.files.get(at).manifest(), when);
                assertArrayEquals(files.weights(), rest.files.get(at).weights(), when);
                assertArrayEquals(files.state(), rest.files.get(at).state(), when);
            });
        }
        return whole.files.size() < 6;
    }

    /** The model's files and the state's together have the arrays of the state, each once. */
    @ParameterizedTest
    @CsvSource({"0, 0, 2", "2, 0, 3", "0, 0.9, 3", "2, 0.9, 4"})
    void noArrayIsStoredTwice(int lookahead, double average, int copies) {
        ImageBlock data = data();
        RunConfig config =
                config("sgd momentum").with("optimizer.lookahead", lookahead).with("optimizer.average", average);
        Account account = new Account(config, data);
        training(config, data, account).run();
        Written written = account.files.get(4L);
        int weights = read(written).model().network().weights().size() * Float.BYTES;
        int stored = written.weights().length + written.state().length;
        assertEquals(copies, stored / weights, "live, velocity, slow, average");
    }

    @Test
    void aStateOfOtherSettingsIsRefused() {
        ImageBlock data = data();
        Account adam = new Account(config("adam"), data);
        training(config("adam"), data, adam).run();
        TrainingState state = read(adam.files.get(3L)).state();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> training(config("sgd momentum"), data, adam)
                        .restore(state));
        assertTrue(String.valueOf(e.getMessage()).contains("optimizer.velocity"), e.getMessage());
    }

    /** What an older version wrote lacks the settings that came later: they are the defaults, which keep the old behaviour. */
    @Test
    void anOlderCheckpointTakesTheDefaultsOfSettingsItDoesNotKnow() throws IOException {
        ImageBlock data = data();
        Account account = new Account(config("adam"), data);
        training(config("adam"), data, account).run();
        Written written = account.files.get(3L);
        Manifest manifest = Manifest.read(new ByteArrayInputStream(written.manifest()), "manifest.json");
        assertEquals(config("adam"), manifest.config());
        ObjectNode settings =
                (ObjectNode) new ObjectMapper().readTree(written.manifest()).get("config");
        settings.remove("guard");
        ((ObjectNode) settings.get("train")).remove("evaluate-every-steps");
        RunConfig read = StoredSettings.read(settings, "manifest.json");
        assertEquals(config("adam").with("train.evaluate-every-steps", 0), read);
    }

    /** Twelve images of 8 by 8. */
    private static ImageBlock data() {
        RandomKey key = RandomKey.of(5, "images");
        byte[] pixels = new byte[12 * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) key.bits(i);
        }
        return new ImageBlock(
                Shape.of(8, 8, 1),
                pixels,
                IntStream.range(0, 12).map(i -> i % 10).toArray(),
                LongStream.range(0, 12).toArray());
    }

    private static RunConfig config(String optimizer) {
        RunConfig config = RunConfig.defaults()
                .with("model.name", "cnn")
                .with("train.epochs", 2)
                .with("train.batch-size", 5)
                .with("train.shards", 2)
                .with("train.evaluate-every-steps", 1)
                .with("optimizer.name", optimizer.replaceAll(" .*", ""))
                .with("schedule.rate", 0.01)
                .with("schedule.patience", 0)
                .with("early-stopping.threshold", 0.1)
                .with("checkpoint.path", "unused");
        return switch (optimizer) {
            case "sgd momentum" -> config.with("optimizer.nesterov", false);
            case "sgd plain" -> config.with("optimizer.nesterov", false).with("optimizer.momentum", 0.0);
            case "rmsprop centered" -> config.with("optimizer.centered", true);
            default -> config;
        };
    }

    private static Training training(RunConfig config, ImageBlock data, TrainingListener listener) {
        LocalWorkers workers = new LocalWorkers(config, data, data);
        ModelState first = ModelState.initial(workers.network(), config.train().seed());
        return new Training(config, workers.network(), workers.plan(), workers, List.of(listener), first);
    }

    private static <T> Map<Long, T> after(long step, Map<Long, T> all) {
        Map<Long, T> rest = new TreeMap<>(all);
        rest.keySet().removeIf(at -> at <= step);
        return rest;
    }

    private static String sums(ModelState state) {
        return state.weightsSha256() + " " + state.buffersSha256();
    }

    private interface Part {
        void write(OutputStream out) throws IOException;
    }

    private static byte[] bytes(Part part) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            part.write(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Written write(Checkpoint checkpoint) {
        Map<String, FileSum> none = new TreeMap<>();
        Manifest.FILES.forEach(name -> none.put(name, new FileSum(0, "00000000")));
        return new Written(
                bytes(checkpoint.manifest(none)::write),
                bytes(checkpoint.model()::writeDescription),
                bytes(checkpoint.model()::writeWeights),
                bytes(checkpoint::writeState));
    }

    private static Checkpoint read(Written written) {
        try (InputStream manifest = new ByteArrayInputStream(written.manifest())) {
            return Checkpoint.read(
                    Manifest.read(manifest, "manifest.json"),
                    new ByteArrayInputStream(written.description()),
                    new ByteArrayInputStream(written.weights()),
                    new ByteArrayInputStream(written.state()),
                    "checkpoint");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
