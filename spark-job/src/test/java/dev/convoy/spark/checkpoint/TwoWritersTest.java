package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.checkpoint.CheckpointStore.Stored;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that write to one {@code checkpoint.path} at the same time, which nobody wants but some will do. */
class TwoWritersTest {
    private static final String RUN = "run1";

    @TempDir
    private Path folder;

    private CheckpointedRun run;
    private final List<String> ends = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        run = new CheckpointedRun(Files.createDirectories(folder.resolve("checkpoints")));
    }

    /** A cluster manager that starts a driver anew takes the first one for dead, which may be wrong. */
    @Test
    void aDriverThatWasTakenForDeadWritesNoHalfCheckpoint() throws IOException {
        CheckpointStore store = new CheckpointStore(folder.toString(), new Configuration());
        store.save(SmallCheckpoint.of(RUN, 1));
        org.apache.hadoop.fs.Path target = store.place(1);
        try (AtomicFolder alive =
                new AtomicFolder(AtomicFolder.fileSystem(target, new Configuration()), target, RUN, "alive")) {
            alive.write("weights.safetensors", out -> out.write(1));
            store.tidy(RUN);
            IOException e = assertThrows(IOException.class, () -> {
                alive.write("manifest.json", out -> out.write(1));
                alive.commit();
            });
            assertTrue(String.valueOf(e.getMessage()).contains("does another process write there?"), e.getMessage());
        }
        assertEquals(1, newest(store).checkpoint().state().step());
        assertEquals(List.of("checkpoints", "step-000000001"), CheckpointedRun.names(folder));
    }

    /** The twin has resumed and ended while the first was at its third step; it goes on from there. */
    @Test
    void theSameRunTwiceEndsTwiceWithTheSameBits() throws IOException {
        RunConfig config = run.config().with("checkpoint.every-steps", 1).with("checkpoint.keep", 1);
        run.start(config, state -> {
            if (state.step() == 3) {
                run.resume(config, this::atTheEnd);
            }
            atTheEnd(state);
        });
        run.resume(config, state -> {});
        assertEquals(2, ends.size());
        assertEquals(ends.get(0), ends.get(1));
        assertEquals(ends.get(0), weights(run.newest()));
    }

    /** Both began in an empty folder; the second took all the steps of the first. */
    @Test
    void anotherRunsCheckpointIsNotReplacedButReportedByBothNames() throws IOException {
        RunConfig first = run.config().with("checkpoint.every-steps", 2);
        RunConfig second = first.with("schedule.rate", 0.5);
        Optional<String> failure = run.start(first, state -> {
            if (state.step() == 1) {
                assertEquals(Optional.empty(), run.start(second, this::atTheEnd));
            }
        });
        assertTrue(failure.orElseThrow().contains("step-000000008 is a checkpoint of another run, "), failure.get());
        assertEquals(Set.of(2L, 4L, 6L, 8L), run.everSeen);
        assertEquals(ends.get(0), weights(run.newest()));
        run.resume(second, state -> {});
    }

    private void atTheEnd(TrainingState state) {
        if (state.step() == 8) {
            ends.add(state.values().weightsSha256());
        }
    }

    private static String weights(Stored stored) {
        return stored.checkpoint().state().values().weightsSha256();
    }

    private static Stored newest(CheckpointStore store) throws IOException {
        return store.newest(skipped -> {
                    throw new AssertionError(skipped);
                })
                .orElseThrow();
    }
}
