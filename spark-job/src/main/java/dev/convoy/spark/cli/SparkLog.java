package dev.convoy.spark.cli;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** What Spark logs in this process. */
final class SparkLog {
    /** They log the trace of a failure that the command then reports as one line; lost executors are logged by others. */
    private static final List<String> REPORTED_ANYWAY = List.of(
            "org.apache.spark.SparkContext",
            "org.apache.spark.deploy.client.StandaloneAppClient$ClientEndpoint",
            "org.apache.spark.executor.Executor",
            "org.apache.spark.network.client.TransportClientFactory",
            "org.apache.spark.scheduler.TaskSetManager");

    private SparkLog() {}

    /** Leaves the account of failed tasks to the command. Executors elsewhere keep their logs whole. */
    static void leaveFailuresToTheCommand() {
        REPORTED_ANYWAY.forEach(name -> Configurator.setLevel(name, Level.OFF));
    }
}
