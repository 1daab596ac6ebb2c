package dev.convoy.train;

import static dev.convoy.train.InvalidSettingException.require;

import java.io.Serializable;
import java.util.Set;

/**
 * What a run does when it goes wrong.
 *
 * @param onDivergence {@code stop}, or {@code roll-back}: return to the last checkpoint and go on at a lower learning rate
 * @param rateFactor the rate is multiplied by at each return
 * @param rollBacks how many there may be before the run stops
 * @param lateSeconds after which a task of a step is reported, if others of its size took much less; 0 for never
 * @param executorSeconds to wait when no executor is left before the run ends
 */
public record Guard(String onDivergence, double rateFactor, int rollBacks, double lateSeconds, double executorSeconds)
        implements Serializable {
    public Guard {
        require(
                Set.of("stop", "roll-back").contains(onDivergence),
                "guard.on-divergence",
                "stop or roll-back",
                "'" + onDivergence + "'");
        require(rateFactor > 0 && rateFactor < 1, "guard.rate-factor", "a number between 0 and 1", rateFactor);
        require(rollBacks >= 1, "guard.roll-backs", "at least 1", rollBacks);
        require(
                lateSeconds >= 0 && Double.isFinite(lateSeconds),
                "guard.late-seconds",
                "0 (never) or more",
                lateSeconds);
        require(
                executorSeconds > 0 && Double.isFinite(executorSeconds),
                "guard.executor-seconds",
                "a positive number",
                executorSeconds);
    }
}
