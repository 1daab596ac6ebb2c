package dev.convoy.train;

import java.util.Optional;

/** The states a run has written down. */
@FunctionalInterface
public interface Checkpoints {
    /** That after so many steps, in arrays of its own; empty if it is not there, or cannot be read whole. */
    Optional<TrainingState> after(long steps);
}
