package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullHeapTest {
    @TempDir
    private Path folder;

    /** Spark would end the JVM of the task, which with a local master is the user's, with an exit code of its own. */
    @Test
    void aTaskOfALocalMasterThatRunsOutOfMemoryEndsWithOneLineAndItsCode() throws Exception {
        ChildTraining training = new ChildTraining(folder, 3);
        training.start(
                "local[1]",
                "data.path=classpath:dev/convoy/data/mnist-sample",
                "model.name=cnn",
                "train.batch-size=5000",
                "train.shards=1");

        assertEquals(ExitCode.OUT_OF_MEMORY.code(), training.end(), training.err());
        assertEquals(
                List.of(
                        "convoy: error: out of memory: an executor's heap is full; raise --executor-memory (with a local master"
                                + " --driver-memory), or lower train.micro-batch or train.batch-size"),
                training.err()
                        .lines()
                        .filter(line -> line.startsWith("convoy: error"))
                        .toList());
    }
}
