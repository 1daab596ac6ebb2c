package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.SmallMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code train --resume} takes, refuses and says. */
class ResumeTest {
    @TempDir
    private Path folder;

    private Path data;
    private Path checkpoints;

    @BeforeEach
    void writeData() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        checkpoints = folder.resolve("checkpoints");
        SmallMnist.write(data, 64, 16);
    }

    @Test
    void autoStartsAnewWithoutCheckpointsAndGoesOnToTheSameBitsWithSome() {
        CommandLineRun whole = train("auto", folder.resolve("other"));
        assertEquals(0, whole.code(), whole.err());
        assertFalse(whole.err().contains("resuming"), whole.err());

        CommandLineRun first = train("auto", checkpoints, "train.max-steps=3");
        assertEquals(0, first.code());
        assertTrue(
                first.err().contains("no valid checkpoint in " + checkpoints + ": the run begins anew"), first.err());
        CommandLineRun rest = train("auto", checkpoints);
        assertEquals(0, rest.code(), rest.err());
        assertTrue(rest.err().contains("convoy: resuming from " + checkpoints + "/step-000000003"), rest.err());
        assertTrue(rest.err().contains("going on after step 3"), rest.err());
        assertEquals(whole.out(), rest.out());

        CommandLineRun again = train("auto", checkpoints);
        assertEquals(0, again.code(), again.err());
        assertEquals(whole.out(), again.out(), "a run that is over ends as it did");
    }

    @Test
    void theEndTheBestAndTheNewestHaveCheckpoints() throws IOException {
        assertEquals(
                0,
                train("no", checkpoints, "checkpoint.every-steps=2", "train.max-steps=5")
                        .code());
        List<String> names = names();
        assertTrue(names.containsAll(List.of("step-000000004", "step-000000005")), names.toString());
        assertTrue(names.size() <= 3, names.toString());
        CommandLineRun evaluate = CommandLineRun.of("evaluate", "--model", checkpoints + "/step-000000005");
        assertEquals(0, evaluate.code(), evaluate.err());
    }

    @Test
    void withoutResumeAFolderWithCheckpointsIsRefused() {
        assertEquals(0, train("no", checkpoints).code());
        assertMistake(ExitCode.INVALID_VALUE, "which holds some; --resume auto goes on", train("no", checkpoints));
    }

    @Test
    void brokenOnesAreSkippedByNameAndTheBitsAreTheSame() throws IOException {
        CommandLineRun whole = train("no", folder.resolve("other"));
        assertEquals(
                0,
                train("no", checkpoints, "checkpoint.every-steps=1", "train.max-steps=6")
                        .code());
        Files.write(checkpoints.resolve("step-000000006/state.safetensors"), new byte[7]);
        CommandLineRun rest = train("auto", checkpoints);
        assertEquals(0, rest.code(), rest.err());
        assertTrue(
                rest.err()
                        .contains("convoy: warning: skipped a checkpoint: " + checkpoints
                                + "/step-000000006/state.safetensors: has 7 bytes"),
                rest.err());
        assertTrue(rest.err().contains("resuming from " + checkpoints + "/step-000000005"), rest.err());
        assertEquals(whole.out(), rest.out());
    }

    @Test
    void aNamedOneIsTakenAndMayLieElsewhere() {
        CommandLineRun whole = train("no", checkpoints, "checkpoint.every-steps=1", "checkpoint.keep=99");
        CommandLineRun rest = train(checkpoints + "/step-000000007", folder.resolve("other"));
        assertEquals(0, rest.code(), rest.err());
        assertEquals(whole.out(), rest.out());
        CommandLineRun there = train(checkpoints + "/step-000000007", checkpoints, "checkpoint.keep=99");
        assertEquals(0, there.code(), there.err());
        assertEquals(whole.out(), there.out());
        assertMistake(
                ExitCode.INVALID_VALUE,
                "which holds some",
                train(checkpoints + "/step-000000007", folder.resolve("other")));
        assertMistake(ExitCode.MODEL_MISSING, "no checkpoint there", train(checkpoints + "/none", checkpoints));
        assertMistake(ExitCode.MODEL_CORRUPT, "no manifest.json", train(data.toString(), folder.resolve("third")));
    }

    @Test
    void anotherRunsCheckpointIsRefusedWithTheReason() throws IOException {
        assertEquals(0, train("no", checkpoints).code());
        assertMistake(
                ExitCode.MODEL_MISFIT,
                "another run: optimizer.momentum is 0.9 there and 0.5 here, train.seed is 1 there and 2 here",
                train("auto", checkpoints, "train.seed=2", "optimizer.momentum=0.5"));
        assertMistake(
                ExitCode.MODEL_MISFIT, "model.name is mlp there", train("auto", checkpoints, "model.name=lenet5"));
        byte[] labels = Files.readAllBytes(data.resolve("t10k-labels-idx1-ubyte"));
        labels[10] ^= 1;
        Files.write(data.resolve("t10k-labels-idx1-ubyte"), labels);
        assertMistake(ExitCode.MODEL_MISFIT, "made with other data: test was 16 images", train("auto", checkpoints));
        SmallMnist.write(data, 63, 16);
        assertMistake(ExitCode.MODEL_MISFIT, "made with other data: ", train("auto", checkpoints));
    }

    @Test
    void autoNeedsAFolderAndTheFolderMustBeOne() throws IOException {
        assertMistake(ExitCode.INVALID_VALUE, "checkpoint.path: expected a folder", train("auto", Path.of("")));
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "file", train("no", file.resolve("checkpoints")));
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "'a:b' is not a path", train("auto", Path.of("a:b")));
    }

    @Test
    void fewerStepsThanTheCheckpointHasTakenAreRefused() {
        assertEquals(0, train("no", checkpoints, "train.max-steps=3").code());
        assertMistake(
                ExitCode.INVALID_VALUE,
                "train.max-steps: expected at least 3, the steps that the checkpoint has taken, or 0 but got 2",
                train("auto", checkpoints, "train.max-steps=2"));
    }

    @Test
    void aNamedOneMayHaveAnotherFormOfItsNameButIsNotTheFolderOfAll() {
        assertEquals(0, train("no", checkpoints, "train.max-steps=3").code());
        CommandLineRun rest = train("file:" + checkpoints + "/step-000000003", checkpoints);
        assertEquals(0, rest.code(), rest.err());
        assertMistake(
                ExitCode.MODEL_MISSING,
                checkpoints + ": holds checkpoints but is none; name one of them, or give --resume auto",
                train(checkpoints.toString(), checkpoints));
    }

    @Test
    void theModelARunBeganWithNeedNotBeThereAnyMore() throws IOException {
        Path initial = folder.resolve("initial");
        assertEquals(0, train("no", initial, "train.max-steps=3").code());
        String setting = "train.initial=" + initial + "/step-000000003";
        CommandLineRun whole = train("no", folder.resolve("other"), setting);
        assertEquals(0, whole.code(), whole.err());

        assertEquals(0, train("no", checkpoints, setting, "train.max-steps=3").code());
        Files.move(initial, folder.resolve("elsewhere"));
        CommandLineRun rest = train("auto", checkpoints, setting);
        assertEquals(0, rest.code(), rest.err());
        assertEquals(whole.out(), rest.out());
    }

    /** A run that may roll back may have to return to its first values. */
    @Test
    void whereItIsNeededAMissingModelIsNamedWithItsSetting() throws IOException {
        Path initial = folder.resolve("initial");
        assertEquals(0, train("no", initial, "train.max-steps=3").code());
        String[] settings = {
            "train.initial=" + initial + "/step-000000003", "guard.on-divergence=roll-back", "train.max-steps=3"
        };
        assertEquals(0, train("no", checkpoints, settings).code());
        Files.move(initial, folder.resolve("elsewhere"));

        settings[2] = "train.max-steps=4";
        assertMistake(
                ExitCode.MODEL_MISSING,
                "train.initial: " + initial + "/step-000000003: no model there",
                train("auto", checkpoints, settings));
    }

    @Test
    void checkpointsDoNotLieWhereTheModelWillReplaceThem() throws IOException {
        Path model = folder.resolve("model");
        assertMistake(
                ExitCode.INVALID_VALUE, "checkpoint.path: expected a folder outside train.output", train("no", model));
        assertMistake(
                ExitCode.INVALID_VALUE,
                "checkpoint.path: expected a folder outside train.output",
                train("no", model.resolve("checkpoints")));
        assertEquals(0, train("no", checkpoints, "train.max-steps=1").code());
        Path notes = Files.writeString(model.resolve("notes.txt"), "mine");
        assertMistake(
                ExitCode.OUTPUT_NOT_WRITABLE,
                model + " holds notes.txt besides a model, which would be lost; choose another train.output",
                train("auto", checkpoints));
        assertEquals("mine", Files.readString(notes));
    }

    private CommandLineRun train(String resume, Path checkpoints, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--resume",
                resume,
                "data.path=" + data,
                "model.name=mlp",
                "kernels=scalar",
                "train.epochs=2",
                "train.batch-size=8",
                "train.evaluate-every=1",
                "train.output=" + folder.resolve("model"),
                "checkpoint.path=" + checkpoints));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(checkpoints)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertMistake(ExitCode expected, String words, CommandLineRun run) {
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).contains(words), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertEquals(expected.code(), run.code(), run.err());
        assertEquals("", run.out());
    }
}
