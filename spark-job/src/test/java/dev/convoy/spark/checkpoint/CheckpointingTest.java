package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.Fingerprint;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Subset;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.checkpoint.Checkpointing.Maker;
import dev.convoy.spark.checkpoint.FaultyFileSystem.Fault;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.data.Shards;
import dev.convoy.train.LocalWorkers;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Training;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;

/** When checkpoints are written, and what becomes of the run when one cannot be; on one thread. */
class CheckpointingTest {
    @TempDir
    private Path folder;

    private final Configuration hadoop = FaultyFileSystem.configuration("faulty");
    private final List<String> notices = new ArrayList<>();
    private final TreeSet<String> everSeen = new TreeSet<>();
    private long nanos;

    @AfterEach
    void disarm() {
        FaultyFileSystem.arm(Fault.NONE, 0);
    }

    @Test
    void everyNStepsAndAtTheEnd() throws IOException {
        run(config().with("checkpoint.every-steps", 3).with("checkpoint.every-epochs", 0), state -> {});
        assertEquals(List.of("3", "6", "8"), seen());
    }

    @Test
    void everyNEpochs() throws IOException {
        run(config().with("train.epochs", 4).with("checkpoint.every-epochs", 2), state -> {});
        assertEquals(List.of("8", "16"), seen());
    }

    @Test
    void everyNMinutes() throws IOException {
        RunConfig config = config().with("checkpoint.every-epochs", 0).with("checkpoint.every-minutes", 2.5);
        run(config, state -> nanos += 60_000_000_000L);
        assertEquals(List.of("3", "6", "8"), seen());
    }

    @Test
    void atEachBestEvaluation() throws IOException {
        List<String> best = new ArrayList<>();
        RunConfig config = config().with("checkpoint.every-epochs", 0).with("train.evaluate-every-steps", 2);
        run(config, state -> {
            if (state.isBest()) {
                best.add(Long.toString(state.step()));
            }
        });
        assertTrue(best.contains("2"), best.toString());
        best.add("8");
        assertEquals(best.stream().distinct().toList(), seen());
    }

    /** Raised within this JVM: a handler of ours is in place, so it does not end. */
    @Test
    void aSignalEndsTheRunAfterTheStepAndAnotherSignalOnlyAsksForACheckpoint() {
        RunConfig config = config().with("checkpoint.every-epochs", 0);
        StoppedException e = assertThrows(
                StoppedException.class,
                () -> run(config, state -> {
                    if (state.step() == 3) {
                        raise("USR1");
                    } else if (state.step() == 5) {
                        raise("TERM");
                    }
                }));
        assertTrue(e.isSaved());
        assertTrue(String.valueOf(e.getMessage()).startsWith("stopped by SIGTERM after step "), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("--resume auto goes on from faulty:"), e.getMessage());
    }

    @Test
    void oneThatCannotBeWrittenIsReportedAndTheRunGoesOn() throws IOException {
        Optional<String> failure = run(config().with("checkpoint.every-steps", 2), state -> {
            if (state.step() == 4) {
                FaultyFileSystem.arm(Fault.DISK_FULL, 1000);
            }
        });
        assertEquals(List.of("2", "6", "8"), seen());
        assertEquals(Optional.empty(), failure);
        assertEquals(1, notices.size(), notices.toString());
        assertTrue(
                notices.get(0)
                        .startsWith(
                                "warning: no checkpoint after step 4: injected: no space left on device; the newest is "),
                notices.get(0));
        assertTrue(notices.get(0).endsWith("step-000000002"), notices.get(0));
    }

    @Test
    void anOldOneThatCannotBeDeletedIsReported() throws IOException {
        run(config().with("checkpoint.every-steps", 1), state -> {
            if (state.step() == 4) {
                FaultyFileSystem.arm(Fault.DELETE_THROWS, 0);
            }
        });
        assertEquals(List.of("warning: an old checkpoint stays: injected: delete"), notices);
    }

    @Test
    void theLastOneThatCannotBeWrittenIsAFailure() throws IOException {
        Optional<String> failure = run(config(), state -> {
            if (state.step() == 8) {
                FaultyFileSystem.arm(Fault.RENAME_SAYS_NO, 0);
            }
        });
        assertTrue(failure.orElseThrow().startsWith("could not rename "), failure.toString());
        assertTrue(failure.orElseThrow().endsWith("step-000000004"), failure.toString());
    }

    @Test
    void theFingerprintIsTheSameOnAClusterOfAnyShapeAndKnowsEveryByte() throws IOException {
        SmallMnist.write(folder, 50, 10);
        IdxSource source = IdxSource.find(folder.toString(), "train", 10, new Configuration());
        ImageBlock block = source.read(new Configuration());
        BatchPlan plan = new BatchPlan(3, 50, 8, 5);
        String local = fingerprint(block, plan);
        assertTrue(local.matches("50 images \\[28, 28, 1], crc32c [0-9a-f]{8}"), local);
        for (String master : List.of("local[1]", "local[3]")) {
            try (JavaSparkContext spark = LocalSpark.start(master)) {
                for (int partitions = 1; partitions <= 5; partitions += 2) {
                    assertEquals(
                            local,
                            Shards.fingerprint(
                                    Shards.divide(spark, source, Subset.all(50), plan, partitions),
                                    50,
                                    source.shape()));
                }
            }
        }
        for (int change = 0; change < 3; change++) {
            byte[] pixels = block.pixels().clone();
            int[] labels = block.labels().clone();
            long[] ids = block.ids().clone();
            switch (change) {
                case 0 -> pixels[pixels.length - 1] ^= 1;
                case 1 -> labels[49] ^= 1;
                default -> {
                    ids[0] = 1;
                    ids[1] = 0;
                }
            }
            ImageBlock other = new ImageBlock(block.image(), pixels, labels, ids);
            assertTrue(!local.equals(fingerprint(other, plan)), "change " + change);
        }
    }

