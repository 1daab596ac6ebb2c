package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.checkpoint.FaultyFileSystem.Fault;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** When checkpoints are written, and what becomes of the run when one cannot be; on one thread. */
class CheckpointingTest {
    @TempDir
    private Path folder;

    private CheckpointedRun run;

    @BeforeEach
    void prepare() {
        run = new CheckpointedRun(folder.resolve("checkpoints"));
    }

    @AfterEach
    void disarm() {
        FaultyFileSystem.arm(Fault.NONE, 0);
    }

    @Test
    void everyNStepsAndAtTheEnd() throws IOException {
        run.start(run.config().with("checkpoint.every-steps", 3).with("checkpoint.every-epochs", 0), state -> {});
        assertEquals(Set.of(3L, 6L, 8L), run.everSeen);
    }

    @Test
    void everyNEpochs() throws IOException {
        run.start(run.config().with("train.epochs", 4).with("checkpoint.every-epochs", 2), state -> {});
        assertEquals(Set.of(8L, 16L), run.everSeen);
    }

    @Test
    void everyNMinutes() throws IOException {
        RunConfig config = run.config().with("checkpoint.every-epochs", 0).with("checkpoint.every-minutes", 2.5);
        run.start(config, state -> run.nanos += 60_000_000_000L);
        assertEquals(Set.of(3L, 6L, 8L), run.everSeen);
    }

    @Test
    void atEachBestEvaluation() throws IOException {
        Set<Long> best = new HashSet<>();
        RunConfig config = run.config().with("checkpoint.every-epochs", 0).with("train.evaluate-every-steps", 2);
        run.start(config, state -> {
            if (state.isBest()) {
                best.add(state.step());
            }
        });
        assertTrue(best.contains(2L), best.toString());
        best.add(8L);
        assertEquals(best, run.everSeen);
    }

    /** Raised within this JVM: a handler of ours is in place, so it does not end. */
    @Test
    void aSignalEndsTheRunAfterTheStepAndAnotherSignalOnlyAsksForACheckpoint() {
        RunConfig config = run.config().with("checkpoint.every-epochs", 0);
        StoppedException e = assertThrows(
                StoppedException.class,
                () -> run.start(config, state -> {
                    if (state.step() == 3) {
                        Signal.raise(new Signal("USR1"));
                    } else if (state.step() == 5) {
                        Signal.raise(new Signal("TERM"));
                        await(() -> run.notices.toString().contains("SIGTERM: the run ends"));
                    }
                }));
        assertTrue(e.isSaved());
        assertTrue(String.valueOf(e.getMessage()).startsWith("stopped by SIGTERM after step 5"), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("--resume auto goes on from faulty:"), e.getMessage());
    }

    /** A signal is handled on a thread of its own. */
    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Test
    void oneThatCannotBeWrittenIsReportedAndTheRunGoesOn() throws IOException {
        Optional<String> failure = run.start(run.config().with("checkpoint.every-steps", 2), state -> {
            if (state.step() == 4) {
                FaultyFileSystem.arm(Fault.DISK_FULL, 1000);
            }
        });
        assertEquals(Set.of(2L, 6L, 8L), run.everSeen);
        assertEquals(Optional.empty(), failure);
        assertEquals(1, run.notices.size(), run.notices.toString());
        assertTrue(
                run.notices
                        .get(0)
                        .startsWith(
                                "warning: no checkpoint after step 4: injected: no space left on device; the newest is "),
                run.notices.get(0));
        assertTrue(run.notices.get(0).endsWith("step-000000002"), run.notices.get(0));
    }

    @Test
    void anOldOneThatCannotBeDeletedIsReported() throws IOException {
        run.start(run.config().with("checkpoint.every-steps", 1), state -> {
            if (state.step() == 4) {
                FaultyFileSystem.arm(Fault.DELETE_THROWS, 0);
            }
        });
        assertEquals(List.of("warning: an old checkpoint stays: injected: delete"), run.notices);
    }

    @Test
    void theLastOneThatCannotBeWrittenIsAFailure() throws IOException {
        Optional<String> failure = run.start(run.config(), state -> {
            if (state.step() == 8) {
                FaultyFileSystem.arm(Fault.RENAME_SAYS_NO, 0);
            }
        });
        assertTrue(failure.orElseThrow().startsWith("could not rename "), failure.toString());
        assertTrue(failure.orElseThrow().endsWith("step-000000004"), failure.toString());
    }
}
