package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An error on a thread of Spark's own, whose end nobody waiting for it would hear of. */
class FatalErrorsTest {
    @TempDir
    private Path folder;

    @Test
    void aFullHeapOfTheSchedulerEndsTheRunWithOneLineAndItsCode() throws Exception {
        assertEnds("dag-scheduler-event-loop", "memory", ExitCode.OUT_OF_MEMORY);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "dag-scheduler-event-loop, stack, INTERNAL_ERROR",
        "task-result-getter, memory, OUT_OF_MEMORY",
        "spark-listener-group-shared, memory, OUT_OF_MEMORY"
    })
    void anyErrorOfAnyThreadOfSparksEndsTheRun(String thread, String error, ExitCode code) throws Exception {
        assertEnds(thread, error, code);
    }

    private void assertEnds(String thread, String error, ExitCode code) throws Exception {
        ChildTraining training = new ChildTraining(folder, 100_000);
        training.with("spark.extraListeners", FatalErrorInjector.class.getName())
                .with(FatalErrorInjector.THREAD, thread)
                .with(FatalErrorInjector.ERROR, error)
                .start("local[1]");

        assertEquals(code.code(), training.end(), training.err());
        assertEquals(
                List.of(
                        error.equals("memory")
                                ? "convoy: error: out of memory (Java heap space); raise --driver-memory and"
                                        + " --executor-memory, or lower train.batch-size"
                                : "convoy: error: StackOverflowError: StackOverflowError (unexpected; --debug shows where"
                                        + " it happened)"),
                training.err()
                        .lines()
                        .filter(line -> line.startsWith("convoy: error"))
                        .toList());
    }
}
