package dev.convoy.data;

import org.jspecify.annotations.Nullable;

/** Input data that cannot be used; the message names the file, what was expected and what came. */
public final class DataException extends RuntimeException {
    /** What kind of mistake it is; the command line maps each to an exit code of its own. */
    public enum Problem {
        MISSING,
        WRONG_FORMAT,
        TRUNCATED,
        LABEL_OUT_OF_RANGE,
        TOO_LARGE
    }

    private final Problem problem;

    public DataException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public DataException(Problem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
