package dev.convoy.spark.cli;

import dev.convoy.spark.guard.ExecutorWatch;
import dev.convoy.spark.guard.SparkFailure;
import dev.convoy.spark.train.StepSettings;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The connection to Spark: what spark-submit says, plus what Convoy needs to be right. */
final class Cluster {
    /** As in {@code org.apache.spark.scheduler.SchedulerBackend}; a master gives ids that begin with {@code app-}. */
    private static final String ID_WITHOUT_A_MASTER = "spark-application-";

    private Cluster() {}

    /**
     * @param command for the application's name, where the user gives none
     * @throws dev.convoy.spark.guard.ClusterException if no master answers
     */
    static JavaSparkContext connect(String command, Streams streams) {
        SparkConf conf = StepSettings.configure(new SparkConf()).setIfMissing("spark.master", "local[*]");
        // spark-submit names an application after its main class
        if (conf.get("spark.app.name", Convoy.class.getName()).equals(Convoy.class.getName())) {
            conf.setAppName("convoy " + command);
        }
        conf.setIfMissing(
                ExecutorWatch.CLOCK, "1s"); // how exactly guard.executor-seconds and guard.late-seconds are kept
        String master = conf.get("spark.master");
        if (!master.startsWith("local")) {
            streams.err().println("connecting to " + master);
        }
        if (isLocal(master)) {
            // A task whose memory runs out ends its executor, which here is this JVM: with Spark's exit code in place
            // of ours.
            conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
        }
        return Authentication.prepare(conf) ? new JavaSparkContext(conf) : afterWaiting(conf, master);
    }

    /**
     * Connects to a master that does not answer yet, for which Spark waits a minute. When it gives up, it stops the context and says why in
     * its log alone.
     */
    private static JavaSparkContext afterWaiting(SparkConf conf, String master) {
        JavaSparkContext spark;
        try {
            spark = new JavaSparkContext(conf);
        } catch (IllegalStateException
                | NullPointerException e) { // whichever comes first to a context that is being stopped
            throw SparkFailure.noAnswer(master, e);
        }
        if (spark.sc().applicationId().startsWith(ID_WITHOUT_A_MASTER)) {
            spark.close();
            throw SparkFailure.noAnswer(master, null);
        }
        return spark;
    }

    private static boolean isLocal(String master) {
        return master.equals("local") || master.startsWith("local[");
    }
}
