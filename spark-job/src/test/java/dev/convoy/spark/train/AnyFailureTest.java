package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.train.EndedTasks.Ended;
import dev.convoy.spark.train.WatchedRun.Case;
import dev.convoy.spark.train.Watcher.Answer;
import dev.convoy.spark.train.Watcher.Seen;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.util.Utils$;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever fails in the middle of a run, the state after every step stays the undisturbed one, and only what was lost is done again. */
class AnyFailureTest {
    @TempDir
    Path folder;

    private Case each;

    /** Four steps in each of two epochs; two partitions on two cores. */
    @BeforeEach
    void writeData() throws IOException {
        each = Case.of(folder, 60, 8, 17, 0);
    }

    @Test
    void aLayerThatThrowsOnChosenAttempts() throws Exception {
        try (JavaSparkContext spark = LocalSpark.start("local[2,4]")) {
            WatchedRun run = WatchedRun.agrees(spark, each, pass -> {
                boolean first = pass.step() == 1 && pass.partition() == 0 && pass.attempt() < 3;
                boolean second = pass.step() == 2 && pass.partition() == 1 && pass.attempt() == 0;
                boolean evaluation = !pass.training() && pass.attempt() == 0;
                return first || second || evaluation ? Answer.THROW : Answer.GO_ON;
            });
            run.assertEverySampleCountsOnce();
            assertEquals(List.of(0, 0, 0), failed(run.tasks().of(1)));
            assertEquals(List.of(1), failed(run.tasks().of(2)));
            assertEquals(Set.of(0, 1), Set.copyOf(failed(run.tasks().of(8))));
            for (long step = 1; step < 8; step++) {
                List<Ended> tasks = run.tasks().of(step);
                assertEquals(2, tasks.size() - failed(tasks).size(), "step " + step + " is done once: " + tasks);
                assertEquals(Set.of(), fetched(tasks), "step " + step + " reads no data anew");
            }
        }
    }

    @Test
    void aLostBlockIsMadeAgainFromTheShuffleAlone() throws Exception {
        try (JavaSparkContext spark = LocalSpark.start("local[2,4]")) {
            WatchedRun run =
                    WatchedRun.agrees(spark, each, pass -> Answer.GO_ON, after(3, () -> removeBlock(spark, 1)));
            assertEquals(Set.of(0, 1), fetched(run.tasks().of(0)), "the first step");
            for (long step = 1; step < 8; step++) {
                List<Ended> tasks = run.tasks().of(step);
                assertEquals(2, tasks.size(), "the data is not dealt again: " + tasks);
                assertEquals(step == 3 ? Set.of(1) : Set.of(), fetched(tasks), "step " + step);
            }
        }
    }

    @Test
    void aLostBlockWhoseShuffleFilesAreLostTooIsReadAndDealtAgain() throws Exception {
        try (JavaSparkContext spark = LocalSpark.start("local[2,4]")) {
            WatchedRun run = WatchedRun.agrees(spark, each, pass -> Answer.GO_ON, after(3, () -> {
                removeBlock(spark, 1);
                Stream.of(SparkEnv.get().blockManager().diskBlockManager().localDirs())
                        .flatMap(directory -> shuffleFiles(directory).stream())
                        .forEach(file -> assertTrue(file.delete()));
            }));
            List<Ended> tasks = run.tasks().of(3);
            assertEquals(List.of("FetchFailed"), reasons(tasks));
            assertEquals(1, run.attempts(3, 0), "the other partition is not done again");
            assertEquals(4, tasks.size(), "two partitions, one of them twice, and one task that deals: " + tasks);
        }
    }

    /** A local cluster has real executor processes; more than four partitions add their sums through a shuffle. */
    @Test
    void anExecutorKilledInTheMiddleOfAStepAndLostSumsOfAStep() throws Exception {
        Utils$.MODULE$.clearLocalRootDirs(); // Spark keeps those of the first context of a JVM
        File local = Files.createDirectory(folder.resolve("local")).toFile();
        SparkConf conf = new SparkConf().set("spark.default.parallelism", "6").set("spark.local.dir", local.toString());
        try (JavaSparkContext spark = LocalSpark.start("local-cluster[2,1,1024]", conf)) {
            executorKilled(spark, Case.of(folder, 60, 4, 17, 0).large());
            sumsLost(spark, local);
        } finally {
            Utils$.MODULE$.clearLocalRootDirs();
        }
    }

