package dev.convoy.spark.cli;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.util.Utils;
import scala.Option;

/** The driver's part in {@code spark.authenticate} on a standalone cluster: it brings the secret, and asks whether it is the right one. */
final class Authentication {
    private static final String ENABLED = "spark.authenticate";

    /** As in {@code org.apache.spark.deploy.master.Master}. */
    private static final String MASTER_ENDPOINT = "Master";

    private Authentication() {}

    /**
     * Takes the secret from the environment, where Spark's master and workers find it but a driver does not look, and connects once:
     * with a wrong secret, or without one, Spark itself would try for a minute and then not say why.
     *
     * @return whether there is nothing to ask, or a master has answered
     * @throws CommandException if there is no secret to read, or the master refuses the connection
     */
    static boolean prepare(SparkConf conf) {
        String master = conf.get("spark.master");
        if (!master.startsWith("spark://")) {
            return true; // YARN and local masters make a secret of their own, Kubernetes mounts one
        }
        if (conf.getBoolean(ENABLED, false)) {
            bringSecret(conf);
        }
        return isAccepted(conf, master);
    }

    private static void bringSecret(SparkConf conf) {
        String name = SecurityManager.SPARK_AUTH_SECRET_CONF();
        String inherited = System.getenv(SecurityManager.ENV_AUTH_SECRET());
        String secret = inherited == null ? conf.get(name, "") : inherited; // in Spark's own order
        if (secret.isBlank()) {
            throw new CommandException(
                    ExitCode.INVALID_VALUE,
                    ENABLED + " is on but there is no secret; export it as " + SecurityManager.ENV_AUTH_SECRET());
        }
        conf.set(name, secret);
    }

    /** One master that answers is enough: false for one that cannot be reached, which is left to Spark, as it waits for it to come up. */
    private static boolean isAccepted(SparkConf conf, String master) {
        String host = conf.get("spark.driver.host", Utils.localHostName());
        var noKey = Option.<byte[]>empty();
        var security = new SecurityManager(conf, noKey, SecurityManager.$lessinit$greater$default$3());
        RpcEnv client = RpcEnv.create("convoy", host, -1, conf, security, true);
        try {
            Throwable refusal = null;
            for (String url : Utils.parseStandaloneMasterUrls(master)) {
                RpcAddress address = RpcAddress.fromSparkURL(url);
                try {
                    client.setupEndpointRef(address, MASTER_ENDPOINT);
                    return true;
                } catch (Exception e) { // Scala declares none
                    if (isUnreachable(e)) {
                        return false;
                    }
                    refusal = e;
                }
            }
            throw new CommandException(ExitCode.SPARK_FAILURE, master + refused(conf), refusal);
        } finally {
            client.shutdown();
        }
    }

    private static String refused(SparkConf conf) {
        return conf.getBoolean(ENABLED, false)
                ? " refused the connection: its secret is another one, or it asks for none; give the secret that it was started with"
                        + " (--secure with the right CONVOY_SECRET_FILE), or leave spark.authenticate out"
                : " refused the connection: it asks for a secret; connect with --secure, or as docs/cluster.md says";
    }

    /** Whether nobody answered, as against somebody who answered with a refusal. */
    private static boolean isUnreachable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean noAnswer = cause instanceof IOException
                    && String.valueOf(cause.getMessage()).startsWith("Failed to connect");
            if (noAnswer || cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }
}
