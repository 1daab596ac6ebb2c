package dev.convoy.spark.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.guard.ClusterException.Problem;
import dev.convoy.spark.kryo.ConvoyRegistrator;
import dev.convoy.train.ModelState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.reflect.ClassTag;

/** Failures of Spark, most of them provoked, and the one line each becomes. */
class FailuresTest {
    @Test
    void aMessageBeyondKryosBuffer() {
        SparkConf conf = conf("local[1]").set("spark.kryoserializer.buffer.max", "1m");
        ClusterException e = failureOf(conf, i -> {
            ModelState large = new ModelState(new float[1 << 20], new float[0]);
            return SparkEnv.get()
                    .serializer()
                    .newInstance()
                    .serialize(large, ClassTag.apply(ModelState.class))
                    .limit();
        });
        assertLine(e, Problem.FAILED, "--conf spark.kryoserializer.buffer.max=");
    }

    @Test
    void aClassThatIsNotRegistered() {
        ClusterException e = failureOf(conf("local[1]"), i -> new AtomicInteger());
        assertLine(
                e,
                Problem.FAILED,
                "java.util.concurrent.atomic.AtomicInteger is sent over the network but not registered");
    }

    @Test
    void resultsBeyondTheDriversBound() {
        SparkConf conf = conf("local[1]").set("spark.driver.maxResultSize", "1m");
        ClusterException e = failureOf(conf, i -> new ModelState(new float[1 << 20], new float[0]));
        assertLine(e, Problem.FAILED, "raise it with --conf spark.driver.maxResultSize=");
    }

    @Test
    @Tag("slow")
    void anExecutorWhoseHeapIsFull() {
        ClusterException e = failureOf(conf("local-cluster[1,1,1024]"), i -> {
            List<float[]> hoard = new ArrayList<>();
            while (true) {
                hoard.add(new float[1 << 24]);
                if (hoard.size() < 0) {
                    return hoard.size();
                }
            }
        });
        assertLine(e, Problem.OUT_OF_MEMORY, "raise --executor-memory");
    }

    @Test
    @Tag("slow")
    void anExecutorThatIsKilledFromOutside() {
        ClusterException e = failureOf(conf("local-cluster[1,1,1024]"), i -> {
            Runtime.getRuntime().halt(137);
            return i;
        });
        assertLine(e, Problem.OUT_OF_MEMORY, "spark.executor.memoryOverhead");
    }

    @Test
    @Tag("slow")
    void executorsWithoutTheJar() {
        SparkConf conf = conf("local-cluster[1,1,1024]").remove("spark.executor.extraClassPath");
        ClusterException e = failureOf(conf, i -> i);
        assertLine(e, Problem.FAILED, "Convoy's jar is not on its class path");
    }

    /** What Spark said where it cannot well be provoked here. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.io.InvalidClassException: org.apache.spark.rdd.RDD; local class incompatible: stream classdesc"
                        + " serialVersionUID = 1, local class serialVersionUID = 2 | different versions: of org.apache.spark.rdd.RDD",
                "java.lang.UnsupportedClassVersionError: dev/convoy/train/ShardTask has been compiled by a more recent version"
                        + " | Java is too old for dev/convoy/train/ShardTask",
                "java.io.IOException: No space left on device | spark.local.dir",
                "Task 0 in stage 4.0 failed 4 times, most recent failure: Lost task 0.3 in stage 4.0 (TID 13) (192.0.2.2 executor 0):"
                        + " TaskResultLost (result lost from block manager) | raise --driver-memory",
                "Exiting due to error from cluster scheduler: All masters are unresponsive! Giving up. | does it run",
                "ExecutorLostFailure (executor 3 exited caused by one of the running tasks) Reason: Container killed by YARN for"
                        + " exceeding physical memory limits. | spark.executor.memoryOverhead"
            })
    void whatSparkSaysOfOthers(String account, String expected) {
        Exception failure = new SparkException("Job aborted due to stage failure: " + account.strip());
        String line = SparkFailure.explain(failure, "").orElseThrow().getMessage();
        assertTrue(String.valueOf(line).contains(expected.strip()), line);
    }

    /** An executor that was lost hours ago, and replaced, explains no failure of today; one whose loss ended the application does. */
    @Test
    void theLastWordsOfExecutorsCountOnlyWhereTheyEndedTheRun() {
        String words = "Command exited with code 137";
        assertTrue(SparkFailure.explain(new SparkException("Job aborted: odd"), words)
                .isEmpty());
        assertTrue(SparkFailure.explain(new SparkException("Job 6 cancelled because SparkContext was shut down"), words)
                .isEmpty());
        SparkException removed =
                new SparkException("Job aborted due to stage failure: Master removed our application: FAILED");
        String line = String.valueOf(
                SparkFailure.explain(removed, words).orElseThrow().getMessage());
        assertTrue(line.contains("spark.executor.memoryOverhead"), line);
    }

    @Test
    void aMasterThatDoesNotAnswerHasOneLineWhoeverNoticesIt() {
        Exception spark =
                new SparkException("Job aborted due to stage failure: All masters are unresponsive! Giving up.");
        assertEquals(
                String.valueOf(SparkFailure.explain(spark, "").orElseThrow().getMessage())
                        .replace("All masters are unresponsive", "spark://a:7077"),
                SparkFailure.noAnswer("spark://a:7077", null).getMessage());
    }

    @Test
    void whatIsNotKnownIsLeftAsItIs() {
        assertTrue(
                SparkFailure.explain(new SparkException("Job aborted: odd"), "").isEmpty());
        assertTrue(
                SparkFailure.explain(new IllegalStateException("code 52"), "").isEmpty(), "not Spark's");
    }

    private static void assertLine(ClusterException e, Problem problem, String words) {
        String line = String.valueOf(e.getMessage());
        assertTrue(line.contains(words), line);
        assertFalse(line.contains("\n"), line);
        assertEquals(problem, e.problem());
    }

    /** Of a job in which each task returns what {@code work} makes of its number. */
    private static ClusterException failureOf(SparkConf conf, Function<Integer, Object> work) {
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            spark.parallelize(List.of(1, 2), 2).map(work).collect();
            throw new AssertionError("the job did not fail");
        } catch (Exception e) {
            return SparkFailure.explain(e, "").orElseThrow(() -> new AssertionError(e));
        }
    }

    private static SparkConf conf(String master) {
        return ConvoyRegistrator.configure(new SparkConf()
                .setMaster(master)
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set("spark.executor.memory", "512m"));
    }
}
