package dev.convoy.spark.checkpoint;

/** The run was told to end before its last step. */
public final class StoppedException extends RuntimeException {
    private final boolean saved;

    StoppedException(String message, boolean saved) {
        super(message);
        this.saved = saved;
    }

    /** Whether there is a checkpoint of the last step taken. */
    public boolean isSaved() {
        return saved;
    }
}
