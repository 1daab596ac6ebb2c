package dev.convoy.train;

import java.util.Locale;

/** What a run does with a sample: train on it, watch it while training, or test the result on it. Each has one use only. */
public enum Split {
    TRAINING,
    VALIDATION,
    TEST;

    /** As in messages: {@code validation}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
