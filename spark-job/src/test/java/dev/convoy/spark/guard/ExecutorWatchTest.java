package dev.convoy.spark.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.StandaloneCluster;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.LearningRateFinder;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.JobSucceeded$;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Clusters without an executor. */
class ExecutorWatchTest {
    @TempDir
    private Path folder;

    private static final CountDownLatch END = new CountDownLatch(1);

    private static final class Told implements TrainingListener {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void warned(String line) {
            lines.add(line);
        }
    }

    /** A master without a worker. */
    @Test
    @Tag("slow")
    void aClusterThatNeverGivesAnExecutorEndsTheRun() throws IOException {
        Told told = new Told();
        try (StandaloneCluster cluster = StandaloneCluster.start(0);
                JavaSparkContext spark = LocalSpark.start(cluster.url(), often())) {
            ClusterException e =
                    assertThrows(ClusterException.class, () -> SyncSgdTrainer.train(spark, config(), List.of(told)));
            assertEquals(
                    "no executor for 2 s (guard.executor-seconds): none has come; do the cluster's workers run, with"
                            + " --executor-memory and cores to spare? --resume auto goes on from the newest checkpoint in "
                            + folder,
                    e.getMessage());
            assertTrue(
                    told.lines
                            .get(0)
                            .startsWith("no executor to work on: none has come; waiting for one, 0 s of at most 2"),
                    told.lines.toString());
            assertThrows(
                    ClusterException.class,
                    () -> SyncSgdTrainer.findRate(
                            spark, config(), new LearningRateFinder.Range(1e-3, 1, 10), List.of()));
        }
    }

    /** Between a look and the cancelling the job may be over, and the next one have begun. */
    @Test
    void theJobAfterACancelledOneIsCancelledToo() throws Exception {
        try (JavaSparkContext spark =
                LocalSpark.start("local[1]")) { // the driver alone, as on a cluster without executors
            ExecutorWatch watch = new ExecutorWatch(spark, 0, "", line -> {});
            watch.onJobStart(new SparkListenerJobStart(0, 0, none(), new Properties()));
            watch.onExecutorMetricsUpdate(heartbeat());

            JavaFutureAction<Void> next = spark.parallelize(List.of(0), 1).foreachAsync(any -> END.await());
            watch.onExecutorMetricsUpdate(heartbeat());

            assertThrows(ExecutionException.class, () -> next.get(1, TimeUnit.MINUTES));
        } finally {
            END.countDown();
        }
    }

    /** Looks come every second, words every ten; nobody waits for the tenth of them to be told that the time is over. */
    @Test
    void theFirstLookAfterTheTimeIsOverEndsTheRun() {
        long[] now = {0};
        Told told = new Told();
        try (JavaSparkContext spark = LocalSpark.start("local[1]")) {
            ExecutorWatch watch = new ExecutorWatch(spark, 12, "", told::warned, () -> now[0]);
            watch.onJobStart(new SparkListenerJobStart(0, 0, none(), new Properties()));
            for (int second = 0; second < 12; second++) {
                watch.onExecutorMetricsUpdate(heartbeat());
                now[0] += 1_000_000_000L;
            }
            assertEquals(2, told.lines.size(), told.lines.toString());
            assertTrue(told.lines.get(1).contains("10 s of at most 12"), told.lines.toString());
            watch.explain(cancelled());

            watch.onExecutorMetricsUpdate(heartbeat());
            assertThrows(ClusterException.class, () -> watch.explain(cancelled()));
        }
    }

    @Test
    void aTimeWithoutExecutorsThatTheRunGotOverDoesNotExplainALaterFailure() {
        try (JavaSparkContext spark = LocalSpark.start("local[1]")) {
            ExecutorWatch watch = new ExecutorWatch(spark, 0, "", line -> {});
            watch.onJobStart(new SparkListenerJobStart(0, 0, none(), new Properties()));
            watch.onExecutorMetricsUpdate(heartbeat());

            watch.explain(new SparkException("Job aborted: odd"));
        }
    }

    @Test
    void anExecutorThatTheRunGotOverDoesNotExplainALaterEnd() {
        SparkException removed =
                new SparkException("Job aborted due to stage failure: Master removed our application: KILLED");
        try (JavaSparkContext spark = LocalSpark.start("local[1]")) {
            ExecutorWatch watch = new ExecutorWatch(spark, 9, "", line -> {});
            watch.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "3", "Command exited with code 137"));
            assertThrows(ClusterException.class, () -> watch.explain(removed));

            watch.onJobEnd(new SparkListenerJobEnd(7, 0, JobSucceeded$.MODULE$));
            watch.explain(removed);
        }
    }

    private static SparkException cancelled() {
        return new SparkException("Job 3 cancelled as part of cancellation of all jobs");
    }

    private static <T> Seq<T> none() {
        return CollectionConverters.asScala(List.<T>of()).toSeq();
    }

    private static SparkListenerExecutorMetricsUpdate heartbeat() {
        return new SparkListenerExecutorMetricsUpdate("driver", none(), Map$.MODULE$.empty());
    }

    @Test
    void aClusterThatLosesItsLastWorkerEndsTheRunAndSaysWhatItLost() throws IOException {
        Told told = new Told();
        try (StandaloneCluster cluster = StandaloneCluster.start(1);
                JavaSparkContext spark = LocalSpark.start(cluster.url(), often())) {
            spark.parallelize(List.of(0), 1).count(); // the worker has given its executor
            TrainingListener kills = new TrainingListener() {
                @Override
                public void stepFinished(StepReport report) {
                    if (report.step() == 1) {
                        cluster.kill(cluster.workers().get(0));
                    }
                }
            };
            ClusterException e = assertThrows(
                    ClusterException.class, () -> SyncSgdTrainer.train(spark, config(), List.of(told, kills)));
            String message = String.valueOf(e.getMessage());
            assertTrue(
                    message.matches(
                            "no executor for 2 s .*: the last ones were lost: executor 0 \\(.*\\); .*--resume auto.*"),
                    message);
            assertFalse(message.contains("\n"), message);
        }
    }

    private static SparkConf often() {
        return new SparkConf().set("spark.driver.metrics.pollingInterval", "100ms");
    }

    private RunConfig config() throws IOException {
        SmallMnist.write(folder, 64, 16);
        return RunConfig.defaults()
                .with("model.name", "mlp")
                .with("data.path", folder.toString())
                .with("train.epochs", 4)
                .with("checkpoint.path", folder.toString())
                .with("guard.executor-seconds", 2.0);
    }
}