    private static void executorKilled(JavaSparkContext spark, Case each) throws Exception {
        AtomicReference<Seen> killed = new AtomicReference<>();
        WatchedRun run = WatchedRun.agrees(spark, each, pass -> {
            if (pass.step() == 2 && pass.partition() == 1 && killed.compareAndSet(null, pass)) {
                kill(pass.process());
            }
            return Answer.GO_ON;
        });
        run.assertEverySampleCountsOnce();
        assertEquals(2, run.attempts(2, 1), "the one that was cut off, and the one that counts");
        Set<Integer> lost = run.seen().stream()
                .filter(pass ->
                        pass.step() == 0 && pass.executor().equals(killed.get().executor()))
                .map(Seen::partition)
                .collect(Collectors.toSet());
        for (long step = 1; step < 8; step++) {
            Set<Integer> fetched = fetched(run.tasks().of(step));
            assertTrue(lost.containsAll(fetched), "step " + step + " reads " + fetched + " anew, but lost is " + lost);
        }
    }

    /** The files of all sums but one vanish once they are written, before anybody has fetched them. */
    private void sumsLost(JavaSparkContext spark, File local) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch fiveAreWritten = new CountDownLatch(5);
        SparkListener counts = new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd event) {
                if (event.taskInfo().successful()
                        && event.taskMetrics().shuffleWriteMetrics().recordsWritten() == 1) {
                    fiveAreWritten.countDown();
                }
            }
        };
        WatchedRun run = WatchedRun.agrees(
                spark,
                each,
                pass -> {
                    if (pass.step() == 2 && pass.partition() == 5 && done.compareAndSet(false, true)) {
                        fiveAreWritten.await();
                        newestShuffle(local).forEach(file -> assertTrue(file.delete()));
                    }
                    return Answer.GO_ON;
                },
                after(2, () -> spark.sc().addSparkListener(counts)));
        assertTrue(
                reasons(run.tasks().of(2)).contains("FetchFailed"),
                run.tasks().of(2).toString());
        run.assertEverySampleCountsOnce();
    }

    private static void kill(long process) {
        ProcessHandle executor = ProcessHandle.of(process).orElseThrow();
        executor.destroyForcibly();
        executor.onExit().join();
    }

    private static TrainingListener after(long step, Runnable work) {
        return new TrainingListener() {
            @Override
            public void betweenSteps(TrainingState state) {
                if (state.step() == step) {
                    work.run();
                }
            }
        };
    }

    private static void removeBlock(JavaSparkContext spark, int partition) {
        Set<Integer> persisted = spark.getPersistentRDDs().keySet();
        assertFalse(persisted.isEmpty());
        persisted.forEach(rdd -> SparkEnv.get().blockManager().master().removeBlock(new RDDBlockId(rdd, partition)));
    }

    private static List<File> shuffleFiles(File directory) {
        return files(directory)
                .filter(file -> file.getName().matches("shuffle_\\d+_\\d+_\\d+\\.(data|index)"))
                .toList();
    }

    /** Others come and go meanwhile, so what vanishes is left out. */
    private static Stream<File> files(File directory) {
        File[] inside = directory.listFiles();
        return inside == null ? Stream.of(directory) : Stream.of(inside).flatMap(AnyFailureTest::files);
    }

    /** Shuffles are numbered in the order in which they are made. */
    private static List<File> newestShuffle(File directory) {
        List<File> files = shuffleFiles(directory);
        int newest = files.stream().mapToInt(AnyFailureTest::shuffle).max().orElseThrow();
        return files.stream().filter(file -> shuffle(file) == newest).toList();
    }

    private static int shuffle(File file) {
        return Integer.parseInt(file.getName().split("_")[1]);
    }

    private static List<Integer> failed(List<Ended> tasks) {
        return tasks.stream()
                .filter(task -> !task.succeeded())
                .map(Ended::partition)
                .toList();
    }

    private static List<String> reasons(List<Ended> tasks) {
        return tasks.stream()
                .filter(task -> !task.succeeded())
                .map(Ended::reason)
                .toList();
    }

    private static Set<Integer> fetched(List<Ended> tasks) {
        return tasks.stream()
                .filter(task -> task.succeeded() && task.bytesFetched() > 0)
                .map(Ended::partition)
                .collect(Collectors.toSet());
    }
}
