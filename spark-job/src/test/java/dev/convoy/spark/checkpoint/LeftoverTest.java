package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed writers leave under hidden names: it comes back or goes, and what may be another's stays. */
class LeftoverTest {
    private static final String RUN = "run1";

    @TempDir
    private Path folder;

    private CheckpointStore store;

    @BeforeEach
    void open() throws IOException {
        store = new CheckpointStore(folder.toString(), new Configuration());
    }

    @Test
    void whatAKilledWriterLeftIsTidiedUpAndAnOldFolderGetsItsNameBack() throws IOException {
        store.save(SmallCheckpoint.of(RUN, 5));
        store.save(SmallCheckpoint.of(RUN, 6));
        Files.move(folder.resolve("step-000000006"), folder.resolve(".step-000000006.run1.tag.old"));
        Files.createDirectory(folder.resolve(".step-000000007.run1.tag.new"));
        Files.createDirectory(folder.resolve(".step-000000005.run1.tag.old"));
        Files.createDirectory(folder.resolve(".step-000000004.run1.tag.deleted"));
        Files.createDirectory(folder.resolve(".step-000000007.run2.tag.new"));
        Files.createDirectory(folder.resolve(".other"));
        store.tidy(RUN);
        assertEquals(
                List.of(".other", ".step-000000007.run2.tag.new", "step-000000005", "step-000000006"),
                CheckpointedRun.names(folder));
        assertEquals(
                6,
                store.newest(skipped -> {}).orElseThrow().checkpoint().state().step());
    }

    /** Killed between the two renames: the old model is there, under another name. */
    @Test
    void aModelThatWasMovedAwayIsNamedAndComesBack() throws IOException {
        Path model = folder.resolve("model");
        Configuration hadoop = new Configuration();
        ModelStore.save(SmallCheckpoint.of(RUN, 1).model(), model.toString(), hadoop);
        Path old = folder.resolve(".model.model.tag.old");
        Files.move(model, old);
        ModelException e = assertThrows(ModelException.class, () -> ModelStore.load(model.toString(), hadoop));
        assertEquals(Problem.MISSING, e.problem());
        assertTrue(String.valueOf(e.getMessage()).contains(old.toString()), e.getMessage());
        ModelStore.requireWritable(model.toString(), hadoop);
        assertEquals(List.of("model"), CheckpointedRun.names(folder));
        ModelStore.load(model.toString(), hadoop);
    }

    /** Killed between the two renames of its only checkpoint. */
    @Test
    void aRunGoesOnFromACheckpointThatWasMovedAside() throws IOException {
        CheckpointedRun run = new CheckpointedRun(Files.createDirectories(folder.resolve("checkpoints")));
        RunConfig config = run.config();
        assertThrows(AssertionError.class, () -> run.start(config, state -> assertTrue(state.step() < 6, "killed")));
        String owner = run.newest().checkpoint().origin().run();
        Path checkpoint = folder.resolve("checkpoints/step-000000004");
        Path aside = folder.resolve("checkpoints/.step-000000004." + owner + ".tag.old");
        Path others = folder.resolve("checkpoints/.step-000000003.other.tag.old");
        Files.move(checkpoint, aside);
        Files.createDirectory(others);

        InvalidSettingException e = assertThrows(InvalidSettingException.class, () -> run.start(config, state -> {}));
        assertTrue(String.valueOf(e.getMessage()).contains("which holds some"), e.getMessage());
        Files.move(checkpoint, aside);
        ModelException misfit =
                assertThrows(ModelException.class, () -> run.run(config, new Resume(checkpoint + "x"), state -> {}));
        assertEquals(Problem.MISSING, misfit.problem());
        assertTrue(Files.exists(checkpoint), "whatever --resume says");
        Files.move(checkpoint, aside);
        List<Long> taken = new ArrayList<>();
        run.resume(config, state -> taken.add(state.step()));
        assertEquals(List.of(5L, 6L, 7L, 8L), taken);
        assertEquals(List.of(".step-000000003.other.tag.old", "step-000000004", "step-000000008"), run.names());
    }

    @Test
    void anotherRunsIsLeftWhereItIs() throws IOException {
        CheckpointedRun run = new CheckpointedRun(Files.createDirectories(folder.resolve("checkpoints")));
        run.start(run.config().with("schedule.rate", 0.5), state -> {});
        String owner = run.newest().checkpoint().origin().run();
        for (int step : new int[] {4, 8}) {
            Files.move(
                    folder.resolve("checkpoints/step-00000000" + step),
                    folder.resolve("checkpoints/.step-00000000" + step + "." + owner + ".tag.old"));
        }
        run.start(run.config(), state -> {});
        assertEquals(
                List.of(
                        ".step-000000004." + owner + ".tag.old",
                        ".step-000000008." + owner + ".tag.old",
                        "step-000000004",
                        "step-000000008"),
                run.names());
    }

    @Test
    void aTrialGoesWithTheNext() throws IOException {
        Path killed = folder.resolve("killed");
        CheckpointStore trial = new CheckpointStore(killed.toString(), new Configuration());
        AtomicFolder.trial(
                AtomicFolder.fileSystem(trial.place(1), new Configuration()),
                new org.apache.hadoop.fs.Path(killed + "/checkpoint"));
        assertEquals(1, CheckpointedRun.names(killed).size());
        trial.requireWritable();
        assertEquals(List.of(), CheckpointedRun.names(killed));
    }

    /** Whoever writes a model has the same name: only what is old cannot belong to a process at work. */
    @Test
    void whatKilledWritersLeftBesideAModelGoesOnceItIsOld() throws IOException {
        Configuration hadoop = new Configuration();
        Path model = folder.resolve("model");
        for (String name : List.of(
                ".model.model.tag1.new", ".model.model.tag2.new", ".other.model.tag.new", ".model.another.tag.new")) {
            Path left = Files.createDirectory(folder.resolve(name));
            Files.writeString(left.resolve("model.json"), "half");
        }
        for (String name : List.of(".model.model.tag1.new", ".other.model.tag.new", ".model.another.tag.new")) {
            FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
            Files.setLastModifiedTime(folder.resolve(name).resolve("model.json"), old);
            Files.setLastModifiedTime(folder.resolve(name), old);
        }
        ModelStore.save(SmallCheckpoint.of(RUN, 1).model(), model.toString(), hadoop);
        Files.createDirectory(folder.resolve(".model.model.tag3.old"));
        ModelStore.requireWritable(model.toString(), hadoop);
        assertEquals(
                List.of(".model.another.tag.new", ".model.model.tag2.new", ".other.model.tag.new", "model"),
                CheckpointedRun.names(folder));
    }
}
