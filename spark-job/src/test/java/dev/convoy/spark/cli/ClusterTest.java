package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.spark.guard.ExecutorWatch;
import dev.convoy.spark.report.Screen;
import java.io.PrintWriter;
import java.io.Writer;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class ClusterTest {
    /** Seconds of the settings are then kept to one, not to Spark's ten; a user's own interval stays. */
    @Test
    void theGuardsLookEverySecond() {
        assertEquals("1s", clock());
        System.setProperty(ExecutorWatch.CLOCK, "3s");
        try {
            assertEquals("3s", clock());
        } finally {
            System.clearProperty(ExecutorWatch.CLOCK);
        }
    }

    private static String clock() {
        CommandLineRun.of("--version"); // brings what spark-submit would
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        try (JavaSparkContext spark = Cluster.connect("test", new Streams(nowhere, nowhere, Screen.plain()))) {
            return spark.getConf().get(ExecutorWatch.CLOCK);
        }
    }
}
