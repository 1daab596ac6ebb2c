package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.StandaloneCluster;
import dev.convoy.spark.train.EndedTasks.Ended;
import dev.convoy.spark.train.WatchedRun.Case;
import dev.convoy.spark.train.WatchedRun.Shape;
import dev.convoy.spark.train.Watcher.Answer;
import dev.convoy.spark.train.Watcher.Seen;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the machines of a cluster in the middle of a step: none of it changes the state after any step. */
@Tag("slow")
class StandaloneFailureTest {
    private static final String ELSEWHERE = "127.0.0.2";
    private static final long STEP = 2;

    @TempDir
    Path folder;

    private Case each;

    /** Four steps in each of two epochs. */
    @BeforeEach
    void writeData() throws IOException {
        each = Case.of(folder, 60, 8, 17, 0).large();
    }

    @Test
    void aWorkerKilledWithItsExecutor() throws Exception {
        AtomicBoolean killed = new AtomicBoolean();
        try (StandaloneCluster cluster = StandaloneCluster.start(2);
                JavaSparkContext spark = LocalSpark.start(cluster.url())) {
            WatchedRun run = WatchedRun.agrees(spark, each, pass -> {
                if (pass.step() == STEP && killed.compareAndSet(false, true)) {
                    cluster.kill(workerOf(cluster, pass));
                }
                return Answer.GO_ON;
            });
            run.assertEverySampleCountsOnce();
            assertTrue(
                    failures(run).contains("ExecutorLostFailure"), failures(run).toString());
            assertEquals(1, run.shape(7).executors());
        }
    }

    @Test
    void everyWorkerKilledUntilANewOneComes() throws Exception {
        AtomicBoolean killed = new AtomicBoolean();
        try (StandaloneCluster cluster = StandaloneCluster.start(2);
                JavaSparkContext spark = LocalSpark.start(cluster.url())) {
            WatchedRun run = WatchedRun.agrees(spark, each, pass -> {
                if (pass.step() >= STEP) {
                    synchronized (killed) { // else the one that lives longer could end the run meanwhile
                        if (killed.compareAndSet(false, true)) {
                            cluster.workers().forEach(cluster::kill);
                            cluster.addWorker();
                        }
                    }
                }
                return Answer.GO_ON;
            });
            run.assertEverySampleCountsOnce();
            assertEquals(1, run.shape(7).executors());
        }
    }

    /** A stopped process holds its connections but sends no heartbeat; Spark has another made in its place. */
    @Test
    void anExecutorThatIsStoppedAndSaysNothingMore() throws Exception {
        SparkConf conf = new SparkConf()
                .set("spark.executor.heartbeatInterval", "1s")
                .set("spark.network.timeout", "10s")
                .set("spark.network.timeoutInterval", "1s");
        AtomicBoolean stopped = new AtomicBoolean();
        try (StandaloneCluster cluster = StandaloneCluster.start(2);
                JavaSparkContext spark = LocalSpark.start(cluster.url(), conf)) {
            WatchedRun run = WatchedRun.agrees(spark, each, pass -> {
                if (pass.step() == STEP && stopped.compareAndSet(false, true)) {
                    new ProcessBuilder("kill", "-STOP", Long.toString(pass.process()))
                            .start()
                            .waitFor();
                }
                return Answer.GO_ON;
            });
            run.assertEverySampleCountsOnce();
            assertTrue(
                    failures(run).contains("ExecutorLostFailure"), failures(run).toString());
        }
    }

