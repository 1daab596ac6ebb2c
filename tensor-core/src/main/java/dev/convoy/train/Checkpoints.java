package dev.convoy.train;

import java.util.Optional;
import java.util.function.LongPredicate;

/** The states a run has written down. */
@FunctionalInterface
public interface Checkpoints {
    /** The newest that can be read whole, of those after a number of steps that passes; in arrays of its own. */
    Optional<TrainingState> newest(LongPredicate steps);
}
