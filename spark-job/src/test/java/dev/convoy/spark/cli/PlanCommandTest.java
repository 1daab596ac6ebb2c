package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.image.PictureReader;
import dev.convoy.spark.SmallMnist;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aPlanWithAGivenRate() throws IOException {
        CommandLineRun run = plan(
                "--samples=50000",
                "--image=32x32x3",
                "--images-per-second=150",
                "--executors=8",
                "--cores=4",
                "--memory=4g",
                "--bandwidth=25",
                "--executors-per-host=2",
                "--host-cores=4",
                "kernels=scalar", // the size of the vector kernels' buffers is no promise
                "model.name=resnet20",
                "train.batch-size=512",
                "train.shards=16");

        assertEquals(0, run.code(), run.err());
        try (var in = PlanCommandTest.class.getResourceAsStream("plan.txt")) {
            assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), run.out());
        }
        assertEquals("", run.err());
    }

    @Test
    void theDataSayHowManyAndHowLarge() throws IOException {
        SmallMnist.write(folder, 64, 16);
        CommandLineRun run = plan("--images-per-second=100", "data.path=" + folder);

        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("on 64 images of [28, 28, 1]"), run.out());
    }

    @Test
    void sparksSettingsSayTheRest() {
        System.setProperty("spark.executor.instances", "3");
        System.setProperty("spark.executor.cores", "2");
        System.setProperty("spark.driver.maxResultSize", "1k");
        try {
            CommandLineRun run = plan("--samples=100", "--image=28x28x1", "--images-per-second=100");
            assertTrue(run.out().contains("\n3 executors of 2 cores, 1 to a host of 2 cores, 10 Gbit/s\n"), run.out());
            assertTrue(run.out().contains("\nwarning: spark.driver.maxResultSize is too small"), run.out());
            assertTrue(plan("--samples=100", "--image=28x28x1", "--images-per-second=100", "--executors=1", "--cores=1")
                    .out()
                    .contains("\n1 executor of 1 core, "));
            System.setProperty("spark.executor.instances", "many");
            assertMistake(ExitCode.INVALID_VALUE, "spark.executor.instances", plan("--samples=100", "--image=28x28x1"));
        } finally {
            System.clearProperty("spark.executor.instances");
            System.clearProperty("spark.executor.cores");
            System.clearProperty("spark.driver.maxResultSize");
        }
    }

    @Test
    void dynamicAllocationAndParallelism() {
        System.setProperty("spark.dynamicAllocation.enabled", "true");
        System.setProperty("spark.dynamicAllocation.maxExecutors", "3");
        System.setProperty("spark.executor.cores", "1");
        try {
            CommandLineRun run = plan("--samples=100", "--image=28x28x1", "--images-per-second=100");
            assertTrue(run.out().contains("\n3 executors of 1 core, "), run.out());
            assertTrue(run.out().contains(" 6 tasks (2 to a core, for dynamic allocation), "), run.out());
            System.setProperty("spark.default.parallelism", "2");
            run = plan("--samples=100", "--image=28x28x1", "--images-per-second=100");
            assertTrue(run.out().contains(" 2 tasks, "), run.out());
            assertTrue(run.out().contains("\nwarning: spark.default.parallelism=2 bounds"), run.out());
            System.setProperty("spark.default.parallelism", "0");
            assertMistake(ExitCode.USAGE, "spark.default.parallelism", plan("--samples=100", "--image=28x28x1"));
        } finally {
            System.clearProperty("spark.dynamicAllocation.enabled");
            System.clearProperty("spark.dynamicAllocation.maxExecutors");
            System.clearProperty("spark.executor.cores");
            System.clearProperty("spark.default.parallelism");
        }
    }

    @Test
    void theEngineIsMeasuredWhereNoRateIsGiven() {
        CommandLineRun run = plan("--samples=1000", "--image=28x28x1", "model.name=lenet5", "train.batch-size=16");

        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains(" passes of 2 synthetic images"), run.out());
    }

    @Test
    void theCurveAsAPicture() throws IOException {
        Path picture = folder.resolve("curve.png");
        CommandLineRun run = plan("--samples=1000", "--image=28x28x1", "--images-per-second=100", "--png=" + picture);

        assertTrue(run.out().endsWith("picture " + picture + "\n"), run.out());
        assertMistake(ExitCode.USAGE, "curve.jpg: a PNG is written", plan("--png=curve.jpg"));
        assertTrue(PictureReader.read(picture, 1 << 20).height() > 0);
    }

    @Test
    void aFolderWithoutData() {
        assertMistake(ExitCode.DATA_MISSING, "data.path", plan("data.path=" + folder));
        assertMistake(ExitCode.USAGE, "give data.path=DIR, or both", plan("--samples=5"));
    }

    @Test
    void imagesTooSmallForTheNetwork() {
        assertMistake(ExitCode.MODEL_MISFIT, "do not fit", plan("--samples=5", "--image=1x1x1", "model.name=lenet5"));
    }

    @ParameterizedTest
    @CsvSource({
        "--executors=0",
        "--cores=0",
        "--cores=x",
        "--memory=much",
        "--executors-per-host=0",
        "--host-cores=0",
        "--bandwidth=0",
        "--bandwidth=NaN",
        "--samples=0",
        "--image=28x28",
        "--images-per-second=0",
        "--images-per-second=NaN"
    })
    void anOptionThatCannotBeUsed(String option) {
        CommandLineRun run = plan("--samples=100", "--image=28x28x1", "--images-per-second=1", option);

        assertMistake(ExitCode.USAGE, option.replaceFirst("=.*", ""), run);
    }

    private static void assertMistake(ExitCode code, String text, CommandLineRun run) {
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).contains(text), run.err());
        assertEquals(code.code(), run.code());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    /** A later option replaces an earlier one of the same name. */
    private static CommandLineRun plan(String... arguments) {
        List<String> line = new ArrayList<>(List.of("plan"));
        for (String argument : arguments) {
            line.removeIf(before -> before.startsWith("--") && argument.startsWith(before.replaceFirst("=.*", "=")));
        }
        line.addAll(Arrays.asList(arguments));
        return CommandLineRun.of(line.toArray(String[]::new));
    }
}
