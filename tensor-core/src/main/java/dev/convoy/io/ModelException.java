package dev.convoy.io;

import org.jspecify.annotations.Nullable;

/** A stored model that cannot be used; the message names the file, what was expected and what came. */
public final class ModelException extends RuntimeException {
    /** What kind of mistake it is; the command line maps each to an exit code of its own. */
    public enum Problem {
        MISSING,
        CORRUPT,
        MISFIT
    }

    private final Problem problem;

    public ModelException(Problem problem, String message) {
        this(problem, message, null);
    }

    public ModelException(Problem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
