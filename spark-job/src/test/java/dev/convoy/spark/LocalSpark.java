package dev.convoy.spark;

import dev.convoy.spark.train.StepSettings;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark for a test: quiet, on loopback, without a web page. */
public final class LocalSpark {
    private LocalSpark() {}

    public static JavaSparkContext start(String master) {
        return start(master, new SparkConf());
    }

    public static JavaSparkContext start(String master, SparkConf conf) {
        return new JavaSparkContext(StepSettings.configure(conf.setMaster(master)
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .setIfMissing("spark.executor.memory", "512m")));
    }
}
