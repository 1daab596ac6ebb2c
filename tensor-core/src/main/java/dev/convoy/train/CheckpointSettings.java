package dev.convoy.train;

import static dev.convoy.train.InvalidSettingException.require;

import java.io.Serializable;

/**
 * Where and when a run writes down all it has to remember. Changes no bit of the result. Several rules may hold at once; a checkpoint is
 * also written when an evaluation is the best so far, when the run is told to stop, and at its end.
 *
 * @param path the folder of the run's checkpoints, on any Hadoop file system; empty for none
 * @param everySteps steps between two; 0 for no such rule
 * @param everyMinutes minutes between two, as the clock says between steps; 0 for no such rule
 * @param everyEpochs epochs between two; 0 for no such rule
 * @param keep how many of the newest are kept, besides the one with the best evaluation
 */
public record CheckpointSettings(String path, int everySteps, double everyMinutes, int everyEpochs, int keep)
        implements Serializable {
    public CheckpointSettings {
        require(everySteps >= 0, "checkpoint.every-steps", "0 (no such rule) or more", everySteps);
        require(
                everyMinutes >= 0 && Double.isFinite(everyMinutes),
                "checkpoint.every-minutes",
                "0 (no such rule) or more",
                everyMinutes);
        require(everyEpochs >= 0, "checkpoint.every-epochs", "0 (no such rule) or more", everyEpochs);
        require(keep >= 1, "checkpoint.keep", "at least 1", keep);
    }

    /**
     * Whether the rules that count steps and epochs want a checkpoint here. Only to such a one may a run return: what the clock or a
     * signal has written must not decide a bit.
     *
     * @param taken steps so far
     */
    public boolean isDueAfter(long taken, int stepsPerEpoch) {
        boolean steps = everySteps > 0 && taken % everySteps == 0;
        return steps || (everyEpochs > 0 && taken % ((long) everyEpochs * stepsPerEpoch) == 0);
    }

    /**
     * The newest step of those; 0, where the run began, if there is none.
     *
     * @param taken steps so far; the newest is of these
     * @param except not this one
     */
    long newestDue(long taken, long except, int stepsPerEpoch) {
        long step = taken;
        while (step > 0 && (step == except || !isDueAfter(step, stepsPerEpoch))) {
            step--;
        }
        return step;
    }
}
