package dev.convoy.spark.cli;

import dev.convoy.data.DataException;
import dev.convoy.io.ModelException;
import dev.convoy.kernel.KernelsUnavailableException;
import dev.convoy.spark.checkpoint.StoppedException;
import dev.convoy.spark.guard.ClusterException;
import dev.convoy.spark.guard.SparkFailure;
import dev.convoy.train.DivergedException;
import dev.convoy.train.InvalidSettingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;

/**
 * A failure as its user should see it: what kind it is, and one line. The cause that says most may lie deep, under Spark's account
 * of the task it failed in.
 */
record ErrorReport(ExitCode exitCode, String line) {

    static ErrorReport of(Throwable failure) {
        // The first known cause from the outside wins: outer ones of ours were wrapped on purpose.
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            ExitCode code = known(cause);
            if (code != null) {
                return new ErrorReport(code, firstLine(cause));
            }
            Optional<String> missing = MissingConnector.in(cause);
            if (missing.isPresent()) {
                return new ErrorReport(ExitCode.DATA_MISSING, missing.get());
            }
        }
        Optional<ClusterException> explained = SparkFailure.explain(failure, "");
        if (explained.isPresent()) {
            return of(explained.get());
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isShutDown(cause)) {
                return new ErrorReport(
                        ExitCode.SPARK_FAILURE, "interrupted while Spark was at work; no model was written");
            }
            if (isStopped(cause)) {
                return new ErrorReport(
                        ExitCode.SPARK_FAILURE,
                        "Spark gave up, for the reason it has logged; does the master run, and its workers, with the same"
                                + " spark.authenticate settings?");
            }
            if (cause instanceof SparkException) {
                return new ErrorReport(
                        ExitCode.SPARK_FAILURE, firstLine(cause) + " (--debug shows Spark's whole account)");
            }
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return new ErrorReport(ExitCode.DATA_MISSING, firstLine(cause));
            }
        }
        return new ErrorReport(
                ExitCode.INTERNAL_ERROR,
                failure.getClass().getSimpleName() + ": " + firstLine(failure)
                        + " (unexpected; --debug shows where it happened)");
    }

    /** What a running job meets when the JVM is told to end. */
    private static boolean isShutDown(Throwable cause) {
        return cause instanceof SparkException
                && firstLine(cause).endsWith("cancelled because SparkContext was shut down");
    }

    /**
     * What a driver meets after Spark has ended the application by itself, such as without an answer of the master: an illegal state
     * or a null pointer, whichever of Spark's own classes comes first to it.
     */
    private static boolean isStopped(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return (cause instanceof IllegalStateException || cause instanceof NullPointerException)
                && trace.length > 0
                && trace[0].getClassName().startsWith("org.apache.spark.");
    }

    private static @Nullable ExitCode known(Throwable cause) {
        if (cause instanceof CommandException mistake) {
            return mistake.exitCode();
        } else if (cause instanceof DataException data) {
            return switch (data.problem()) {
                case MISSING -> ExitCode.DATA_MISSING;
                case WRONG_FORMAT -> ExitCode.DATA_WRONG_FORMAT;
                case TRUNCATED -> ExitCode.DATA_TRUNCATED;
                case LABEL_OUT_OF_RANGE -> ExitCode.LABEL_OUT_OF_RANGE;
                case TOO_LARGE -> ExitCode.IMAGE_TOO_LARGE;
            };
        } else if (cause instanceof ModelException model) {
            return switch (model.problem()) {
                case MISSING -> ExitCode.MODEL_MISSING;
                case CORRUPT -> ExitCode.MODEL_CORRUPT;
                case MISFIT -> ExitCode.MODEL_MISFIT;
            };
        } else if (cause instanceof KernelsUnavailableException) {
            return ExitCode.KERNELS_UNAVAILABLE;
        } else if (cause instanceof DivergedException) {
            return ExitCode.DIVERGED;
        } else if (cause instanceof StoppedException stopped) {
            return stopped.isSaved() ? ExitCode.STOPPED : ExitCode.OUTPUT_NOT_WRITABLE;
        } else if (cause instanceof ClusterException cluster) {
            return switch (cluster.problem()) {
                case OUT_OF_MEMORY -> ExitCode.OUT_OF_MEMORY;
                case FAILED -> ExitCode.SPARK_FAILURE;
            };
        } else if (cause instanceof InvalidSettingException) {
            return ExitCode.INVALID_VALUE;
        } else if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
            return ExitCode.DATA_MISSING;
        } else if (cause instanceof OutOfMemoryError) {
            return ExitCode.OUT_OF_MEMORY;
        }
        return null;
    }

    private static String firstLine(Throwable cause) {
        String message = cause.getMessage();
        String line = message == null ? "" : message.lines().findFirst().orElse("");
        if (cause instanceof OutOfMemoryError) {
            return "out of memory (" + line
                    + "); raise --driver-memory and --executor-memory, or lower train.batch-size";
        }
        return line.isBlank() ? cause.getClass().getSimpleName() : line;
    }
}
