package dev.convoy.spark.train;

import dev.convoy.spark.kryo.ConvoyRegistrator;
import org.apache.spark.SparkConf;

/** Spark's settings for steps of some milliseconds, where the user has set none; figures in decision 8. */
public final class StepSettings {
    private StepSettings() {}

    /** Adds them, and what makes messages right: {@link ConvoyRegistrator}. */
    public static SparkConf configure(SparkConf conf) {
        ConvoyRegistrator.configure(conf)
                // Waiting for a better place costs more than a remote read.
                .setIfMissing("spark.locality.wait", "0s")
                // Weights and gradients are noise to a compressor; what TCP lets through damaged, Spark's own frames do
                // too.
                .setIfMissing("spark.broadcast.compress", "false")
                .setIfMissing("spark.broadcast.checksum", "false")
                .setIfMissing("spark.shuffle.compress", "false")
                .setIfMissing("spark.shuffle.checksum.enabled", "false");
        // A step's arrays are large and die at once: G1 gives each regions of its own and starts a concurrent cycle
        // every few steps.
        if (!(conf.get("spark.executor.extraJavaOptions", "") + conf.get("spark.executor.defaultJavaOptions", ""))
                .matches("(?s).*-XX:[+-]Use\\w+GC.*")) {
            String options = conf.get("spark.executor.defaultJavaOptions", "");
            conf.set("spark.executor.defaultJavaOptions", (options + " -XX:+UseParallelGC").strip());
        }
        return conf;
    }
}
