package dev.convoy.spark.train;

import dev.convoy.spark.block.BlockAddress;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;

/** Keeps {@code spark.driver.maxResultSize}, which Spark does not for blocks that the driver fetches itself. */
final class ResultLimit {
    private final long most;
    private long bytes;
    private int tasks;

    ResultLimit(SparkConf conf) {
        this.most = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    }

    /** Counts what a task left; true if the driver may fetch that too. */
    boolean allows(BlockAddress[] left) {
        tasks++;
        for (BlockAddress block : left) {
            bytes += block.bytes();
        }
        return most == 0 || bytes <= most;
    }

    /** @throws IllegalStateException caused by an exception in Spark's own words, if there was more than allowed */
    void check() {
        if (most > 0 && bytes > most) {
            String tooMuch = String.format(
                    "Total size of serialized results of %d tasks (%s) is bigger than spark.driver.maxResultSize (%s)",
                    tasks, mebibytes(bytes), mebibytes(most));
            throw new IllegalStateException(new SparkException(tooMuch));
        }
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
