package dev.convoy.spark.guard;

import org.jspecify.annotations.Nullable;

/** The cluster cannot go on with the work; the message is one line that says why and what to do. */
public final class ClusterException extends RuntimeException {
    /** What kind of failure it is. */
    public enum Problem {
        /** Memory of the driver or an executor. */
        OUT_OF_MEMORY,
        /** Everything else. */
        FAILED
    }

    private final Problem problem;

    public ClusterException(Problem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
