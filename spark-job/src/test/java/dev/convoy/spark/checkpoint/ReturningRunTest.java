package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.io.ModelException;
import dev.convoy.spark.checkpoint.CheckpointedRun.Between;
import dev.convoy.spark.checkpoint.FaultyFileSystem.Fault;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** A run that diverges and returns to its checkpoints, {@code guard.on-divergence=roll-back}, killed and resumed. */
class ReturningRunTest {
    @TempDir
    private Path folder;

    private final List<String> whole = new ArrayList<>();

    @AfterEach
    void disarm() {
        FaultyFileSystem.arm(Fault.NONE, 0);
    }

    @BeforeEach
    void undisturbed() throws IOException {
        CheckpointedRun run = in("whole");
        run.start(returning(run, 99), state -> whole.add(account(state)));
        assertTrue(whole.size() > 8, "some of the eight steps are taken again: " + whole);
    }

    @Test
    void howManyAreKeptDecidesNoBit() throws IOException {
        for (int keep = 1; keep <= 2; keep++) {
            List<String> few = new ArrayList<>();
            CheckpointedRun run = in("few" + keep);
            run.start(returning(run, keep), state -> few.add(account(state)));
            assertEquals(whole, few);
        }
    }

    @Test
    void aKillAnywhereChangesNoBit() throws IOException {
        for (int kill = 1; kill <= whole.size(); kill++) {
            assertSameAfterAKill("killed" + kill, kill, false);
        }
    }

    /** What lies there of the way that was left, then or later, must not be gone on from, nor returned to. */
    @Test
    void neitherDoesAKillWhereWhatTheRunLeftCouldNotBeDeleted() throws IOException {
        for (int kill = 8; kill <= whole.size(); kill++) { // before, nothing has been left
            assertSameAfterAKill("left" + kill, kill, true);
        }
    }

    /** The first checkpoint after the return is the signal's, of a step where none is due. */
    @Test
    @Timeout(60)
    void aSignalRightAfterAReturnChangesNoBit() throws IOException {
        CheckpointedRun run = in("signalled");
        Account before = new Account(run, false) {
            @Override
            public void rolledBack(RollBack rollBack) {
                if (rollBack.count() == 2) {
                    Signal.raise(new Signal("TERM"));
                    while (run.notices.stream().noneMatch(notice -> notice.startsWith("SIGTERM"))) {
                        Thread.onSpinWait();
                    }
                }
            }
        };
        StoppedException e = assertThrows(StoppedException.class, () -> run.start(returning(run, 1), before));
        assertTrue(String.valueOf(e.getMessage()).startsWith("stopped by SIGTERM after step 5; "), e.getMessage());
        Account rest = new Account(run, false);
        run.resume(returning(run, 1), rest);
        assertEquals(whole.subList(9, 12), rest.lines);
    }

    /** As when the model that {@code train.initial} names has been trained anew since: a return to the beginning would lead elsewhere. */
    @Test
    void otherFirstValuesAreRefused() throws IOException {
        CheckpointedRun run = in("other");
        RunConfig config = returning(run, 1);
        assertThrows(AssertionError.class, () -> run.start(config, state -> assertTrue(state.step() < 4, "killed")));
        run.firstSeed = 2;
        ModelException e = assertThrows(ModelException.class, () -> run.resume(config, state -> {}));
        assertEquals(ModelException.Problem.MISFIT, e.problem());
        assertTrue(String.valueOf(e.getMessage()).contains("the first model was "), e.getMessage());
    }

    private void assertSameAfterAKill(String name, int kill, boolean keepsWhatItLeft) throws IOException {
        CheckpointedRun run = in(name);
        AtomicInteger left = new AtomicInteger(kill);
        Account before = new Account(run, keepsWhatItLeft) {
            @Override
            public void steps(TrainingState state) {
                super.steps(state);
                assertTrue(left.decrementAndGet() > 0, "killed");
            }
        };
        assertThrows(AssertionError.class, () -> run.start(returning(run, 1), before));
        Account rest = new Account(run, keepsWhatItLeft);
        run.resume(returning(run, 1), rest);
        String when = "killed between steps, time " + kill + ": " + before.lines + " " + rest.lines + run.notices;
        assertEquals(whole.get(whole.size() - 1), rest.lines.get(rest.lines.size() - 1), when);
    }

    /** Each step, and where the run was led. */
    private static class Account implements Between {
        final List<String> lines = new ArrayList<>();
        private final CheckpointedRun run;
        private final boolean keepsWhatItLeft;

        Account(CheckpointedRun run, boolean keepsWhatItLeft) {
            this.run = run;
            this.keepsWhatItLeft = keepsWhatItLeft;
        }

        @Override
        public void steps(TrainingState state) {
            lines.add(account(state));
            if (lines.size() == 7) {
                run.nanos += 60_000_000_000L; // the clock's checkpoint of a way that is left at once
            }
        }

        @Override
        public void rolledBack(RollBack rollBack) {
            if (keepsWhatItLeft) {
                FaultyFileSystem.arm(Fault.RENAME_SAYS_NO, 0);
            }
        }
    }

    private CheckpointedRun in(String name) throws IOException {
        return new CheckpointedRun(Files.createDirectories(folder.resolve(name)));
    }

    /** The rate jumps after step 3; it diverges after step 7 and goes back to ever earlier states. */
    private static RunConfig returning(CheckpointedRun run, int keep) {
        return run.config()
                .with("schedule.name", "multi-step")
                .with("schedule.rate", 0.01)
                .with("schedule.milestones", List.of(0.4))
                .with("schedule.gamma", 1e4)
                .with("checkpoint.every-steps", 2)
                .with("checkpoint.every-minutes", 1.0)
                .with("checkpoint.keep", keep)
                .with("guard.on-divergence", "roll-back")
                .with("guard.rate-factor", 0.1)
                .with("guard.roll-backs", 10);
    }

    private static String account(TrainingState state) {
        return state.step() + " after " + state.progress().returns().size() + " returns: "
                + state.values().weightsSha256();
    }
}
