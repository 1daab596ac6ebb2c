package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.plan.SumTraffic;
import dev.convoy.spark.plan.TaskMemory;
import dev.convoy.spark.report.Screen;
import dev.convoy.tensor.Shape;
import dev.convoy.train.RunConfig;
import dev.convoy.train.SettingsTree;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no cluster. */
class ConvoyTest {
    @Test
    void helpListsCommandsAndExitCodes() {
        CommandLineRun run = CommandLineRun.of("--help");

        assertEquals(0, run.code());
        for (String name : List.of("train", "evaluate", "predict", "lr-find", "verify", "describe", "plan", "filter")) {
            assertTrue(run.out().contains("\n  " + name + " "), run.out());
        }
        for (ExitCode exitCode : ExitCode.values()) {
            assertTrue(run.out().contains("\n  " + exitCode.code() + " "), run.out());
        }
    }

    @Test
    void trainsHelpListsEverySettingWithItsDefault() {
        CommandLineRun run = CommandLineRun.of("train", "--help");

        assertEquals(0, run.code());
        SettingsTree.flatten(RunConfig.defaults())
                .keySet()
                .forEach(key -> assertTrue(run.out().contains("\n  " + key + "="), key));
        assertTrue(run.out().contains("optimizer.weight-decay=0.0005 "), run.out());
    }

    @Test
    void theHelpOfCommandsThatUseAModelLeavesTrainingOut() {
        for (String command : List.of("evaluate", "predict")) {
            CommandLineRun run = CommandLineRun.of(command, "--help");
            assertTrue(run.out().contains("\n  data.path="), run.out());
            assertFalse(run.out().contains("\n  optimizer."), run.out());
        }
    }

    @Test
    void aLongMeaningGoesOnBelowItself() {
        String help = CommandLineRun.of("train", "--help").out();
        List<String> table = help.lines()
                .dropWhile(line -> !line.startsWith("Settings"))
                .skip(1)
                .toList();
        assertFalse(table.isEmpty());
        table.forEach(line -> assertTrue(
                line.length() <= SettingsHelp.WIDTH && line.matches(" {2}[a-z].*| {39}\\S.*"), '"' + line + '"'));
    }

    @Test
    void versionNamesSparkAndJava() {
        CommandLineRun run = CommandLineRun.of("--version");

        assertEquals(0, run.code());
        assertTrue(run.out().matches("convoy .*, Spark [0-9.]+, Java [0-9.]+.*\n"), run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | Missing required subcommand",
                "trian | unknown command 'trian'; did you mean 'train'?",
                "train --epochs=3 | unknown option '--epochs=3'; a setting is given as train.epochs=VALUE",
                "train --confg=x | unknown option '--confg=x'; did you mean '--config'?",
                "train run.conf | expected key=value but got 'run.conf'"
            })
    void aUsageErrorIsOneLine(String arguments, String message) {
        CommandLineRun run = CommandLineRun.of(arguments == null ? new String[0] : arguments.split(" "));

        assertEquals(ExitCode.USAGE.code(), run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("convoy: error: " + message), run.err());
    }

    @Test
    void memoryThatRunsOutIsOneLineToo() {
        StringWriter err = new StringWriter();
        PrintWriter out = new PrintWriter(Writer.nullWriter()) {
            @Override
            public void println(String line) {
                throw new OutOfMemoryError("Java heap space");
            }
        };
        int code = Convoy.run(new Streams(out, new PrintWriter(err, true), Screen.plain()), "filter", "--list");
        assertEquals(ExitCode.OUT_OF_MEMORY.code(), code);
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().startsWith("convoy: error: out of memory (Java heap space)"), err.toString());
    }

    @Test
    void debugShowsWhereItHappened() {
        assertEquals(
                1, CommandLineRun.of("describe", "train.epochs=0").err().lines().count());
        String err = CommandLineRun.of("describe", "--debug", "train.epochs=0").err();
        assertTrue(err.contains("at dev.convoy.spark.cli."), err);
    }

    @Test
    void describePrintsLayersAndTotals() {
        CommandLineRun run = CommandLineRun.of("describe", "model.name=lenet5");

        assertEquals(0, run.code());
        // LeCun 1998 with this padding: 156 + 2,416 + 48,120 + 10,164 + 850
        assertTrue(run.out().contains("61,706"), run.out());
        assertTrue(run.out().contains("246,824"), run.out());
        assertTrue(run.out().matches("(?s).*\nconv2 .*\\[10, 10, 16] +2,416 +240,000\n.*"), run.out());
    }

    @Test
    void describeEndsWithWhatATaskNeedsInTraining() {
        List<String> settings = List.of("model.name=lenet5", "train.batch-size=128", "train.shards=8");
        TaskMemory memory = TaskMemory.of(
                RunConfig.defaults()
                        .with("model.name", "lenet5")
                        .with("train.batch-size", 128)
                        .with("train.shards", 8),
                Shape.of(28, 28, 1),
                SumTraffic.of(8, 8));

        String line = lastLineOfDescribe(settings);

        assertTrue(
                line.matches(String.format(
                        Locale.ROOT,
                        "peak bytes of a task +%,d  \\(in training, for one shard's share: 16 images at a time\\)",
                        memory.total())),
                line);
        assertTrue(
                lastLineOfDescribe(List.of("data.mean=[0,0,0]", "data.std=[1,1,1]"))
                        .matches("peak bytes of a task +-  \\(not measured: data.mean: .*"),
                "a network is described without what only a training needs");
        assertTrue(
                lastLineOfDescribe(List.of("model.name=vgg16", "--image=224x224x3"))
                        .matches("peak bytes of a task +3,888,245,824  \\(.*, without the kernels' buffers\\)"),
                "a network whose pass would take long is counted all the same");
    }

    private static String lastLineOfDescribe(List<String> arguments) {
        CommandLineRun run = CommandLineRun.of(
                Stream.concat(Stream.of("describe"), arguments.stream()).toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
        return run.out().lines().reduce("", (before, line) -> line);
    }

    /** Structure only, so that a network of any size is described at once; torchvision's 25,557,032 parameters and 4.09 G. */
    @Test
    void describeCountsALargeNetworkWithoutItsWeights() {
        CommandLineRun run =
                CommandLineRun.of("describe", "model.name=resnet50", "--image", "224x224x3", "data.classes=1000");

        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().matches("(?s).*\nparameters +25,557,032\n.*"), run.out());
        assertTrue(run.out().matches("(?s).*\nmultiply-adds per image +4,08\\d,\\d{3},\\d{3} .*"), run.out());
    }

    @Test
    void describeRefusesImagesTooSmallForTheNetworkByNamingTheSmallest() {
        CommandLineRun run = CommandLineRun.of("describe", "--image=3x3x1");

        assertEquals(ExitCode.MODEL_MISFIT.code(), run.code());
        assertEquals(
                List.of("convoy: error: --image 3x3x1: images of 3x3 are too small for lenet5; the smallest it takes"
                        + " are 12x12"),
                run.errors());
    }
}
