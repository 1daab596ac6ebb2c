package dev.convoy.spark.guard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkException;

/** What a failure of Spark means. */
public final class SparkFailure {
    private SparkFailure() {}

    /**
     * One line with cause and fix, if the failure comes from Spark and is a known one.
     *
     * @param more what else is known of it, such as the last words of executors
     */
    public static Optional<ClusterException> explain(Throwable failure, String more) {
        List<String> account = new ArrayList<>();
        boolean sparks = false;
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            if (cause instanceof ClusterException) {
                return Optional.empty(); // said already
            }
            sparks |= cause instanceof SparkException
                    || cause.getClass().getName().startsWith("com.esotericsoftware.kryo");
            account.add(cause.toString());
        }
        if (!sparks) {
            return Optional.empty();
        }
        account.add(more);
        return KnownFailure.in(String.join("\n", account))
                .map(known -> new ClusterException(known.problem(), known.line(), failure));
    }
}
