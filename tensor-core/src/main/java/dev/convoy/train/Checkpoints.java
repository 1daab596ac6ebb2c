package dev.convoy.train;

import java.util.Optional;

/** The states a run has written down. */
@FunctionalInterface
public interface Checkpoints {
    /**
     * That after so many steps, in arrays of its own; empty if it is not there, cannot be read whole, or is none by which the run came.
     *
     * @param now where the run is
     */
    Optional<TrainingState> after(long steps, TrainingState.Progress now);
}
