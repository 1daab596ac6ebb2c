package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.nn.model.ModelZoo;
import dev.convoy.train.RunConfig;
import dev.convoy.train.SettingsTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    private Path folder;

    @Test
    void defaultsSurviveTheRoundTrip() {
        Map<String, Object> values = new HashMap<>();
        SettingsTree.flatten(RunConfig.defaults()).forEach((key, setting) -> values.put(key, setting.value()));

        assertEquals(RunConfig.defaults(), SettingsTree.build(RunConfig.class, values));
        assertEquals(RunConfig.defaults(), load(List.of()));
    }

    @Test
    void everySettingIsExplained() {
        assertEquals(
                SettingsTree.flatten(RunConfig.defaults()).keySet(),
                SettingsHelp.meanings().stringPropertyNames());
    }

    @Test
    void everyNetworkIsNamedInTheHelp() {
        List<String> words =
                List.of(SettingsHelp.meanings().getProperty("model.name").split("[^a-z0-9]+"));
        assertTrue(words.containsAll(ModelZoo.titles()), words.toString());
    }

    @Test
    void nothingWithinAListAndNumbersBeyondADoubleAreMistakes() throws IOException {
        for (String line : List.of("train.freeze = [null]", "data.mean = [null]", "schedule.rate = 1e400")) {
            CommandException e =
                    assertThrows(CommandException.class, () -> load(List.of(file("bad.conf", line))), line);
            assertEquals(ExitCode.INVALID_VALUE, e.exitCode(), line);
        }
    }

    @Test
    void laterFilesAndThenTheCommandLineWin() throws IOException {
        Path first = file("first.conf", "train { epochs = 3, batch-size = 10, shards = 4 }\nmodel.name = mlp");
        Path second = file("second.conf", "train.batch-size = 20\ntrain.shards = 5");

        RunConfig config = load(List.of(first, second), "train.shards=6", "train.shards=7");

        assertEquals("mlp", config.model().name());
        assertEquals(3, config.train().epochs());
        assertEquals(20, config.train().batchSize());
        assertEquals(7, config.train().shards());
        assertEquals(RunConfig.defaults().optimizer(), config.optimizer());
    }

    @Test
    void everyTypeIsReadFromTheCommandLine() {
        RunConfig config = load(
                List.of(),
                "data.path=hdfs://host:9000/mnist data=1",
                "train.seed=9007199254740993",
                "optimizer.nesterov=false",
                "schedule.rate=1e-2",
                "data.mean=[0.1, 0.2,0.3]",
                "data.std=1,2,3",
                "schedule.milestones=[]",
                "optimizer.rate-factors=[conv1=0.1, *.bias=2]");

        assertEquals("hdfs://host:9000/mnist data=1", config.data().path());
        assertEquals(9007199254740993L, config.train().seed());
        assertEquals(false, config.optimizer().nesterov());
        assertEquals(0.01, config.schedule().rate());
        assertEquals(List.of(0.1, 0.2, 0.3), config.data().mean());
        assertEquals(List.of(1.0, 2.0, 3.0), config.data().std());
        assertEquals(List.of(), config.schedule().milestones());
        assertEquals(List.of("conv1=0.1", "*.bias=2"), config.optimizer().rateFactors());
    }

    @ParameterizedTest
    @CsvSource({
        "train.batchsize, train.batch-size",
        "train.batchSize, train.batch-size",
        "trian.epochs, train.epochs",
        "epochs, train.epochs",
        "optimizer.wieght-decay, optimizer.weight-decay",
        "kernel, kernels"
    })
    void aTypoSuggestsTheSettingMeant(String typo, String meant) {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), typo + "=1"));

        assertEquals(ExitCode.UNKNOWN_KEY, mistake.exitCode());
        assertEquals(
                "command line: unknown setting '" + typo + "'; did you mean '" + meant + "'?", mistake.getMessage());
    }

    @Test
    void capitalsDoNotLeadToAnotherName() {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), "optimizer.name=AdamW"));

        assertTrue(String.valueOf(mistake.getMessage()).endsWith("did you mean 'adamw'?"), mistake.getMessage());
    }

    @Test
    void whatResemblesNothingGetsNoSuggestion() {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), "zzzz=1"));

        assertEquals("command line: unknown setting 'zzzz'", mistake.getMessage());
    }

    @Test
    void aGroupWithAValueListsItsSettings() {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), "model=lenet5"));

        assertEquals("command line: unknown setting 'model'; it is a group: model.name", mistake.getMessage());
    }

    @Test
    void anUnknownKeyInAFileIsNamedWithItsLine() throws IOException {
        Path file = file("run.conf", "train {\n  epochs = 2\n  batchsize = 3\n}\n");

        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(file)));

        assertEquals(ExitCode.UNKNOWN_KEY, mistake.exitCode());
        assertEquals(
                file + ":3: unknown setting 'train.batchsize'; did you mean 'train.batch-size'?", mistake.getMessage());
    }

    @Test
    void listsOfTextsAreReadFromAFile() throws IOException {
        Path file = file("run.conf", "train.freeze = [conv1, \"*.bias\"]\n");

        assertEquals(List.of("conv1", "*.bias"), load(List.of(file)).train().freeze());
    }

    @Test
    void anUnknownGroupIsAnErrorEvenIfEmpty() throws IOException {
        Path file = file("run.conf", "trian {}\n");

        assertEquals(
                ExitCode.UNKNOWN_KEY,
                assertThrows(CommandException.class, () -> load(List.of(file))).exitCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.epochs=many | a whole number but got 'many'",
                "train.epochs=2.5 | a whole number but got '2.5'",
                "train.epochs=3000000000 | a whole number but got '3000000000'",
                "train.seed=1e99 | a whole number but got '1e99'",
                "schedule.rate=fast | a number but got 'fast'",
                "schedule.rate=NaN | a number but got 'NaN'",
                "optimizer.nesterov=maybe | true or false but got 'maybe'",
                "data.mean=[0.5,x] | a list of numbers such as [0.5, 0.25] but got '[0.5,x]'"
            })
    void aWrongTypeIsNamed(String assignment, String expected) {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), assignment));

        assertEquals(ExitCode.INVALID_VALUE, mistake.exitCode());
        String key = assignment.substring(0, assignment.indexOf('='));
        assertEquals("command line: " + key + ": expected " + expected, mistake.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train.epochs = [1]",
                "data.path = [a]",
                "train.epochs = 2.5",
                "data.mean = [[1]]",
                "train.freeze = [[a]]"
            })
    void aWrongTypeInAFileIsNamedWithItsLine(String line) throws IOException {
        Path file = file("run.conf", "\n" + line + "\n");

        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(file)));

        assertEquals(ExitCode.INVALID_VALUE, mistake.exitCode());
        assertTrue(String.valueOf(mistake.getMessage()).startsWith(file + ":2: "), mistake.getMessage());
    }

    @Test
    void aValueOutOfItsRangeIsNamedWithItsOrigin() throws IOException {
        Path file = file("run.conf", "train.batch-size = 0\n");

        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(file)));

        assertEquals(ExitCode.INVALID_VALUE, mistake.exitCode());
        assertEquals(file + ":1: train.batch-size: expected at least 1 but got 0", mistake.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "optimizer.name=nadam | sgd, adam, adamw, adagrad, rmsprop, lars or lamb but got 'nadam'",
                "optimizer.alpha=1 | 0 <= alpha < 1 but got 1.0",
                "optimizer.average=-0.5 | 0 <= average < 1 but got -0.5",
                "optimizer.clip-norm=-1 | 0 (no bound) or more but got -1.0",
                "optimizer.lookahead-share=0 | 0 < share <= 1 but got 0.0",
                "optimizer.rate-factors=[conv1] | entries of the form conv1=0.1, with a positive factor but got 'conv1'",
                "optimizer.rate-factors=[a=0] | entries of the form conv1=0.1, with a positive factor but got 'a=0'",
                "train.micro-batch=-1 | 0 (no limit) or more but got -1",
                "schedule.period=0 | a share of all steps, 0 < period <= 1 but got 0.0",
                "schedule.minimum=1 | 0 <= minimum <= schedule.rate (0.05) but got 1.0",
                "schedule.watch=mood | loss or accuracy but got 'mood'"
            })
    void aValueOutOfItsRangeSaysTheRange(String assignment, String expected) {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), assignment));

        assertEquals(ExitCode.INVALID_VALUE, mistake.exitCode());
        String key = assignment.substring(0, assignment.indexOf('='));
        String message = String.valueOf(mistake.getMessage());
        assertTrue(message.startsWith("command line: " + key + ": expected " + expected), message);
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertRefused("train.evaluate-every: expected at least 1 where", "schedule.name=plateau");
        assertRefused(
                "schedule.gamma: expected a number below 1",
                "schedule.name=plateau",
                "train.evaluate-every=1",
                "schedule.gamma=1");
        assertRefused(
                "optimizer.decoupled-decay: expected false with lars",
                "optimizer.name=lars",
                "optimizer.decoupled-decay=true");
    }

    @Test
    void lossesAreCheckedAgainstTheirNameAndTheClasses() {
        assertRefused("loss.name: expected cross-entropy or focal but got 'hinge'", "loss.name=hinge");
        assertRefused("loss.label-smoothing: expected 0 <= label-smoothing <= 1", "loss.label-smoothing=1.5");
        assertRefused("loss.label-smoothing: expected 0 with", "loss.name=focal", "loss.label-smoothing=0.1");
        assertRefused("loss.class-weights: expected numbers of 0 or more", "loss.class-weights=[-1]");
        assertRefused(
                "command line: loss.class-weights: expected one weight for each of the 10 classes, or none but got [1.0, 2.0]",
                "loss.class-weights=[1, 2]");
    }

    private static void assertRefused(String expected, String... assignments) {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), assignments));
        assertEquals(ExitCode.INVALID_VALUE, mistake.exitCode());
        assertTrue(String.valueOf(mistake.getMessage()).contains(expected), mistake.getMessage());
    }

    @Test
    void whatIsEmptyIsNoTypo() {
        CommandException mistake =
                assertThrows(CommandException.class, () -> load(List.of(), "guard.on-divergence=roll-back"));

        assertTrue(String.valueOf(mistake.getMessage()).endsWith(" but got nothing"), mistake.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"model.name, lenet, lenet5", "optimizer.name, adm, adam", "schedule.name, cosin, cosine"})
    void aTypoInAChoiceSuggestsTheOneMeant(String key, String typo, String meant) {
        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(), key + "=" + typo));

        assertEquals(ExitCode.INVALID_VALUE, mistake.exitCode());
        assertTrue(
                String.valueOf(mistake.getMessage()).endsWith("; did you mean '" + meant + "'?"), mistake.getMessage());
    }

    @Test
    void brokenSyntaxIsNamedWithItsLine() throws IOException {
        Path file = file("run.conf", "train {\n  epochs = 2\n");

        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(file)));

        assertEquals(ExitCode.CONFIG_UNREADABLE, mistake.exitCode());
        assertTrue(String.valueOf(mistake.getMessage()).startsWith(file + ":"), mistake.getMessage());
        assertEquals(1, String.valueOf(mistake.getMessage()).lines().count());
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("none.conf");

        CommandException mistake = assertThrows(CommandException.class, () -> load(List.of(file)));

        assertEquals(ExitCode.CONFIG_UNREADABLE, mistake.exitCode());
        assertEquals(file + ": no such configuration file", mistake.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mnist-lenet5", "mnist-mlp", "mnist-cnn", "mnist-cnn-adamw", "mnist-cnn-lamb", "quickstart"})
    void theConfigurationsThatComeAlongAreValid(String name) {
        load(List.of(Path.of("..", "conf", name + ".conf")));
    }

    private static RunConfig load(List<Path> files, String... assignments) {
        return Settings.load(RunConfig.defaults(), files, List.of(assignments));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
