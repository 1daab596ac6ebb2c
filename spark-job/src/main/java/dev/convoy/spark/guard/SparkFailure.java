package dev.convoy.spark.guard;

import dev.convoy.spark.guard.ClusterException.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;

/** What a failure of Spark means. */
public final class SparkFailure {
    private SparkFailure() {}

    /** After these words, which are not those of an interrupted run, the reason stands in what became of the executors. */
    private static final Pattern ENDED =
            Pattern.compile("Master removed our application|SparkContext has been shutdown|stopped SparkContext");

    /**
     * One line with cause and fix, if the failure comes from Spark and is a known one; none if an exception of ours has caused it, which
     * says more.
     *
     * @param executors the last words of the executors that were lost
     */
    public static Optional<ClusterException> explain(Throwable failure, String executors) {
        List<String> account = new ArrayList<>();
        boolean sparks = false;
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            if (cause.getClass().getName().startsWith("dev.convoy.")) {
                return Optional.empty();
            }
            sparks |= isSparks(cause);
            account.add(cause.toString());
        }
        if (!sparks) {
            return Optional.empty();
        }
        String text = String.join("\n", account);
        return KnownFailure.in(ENDED.matcher(text).find() ? text + "\n" + executors : text)
                .map(known -> new ClusterException(known.problem(), known.line(), failure));
    }

    /** What to say where Spark has given up to reach a standalone master: it throws nothing that would tell so. */
    public static ClusterException noAnswer(String master, @Nullable Throwable cause) {
        return new ClusterException(Problem.FAILED, KnownFailure.NO_ANSWER.replace("$1", master), cause);
    }

    private static boolean isSparks(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return cause instanceof SparkException
                || (trace.length > 0 && trace[0].getClassName().startsWith("org.apache.spark."));
    }
}