    private static String fingerprint(ImageBlock block, BatchPlan plan) {
        return Fingerprint.of(
                block.count(),
                block.image(),
                Arrays.stream(plan.divide(block.ids()))
                        .map(members -> Fingerprint.ofShard(block.select(members)))
                        .toList());
    }

    @Test
    void howManyAreKeptDecidesNoBitOfARunThatReturnsToThem() throws IOException {
        List<String> all = new ArrayList<>();
        run(returning(99, "all"), Resume.NO, state -> all.add(account(state)));
        assertTrue(all.size() > 8, "some of the eight steps are taken again: " + all);
        for (int keep = 1; keep <= 2; keep++) {
            List<String> few = new ArrayList<>();
            run(returning(keep, "few" + keep), Resume.NO, state -> few.add(account(state)));
            assertEquals(all, few);
        }
    }

    @Test
    void aKillAnywhereChangesNoBitOfARunThatReturnsToCheckpoints() throws IOException {
        List<String> whole = new ArrayList<>();
        run(returning(1, "whole"), Resume.NO, state -> whole.add(account(state)));
        for (int kill = 1; kill <= whole.size(); kill++) {
            RunConfig config = returning(1, "killed" + kill);
            AtomicInteger left = new AtomicInteger(kill);
            assertThrows(
                    AssertionError.class,
                    () -> run(config, Resume.NO, state -> assertTrue(left.decrementAndGet() > 0, "killed")));
            List<String> rest = new ArrayList<>();
            run(config, new Resume("auto"), state -> rest.add(account(state)));
            assertEquals(whole.get(whole.size() - 1), rest.get(rest.size() - 1), "killed between steps, time " + kill);
        }
    }

    /** The rate jumps after step 3; the run diverges after step 6 and goes back to ever earlier states. */
    private RunConfig returning(int keep, String name) throws IOException {
        return config().with("schedule.name", "multi-step")
                .with("schedule.rate", 0.01)
                .with("schedule.milestones", List.of(0.4))
                .with("schedule.gamma", 1e6)
                .with("checkpoint.every-steps", 2)
                .with("checkpoint.keep", keep)
                .with(
                        "checkpoint.path",
                        "faulty://"
                                + Files.createDirectories(folder.resolve("checkpoints"))
                                        .resolveSibling(name))
                .with("guard.on-divergence", "roll-back")
                .with("guard.rate-factor", 0.01)
                .with("guard.roll-backs", 10);
    }

    private static String account(TrainingState state) {
        return state.step() + " after " + state.progress().rollBacks() + " returns: "
                + state.values().weightsSha256();
    }

    private interface Between {
        void steps(TrainingState state);
    }

    /** Two epochs of four steps; the failure of the last checkpoint. */
    private Optional<String> run(RunConfig config, Between between) throws IOException {
        return run(config, Resume.NO, between);
    }

    private Optional<String> run(RunConfig config, Resume resume, Between between) throws IOException {
        ImageBlock data = SmallMnist.sample("train").slice(0, 16);
        RunConfig divided =
                config.with("train.seed", 1L).with("train.batch-size", 4).with("train.shards", 1);
        LocalWorkers workers = new LocalWorkers(divided, data, data);
        ModelState first = ModelState.initial(workers.network(), 1);
        try (Checkpointing checkpoints =
                new Checkpointing(config, resume, new Maker(Map.of(), "scalar"), hadoop, notices::add, () -> nanos)) {
            TrainingListener before = new TrainingListener() {
                @Override
                public void betweenSteps(TrainingState state) {
                    between.steps(state);
                }
            };
            TrainingListener after = new TrainingListener() {
                @Override
                public void betweenSteps(TrainingState state) {
                    look();
                }
            };
            Training training = new Training(
                    config, workers.network(), workers.plan(), workers, List.of(before, checkpoints, after), first);
            checkpoints.begin(training, data.image(), Map.of("train", "16 images"));
            training.run();
            return checkpoints.failure();
        }
    }

    private RunConfig config() {
        return RunConfig.defaults()
                .with("model.name", "mlp")
                .with("kernels", "scalar")
                .with("train.epochs", 2)
                .with("train.batch-size", 4)
                .with("train.shards", 1)
                .with("checkpoint.path", "faulty://" + folder.resolve("checkpoints"));
    }

    private void look() {
        try (Stream<Path> all = Files.list(folder.resolve("checkpoints"))) {
            all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("step-"))
                    .forEach(everSeen::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> seen() {
        return everSeen.stream()
                .map(name -> Long.toString(Long.parseLong(name.substring(5))))
                .toList();
    }

    private static void raise(String name) {
        Signal.raise(new Signal(name));
    }
}
