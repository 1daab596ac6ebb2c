package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a signal does to a training in a process of its own. */
class SignalTest {
    @TempDir
    private Path folder;

    @Test
    void sigtermEndsTheRunWithACheckpointAndItGoesOnToTheSameBits() throws Exception {
        ChildTraining training = new ChildTraining(folder, 4);
        training.start("local[2]");
        training.await("steps", () -> training.newest() >= 3);
        training.process().destroy();
        assertEquals(ExitCode.STOPPED.code(), training.end(), training.err());
        long step = training.newest();
        String line = "convoy: error: stopped by SIGTERM after step " + step + "; --resume auto goes on from "
                + folder.resolve("checkpoints") + String.format("/step-%09d", step);
        assertTrue(training.err().lines().anyMatch(line::equals), training.err());
        assertTrue(training.said("convoy: SIGTERM: the run ends"), training.err());
        assertEquals("", training.out());

        training.start("local[1]");
        assertEquals(0, training.end(), training.err());
        assertTrue(training.said("going on after step " + step), training.err());
        assertTrue(training.out().contains("weights sha256 " + training.expectedWeights()), training.out());
    }
}
