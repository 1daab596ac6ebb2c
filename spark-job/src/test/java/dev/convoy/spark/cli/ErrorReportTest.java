package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.DataException;
import dev.convoy.spark.guard.ClusterException;
import java.util.Arrays;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class ErrorReportTest {
    @Test
    void codesAreDistinct() {
        assertEquals(
                ExitCode.values().length,
                Arrays.stream(ExitCode.values()).map(ExitCode::code).distinct().count());
    }

    @Test
    void aCauseUnderSparksAccountIsFound() {
        Throwable cause = new DataException(DataException.Problem.TRUNCATED, "a.gz: truncated");
        Throwable failure = new RuntimeException("wrapped", new SparkException("Job aborted:\nat a\nat b", cause));

        assertEquals(new ErrorReport(ExitCode.DATA_TRUNCATED, "a.gz: truncated"), ErrorReport.of(failure));
    }

    @Test
    void sparksOwnFailureIsOneLine() {
        ErrorReport report =
                ErrorReport.of(new SparkException("Job aborted: lost executor 1\nDriver stacktrace:", null));

        assertEquals(ExitCode.SPARK_FAILURE, report.exitCode());
        assertEquals("Job aborted: lost executor 1 (--debug shows Spark's whole account)", report.line());
    }

    @Test
    void anApplicationThatSparkHasEndedIsASparkFailure() {
        // The shapes met with an unreachable master: an illegal state or a null pointer out of Spark's own classes.
        for (RuntimeException seen : new RuntimeException[] {
            new IllegalStateException("SparkContext has been shutdown"), new NullPointerException("null")
        }) {
            seen.setStackTrace(new StackTraceElement[] {
                new StackTraceElement("org.apache.spark.SparkContext", "runJob", "SparkContext.scala", 1)
            });
            assertEquals(ExitCode.SPARK_FAILURE, ErrorReport.of(seen).exitCode());
        }
    }

    @Test
    void anInterruptedRunSaysSo() {
        ErrorReport report =
                ErrorReport.of(new SparkException("Job 66 cancelled because SparkContext was shut down", null));

        assertEquals(ExitCode.SPARK_FAILURE, report.exitCode());
        assertEquals("interrupted while Spark was at work; no model was written", report.line());
    }

    @Test
    void whatNobodyForesawSaysHowToSeeMore() {
        ErrorReport report = ErrorReport.of(new IllegalStateException("odd"));

        assertEquals(ExitCode.INTERNAL_ERROR, report.exitCode());
        assertEquals("IllegalStateException: odd (unexpected; --debug shows where it happened)", report.line());
    }

    @Test
    void whatTheGuardsSayIsReportedAsItIs() {
        ClusterException lost = new ClusterException(
                ClusterException.Problem.FAILED, "no executor for 120 s", new SparkException("Job 3 cancelled"));
        assertEquals(new ErrorReport(ExitCode.SPARK_FAILURE, "no executor for 120 s"), ErrorReport.of(lost));
    }

    @Test
    void aKnownFailureOfSparkSaysHowToMendIt() {
        ErrorReport report =
                ErrorReport.of(new SparkException("Job aborted due to stage failure: Task 0 failed 4 times:"
                        + " ExecutorLostFailure (executor 3 exited caused by one of the running tasks)"
                        + " Reason: Command exited with code 52"));

        assertEquals(ExitCode.OUT_OF_MEMORY, report.exitCode());
        assertTrue(report.line().contains("raise --executor-memory"), report.line());
    }

    @Test
    void outOfMemorySaysWhatToRaise() {
        ErrorReport report = ErrorReport.of(new SparkException("lost", new OutOfMemoryError("Java heap space")));

        assertEquals(ExitCode.OUT_OF_MEMORY, report.exitCode());
        assertTrue(report.line().contains("--executor-memory"), report.line());
    }
}
