package dev.convoy.spark.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A task that really hangs, until it has been reported. */
class TaskWatchTest {
    /** Shared by driver and tasks, which are one process here. */
    private static volatile CountDownLatch reported = new CountDownLatch(1);

    @Test
    void aTaskThatHangsIsReportedOnceWithItsPhase() throws InterruptedException {
        reported = new CountDownLatch(1);
        List<String> told = new CopyOnWriteArrayList<>();
        SparkConf conf = new SparkConf().set("spark.executor.heartbeatInterval", "50ms");
        try (JavaSparkContext spark = LocalSpark.start("local[2]", conf)) {
            Phase phase = Phase.register(spark);
            TaskWatch watch = new TaskWatch(0.5, 8, line -> {
                told.add(line);
                if (line.contains("computing shard 5")) {
                    reported.countDown();
                }
            });
            spark.sc().addSparkListener(watch);
            boolean hung = spark.parallelize(List.of(0, 1), 2)
                    .map(part -> {
                        if (part == 1) {
                            phase.enter("computing shard 5");
                            return reported.await(1, TimeUnit.MINUTES);
                        }
                        return true;
                    })
                    .reduce(Boolean::logicalAnd);
            assertTrue(hung, "the task went on before it was reported");
            assertEquals(1, told.size(), told.toString());
            assertTrue(
                    told.get(0)
                            .matches("step 1: a task is late: shards 4 to 7, running for .* s where others take .* s,"
                                    + " on executor driver \\(.*\\), attempt 1, .* % of it garbage collection,"
                                    + " phase: computing shard 5"),
                    told.get(0));
        }
    }

    /** What a heartbeat brings from another process; the task there reads from a socket that nobody writes to. */
    @Test
    @Tag("slow")
    void aTaskThatHangsInAnExecutorProcessIsReportedWithItsPhase() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        SparkConf conf = new SparkConf().set("spark.executor.heartbeatInterval", "50ms");
        try (ServerSocket silent = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
                JavaSparkContext spark = LocalSpark.start("local-cluster[1,1,1024]", conf)) {
            int port = silent.getLocalPort();
            Phase phase = Phase.register(spark);
            spark.sc().addSparkListener(new TaskWatch(0.5, 1, line -> {
                told.add(line);
                try {
                    silent.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            spark.parallelize(List.of(0), 1).foreach(part -> {
                phase.enter("computing shard 0");
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.getInputStream().read();
                } catch (IOException closed) {
                    phase.reset();
                }
            });
        }
        assertEquals(1, told.size(), told.toString());
        assertTrue(told.get(0).contains("on executor 0"), told.get(0));
        assertTrue(told.get(0).endsWith("phase: computing shard 0"), told.get(0));
    }

    @Test
    void tasksThatTakeTheirTimeTogetherAreNotLate() {
        List<String> told = new CopyOnWriteArrayList<>();
        SparkConf conf = new SparkConf().set("spark.executor.heartbeatInterval", "50ms");
        try (JavaSparkContext spark = LocalSpark.start("local[2]", conf)) {
            TaskWatch watch = new TaskWatch(60, 8, told::add);
            spark.sc().addSparkListener(watch);
            spark.parallelize(List.of(0, 1, 2, 3), 4).count();
        }
        assertEquals(List.of(), told);
    }
}
