package dev.convoy.spark.cli;

import dev.convoy.spark.train.StepSettings;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The connection to Spark: what spark-submit says, plus what Convoy needs to be right. */
final class Cluster {
    private Cluster() {}

    /** @param command for the application's name, where the user gives none */
    static JavaSparkContext connect(String command, Streams streams) {
        SparkConf conf = StepSettings.configure(new SparkConf()).setIfMissing("spark.master", "local[*]");
        // spark-submit names an application after its main class
        if (conf.get("spark.app.name", Convoy.class.getName()).equals(Convoy.class.getName())) {
            conf.setAppName("convoy " + command);
        }
        String master = conf.get("spark.master");
        if (!master.startsWith("local")) {
            streams.err().println("connecting to " + master);
        }
        if (isLocal(master)) {
            // A task whose memory runs out ends its executor, which here is this JVM: with Spark's exit code in place
            // of ours.
            conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
        }
        Authentication.prepare(conf);
        return new JavaSparkContext(conf);
    }

    private static boolean isLocal(String master) {
        return master.equals("local") || master.startsWith("local[");
    }
}
