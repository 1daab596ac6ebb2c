package dev.convoy.spark.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the process returns: one number for each kind of mistake, so that a script can tell them apart. Numbers never change.
 *
 * <p>A value that cannot be used is {@link #USAGE} where an option gives it and {@link #INVALID_VALUE} where a setting does. A value that
 * would do, but names a file, folder or file system with which something is wrong, or does not fit a model or the data, has the number
 * of that.
 */
public enum ExitCode {
    OK(0, "success"),
    INTERNAL_ERROR(1, "a bug in Convoy, or a failure nobody foresaw; --debug shows the trace"),
    USAGE(2, "a command or an option that does not exist, or an option's value that cannot be used"),
    UNKNOWN_KEY(3, "a setting that does not exist"),
    INVALID_VALUE(4, "a setting's value that cannot be used"),
    CONFIG_UNREADABLE(5, "a configuration file that is missing or not HOCON"),
    DATA_MISSING(6, "a data file that is missing or cannot be read, or a file system whose connector is missing"),
    DATA_WRONG_FORMAT(7, "a data file of another format"),
    DATA_TRUNCATED(8, "a data file that ends early"),
    LABEL_OUT_OF_RANGE(9, "a label that is not below data.classes"),
    MODEL_MISSING(10, "no model or checkpoint in the folder given"),
    MODEL_CORRUPT(11, "a model or checkpoint that cannot be read"),
    MODEL_MISFIT(12, "a model, network or checkpoint that does not fit the data or the settings"),
    KERNELS_UNAVAILABLE(13, "kernels that this JVM cannot run"),
    SPARK_FAILURE(14, "a failure inside Spark: no master, lost executors, a failed task"),
    OUT_OF_MEMORY(15, "too little memory for the driver or an executor"),
    OUTPUT_NOT_WRITABLE(16, "a result that could not be written"),
    DIVERGED(17, "a training whose loss is no longer a finite number"),
    KERNEL_FILE_INVALID(18, "a filter's kernel file that is no table of numbers"),
    IMAGE_TOO_LARGE(19, "an image of too many pixels"),
    STOPPED(20, "a training that a signal ended early; it can go on from its checkpoint"),
    VERIFY_FAILED(21, "a cluster that does not return the bits of this machine");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    /** Code to meaning, for the help text. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        for (ExitCode exitCode : values()) {
            meanings.put(Integer.toString(exitCode.code), exitCode.meaning);
        }
        return meanings;
    }
}