    /** A pass waits until the copy of its task, on the other machine, has succeeded. */
    @Test
    void aStragglerWhoseCopyFinishesFirst() throws Exception {
        SparkConf conf = new SparkConf()
                .set("spark.speculation", "true")
                .set("spark.speculation.interval", "50ms")
                .set("spark.speculation.multiplier", "1.1")
                .set("spark.speculation.quantile", "0.1");
        CountDownLatch copied = new CountDownLatch(1);
        AtomicLong waits = new AtomicLong(Long.MAX_VALUE);
        try (StandaloneCluster cluster = StandaloneCluster.start(1)) {
            assumeTrue(System.getProperty("os.name").equals("Linux"), ELSEWHERE + " is set up on Linux alone");
            cluster.addWorker(ELSEWHERE);
            try (JavaSparkContext spark = LocalSpark.start(cluster.url(), conf)) {
                spark.sc().addSparkListener(new SparkListener() {
                    @Override
                    public void onTaskEnd(SparkListenerTaskEnd event) {
                        // Any step may have copies; this one's were started later.
                        if (event.taskInfo().speculative()
                                && event.taskInfo().successful()
                                && event.taskInfo().taskId() > waits.get()) {
                            copied.countDown();
                        }
                    }
                });
                WatchedRun run = WatchedRun.agrees(spark, each, pass -> {
                    if (pass.step() == STEP && pass.partition() == 1 && pass.attempt() == 0) {
                        waits.set(pass.task());
                        await(copied);
                    }
                    return Answer.GO_ON;
                });
                run.assertEverySampleCountsOnce();
                List<Ended> copies = run.tasks().of(STEP).stream()
                        .filter(task -> task.speculative() && task.succeeded() && task.partition() == 1)
                        .toList();
                assertEquals(1, copies.size(), run.tasks().of(STEP).toString());
            }
        }
    }

    /**
     * Twenty steps in each of two epochs: a step has more tasks than cores, so a second executor comes when there is a worker for it,
     * and goes when idle.
     */
    @Test
    void dynamicAllocationAddsAnExecutorAndTakesItAway() throws Exception {
        SparkConf conf = new SparkConf()
                .set("spark.dynamicAllocation.enabled", "true")
                .set("spark.dynamicAllocation.shuffleTracking.enabled", "true")
                .set("spark.dynamicAllocation.shuffleTracking.timeout", "1s")
                .set("spark.dynamicAllocation.initialExecutors", "1")
                .set("spark.dynamicAllocation.minExecutors", "1")
                .set("spark.dynamicAllocation.maxExecutors", "2")
                .set("spark.dynamicAllocation.schedulerBacklogTimeout", "1s")
                .set("spark.dynamicAllocation.executorIdleTimeout", "10s")
                .set("spark.dynamicAllocation.cachedExecutorIdleTimeout", "10s");
        CountDownLatch added = new CountDownLatch(2);
        CountDownLatch removed = new CountDownLatch(1);
        AtomicBoolean room = new AtomicBoolean();
        try (StandaloneCluster cluster = StandaloneCluster.start(1, 2, Map.of());
                JavaSparkContext spark = LocalSpark.start(cluster.url(), conf)) {
            spark.sc().addSparkListener(new SparkListener() {
                @Override
                public void onExecutorAdded(SparkListenerExecutorAdded event) {
                    added.countDown();
                }

                @Override
                public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
                    removed.countDown();
                }
            });
            TrainingListener pause = new TrainingListener() {
                @Override
                public void betweenSteps(TrainingState state) {
                    if (state.step() == 20) {
                        await(removed);
                    }
                }
            };
            WatchedRun run = WatchedRun.agrees(
                    spark,
                    Case.of(folder, 320, 8, 16, 0),
                    pass -> {
                        if (pass.step() == 3) {
                            if (room.compareAndSet(false, true)) {
                                cluster.addWorker();
                            }
                            await(added);
                        }
                        return Answer.GO_ON;
                    },
                    pause);
            run.assertEverySampleCountsOnce();
            // The other may come as soon as tasks have waited for a second, but shards are divided anew for those that
            // stay.
            assertEquals(4, run.shape(2).partitions(), "two tasks a core, of one executor");
            assertEquals(new Shape(8, 2), run.shape(19), "divided anew over both");
            assertEquals(1, run.shape(21).executors(), "one is gone");
            assertEquals(new Shape(4, 1), run.shape(39), "divided anew again");
        }
    }

    private static Process workerOf(StandaloneCluster cluster, Seen pass) {
        return cluster.workers().stream()
                .filter(worker -> worker.descendants().anyMatch(child -> child.pid() == pass.process()))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> failures(WatchedRun run) throws Exception {
        return run.tasks().list().stream()
                .filter(task -> !task.succeeded())
                .map(Ended::reason)
                .toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(3, TimeUnit.MINUTES), "it has not come to this within three minutes");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
