package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.report.Screen;
import dev.convoy.spark.train.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lr-find, verify, a validation split and first values from a model look like on the command line. */
class FindVerifyTuneTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void writeData() throws IOException {
        SmallMnist.write(folder, 200, 30);
    }

    @Test
    void lrFindSuggestsARateDrawsAPictureAndLeavesNoModel() throws IOException {
        Path picture = folder.resolve("rates.png");
        Path output = folder.resolve("untouched");
        CommandLineRun run =
                run("lr-find", "--to", "100", "--steps", "60", "--png", picture.toString(), "train.output=" + output);
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(0).matches(" *rate +loss +smoothed"), run.out());
        assertTrue(lines.get(1).startsWith("1.00e-05  "), run.out());
        assertEquals(12, lines.indexOf("") - 1, run.out());
        assertTrue(run.out().contains("\nlowest smoothed loss "), run.out());
        assertFalse(run.err().contains("NaN"), run.err());
        assertTrue(run.out().matches("(?s).*\nsuggestion schedule\\.rate=0\\.\\d+ \\(.*"), run.out());
        assertEquals("picture " + picture, lines.get(lines.size() - 1));
        assertEquals(900, ImageIO.read(picture.toFile()).getWidth());
        assertFalse(Files.exists(output));
    }

    @Test
    void lrFindRefusesRangesThatAreNone() {
        assertMistake(ExitCode.USAGE, "--to: expected", run("lr-find", "--from", "1", "--to", "0.1"));
        assertMistake(ExitCode.USAGE, "--steps", run("lr-find", "--steps", "many"));
    }

    /** The second loss is no number. */
    @Test
    void lrFindThatBeginsTooHighSaysSo() throws IOException {
        Path picture = folder.resolve("one.png");
        CommandLineRun run =
                run("lr-find", "--steps", "10", "--from", "1e38", "--to", "2e38", "--png", picture.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("the loss never fell: begin lower with --from"), run.out());
        assertTrue(Files.exists(picture));
    }

    @Test
    void verifyPrintsALineForEachStepAndWhoComputed() {
        CommandLineRun run = run("verify", "--steps", "2", "train.validation=0.1");
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(0).matches("step 1  sha256 [0-9a-f]{64}  equal"), run.out());
        assertTrue(lines.get(1).matches("step 2  sha256 [0-9a-f]{64}  equal"), run.out());
        assertTrue(lines.get(2).matches("local   one thread, scalar.*"), run.out());
        assertEquals("cluster 8 shards in 1 partitions on local[1]", lines.get(3));
        assertTrue(lines.get(4).matches("cluster executor driver: scalar.*"), run.out());
        assertTrue(lines.get(5).matches("weights sha256 [0-9a-f]{64}"), run.out());
        assertEquals("every bit agrees", lines.get(6));
        assertMistake(ExitCode.USAGE, "--steps: expected at least 1", run("verify", "--steps", "0"));
    }

    @Test
    void verifyEndsWithACodeOfItsOwnWhereABitDiffers() {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        Verification verification =
                new Verification("here", List.of("there"), "abc", List.of("step 2: a", "step 3: b"));
        CommandException e = assertThrows(
                CommandException.class,
                () -> new VerifyCommand(new Streams(writer, writer, Screen.plain())).report(verification));
        assertEquals(ExitCode.VERIFY_FAILED, e.exitCode());
        assertTrue(String.valueOf(e.getMessage()).contains("step 2: a"), e.getMessage());
        assertTrue(out.toString().contains("differs step 3: b"), out.toString());
        assertFalse(out.toString().contains("every bit agrees"));
    }

    @Test
    void aValidationSplitIsWatchedAndTheTestSplitComesLast() {
        CommandLineRun run = run("train", "train.validation=0.2", "train.evaluate-every=1");
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.err().lines().toList();
        assertTrue(run.err().contains("training mlp on 160 images"), run.err());
        assertEquals(
                2,
                lines.stream().filter(line -> line.contains("validation loss")).count(),
                run.err());
        assertTrue(lines.get(lines.size() - 1).startsWith("test loss "), run.err());
        assertFalse(run.err().contains("warning"), run.err());

        String model = folder.resolve("model").toString();
        CommandLineRun validation = CommandLineRun.of("evaluate", "--model", model, "--split", "validation");
        assertEquals(0, validation.code(), validation.err());
        String watched = lines.stream()
                .filter(line -> line.startsWith("epoch 2/2") && line.contains("validation loss"))
                .findFirst()
                .orElseThrow();
        assertTrue(watched.contains(validation.out().lines().findFirst().orElseThrow()), validation.out() + watched);
        assertMistake(
                ExitCode.INVALID_VALUE,
                "train.validation: expected a share above 0",
                CommandLineRun.of("evaluate", "--model", model, "--split", "validation", "train.validation=0"));
    }

    @Test
    void choosingByTheTestSplitIsWarnedOf() {
        CommandLineRun run = run("train", "early-stopping.patience=1", "train.evaluate-every=1");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().contains("warning: early stopping watches the test split"), run.err());
    }

    @Test
    void mistakesAboutFirstValues() {
        assertMistake(
                ExitCode.MODEL_MISSING,
                "train.initial: " + folder.resolve("nothing") + ": no model there",
                run("train", "train.initial=" + folder.resolve("nothing")));
        assertEquals(0, run("train").code());
        String initial = "train.initial=" + folder.resolve("model");
        assertMistake(ExitCode.MODEL_MISFIT, "train.initial-except", run("train", initial, "data.classes=12"));
        assertMistake(
                ExitCode.INVALID_VALUE,
                "'ouptut', which matches none",
                run("train", initial, "train.initial-except=[ouptut]"));
        assertMistake(
                ExitCode.INVALID_VALUE,
                "none where train.initial names no model",
                run("train", "train.initial-except=[output]"));
        assertMistake(
                ExitCode.INVALID_VALUE,
                "holds out at least one of the 200 samples",
                run("train", "train.validation=0.001"));
        assertEquals(
                0,
                run("train", initial, "train.initial-except=[output]", "data.classes=12")
                        .code());
    }

    private static CommandLineRun run(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "data.path=" + folder,
                "model.name=mlp",
                "kernels=scalar",
                "train.epochs=2",
                "train.batch-size=50"));
        if (command.equals("train")) {
            arguments.add("train.output=" + folder.resolve("model"));
        }
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    private static void assertMistake(ExitCode expected, String words, CommandLineRun run) {
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).contains(words), run.err());
        assertEquals(expected.code(), run.code(), run.err());
    }
}
