package dev.convoy.spark.guard;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.KernelsUnavailableException;
import dev.convoy.spark.guard.ClusterException.Problem;
import dev.convoy.spark.kryo.Examples;
import dev.convoy.tensor.Shape;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import java.io.Serializable;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;

/**
 * What an executor has to have in common with the driver: Spark, Convoy, the form of what travels, and the bits of a small gradient.
 * It runs once in each JVM, before that does its first work.
 *
 * @param application its id: the check is done anew for each
 * @param kernels as in the settings
 * @param spark the driver's version
 * @param convoy the driver's version
 * @param java the driver's feature version
 * @param bits the driver's digest of a small gradient
 */
record ExecutorCheck(String application, String kernels, String spark, String convoy, int java, String bits)
        implements Serializable {
    private static final ConcurrentHashMap<ExecutorCheck, Optional<String>> DONE = new ConcurrentHashMap<>();

    /** The driver's own side of the comparison. */
    static ExecutorCheck ofDriver(String application, String kernels) {
        return new ExecutorCheck(
                application,
                kernels,
                org.apache.spark.package$.MODULE$.SPARK_VERSION(),
                convoyVersion(),
                Runtime.version().feature(),
                smallGradient(kernels));
    }

    /**
     * Checks this JVM, unless it has been.
     *
     * @return a warning, if there is cause for one
     * @throws ClusterException if it must not work for this driver
     * @throws KernelsUnavailableException if it lacks the kernels that are asked for
     */
    Optional<String> run() {
        Optional<String> known = DONE.get(this);
        return known != null ? known : DONE.computeIfAbsent(this, ExecutorCheck::examine);
    }

    /** Whether this JVM has passed. */
    boolean isDone() {
        return DONE.containsKey(this);
    }

    private Optional<String> examine() {
        require("Spark", spark, org.apache.spark.package$.MODULE$.SPARK_VERSION());
        require("Convoy", convoy, convoyVersion());
        String description;
        try {
            description = KernelProvider.named(kernels).kernels().description();
        } catch (KernelsUnavailableException e) {
            throw new KernelsUnavailableException(place() + ": " + e.getMessage());
        }
        Examples.roundTrip();
        require("the bits of a small gradient", bits, smallGradient(kernels));
        int here = Runtime.version().feature();
        if (kernels.equals("auto") && description.toLowerCase(Locale.ROOT).startsWith("scalar")) {
            return Optional.of(place() + " computes with the slow scalar kernels: " + description
                    + " (same bits; --require-vector makes this an error)");
        }
        return here == java
                ? Optional.empty()
                : Optional.of(place() + " runs Java " + here + " but the driver Java " + java);
    }

    private static void require(String what, String driver, String here) {
        if (!here.equals(driver)) {
            throw new ClusterException(
                    Problem.FAILED,
                    place() + " does not match the driver: " + what + " is " + here + " there but " + driver
                            + " on the driver; give all of them the same Spark and the same convoy.jar",
                    null);
        }
    }

    private static String place() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (java.net.UnknownHostException e) {
            host = "an unknown host";
        }
        String id = SparkEnv.get().executorId();
        return id.equals("driver") ? "the driver" : "executor " + id + " on " + host;
    }

    private static String convoyVersion() {
        return Objects.requireNonNullElse(ShardTask.class.getPackage().getImplementationVersion(), "unpackaged");
    }

    /**
     * The digest of one gradient, on images of a fixed pattern: of a network that has a first layer, direct sums, minimal filtering, batch norm, pooling
     * and a dense layer, on images small enough for a JVM that has compiled nothing yet.
     */
    private static String smallGradient(String kernels) {
        Shape image = Shape.of(16, 16, 1);
        int count = 3;
        byte[] pixels = new byte[count * image.size()];
        int[] labels = new int[count];
        long[] ids = new long[count];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31 + i / 7);
        }
        for (int n = 0; n < count; n++) {
            labels[n] = n;
            ids[n] = n;
        }
        RunConfig config = RunConfig.defaults().with("kernels", kernels).with("model.name", "cnn");
        ShardTask task = new ShardTask(config, image);
        ModelState state = ModelState.initial(task.network(), 1);
        GradientSum sum = task.gradient(
                state, new ImageBlock(image, pixels, labels, ids), 0, new BatchPlan(1, count, count, 1), 0, 0);
        return new ModelState(Objects.requireNonNull(sum.gradient()), Objects.requireNonNull(sum.bufferSums()))
                .weightsSha256();
    }
}
