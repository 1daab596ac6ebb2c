package dev.convoy.train;

import static dev.convoy.train.InvalidSettingException.require;

import dev.convoy.optim.Improvement;
import java.io.Serializable;
import java.util.Set;

/**
 * Ends a run whose evaluations no longer improve; its model is then the best that was evaluated, not the last. The watched value also
 * says which checkpoint is the best one.
 *
 * @param patience evaluations in a row without improvement that are waited for; 0 to run to the end
 * @param watch {@code loss} or {@code accuracy}
 * @param threshold the relative improvement that counts as one, see {@link Improvement}
 */
public record EarlyStopping(int patience, String watch, double threshold) implements Serializable {
    public EarlyStopping {
        require(patience >= 0, "early-stopping.patience", "0 (never stop early) or more", patience);
        require(
                Set.of("loss", "accuracy").contains(watch),
                "early-stopping.watch",
                "loss or accuracy",
                "'" + watch + "'");
        require(threshold >= 0 && threshold < 1, "early-stopping.threshold", "0 <= threshold < 1", threshold);
    }

    /**
     * The best evaluation so far.
     *
     * @param value of what is watched
     * @param step after which it was
     * @param waited evaluations since
     */
    public record Best(double value, long step, int waited) {}

    /** Before the first evaluation. */
    Best start() {
        return new Best(improvement().worst(), 0, 0);
    }

    /** After an evaluation. */
    Best next(Best best, Evaluation evaluation, long step) {
        double value = watch.equals("accuracy") ? evaluation.accuracy() : evaluation.loss();
        return improvement().over(best.value(), value)
                ? new Best(value, step, 0)
                : new Best(best.value(), best.step(), best.waited() + 1);
    }

    /** Whether the run ends here. */
    public boolean isOver(Best best) {
        return patience > 0 && best.waited() >= patience;
    }

    private Improvement improvement() {
        return new Improvement(watch.equals("accuracy"), threshold);
    }
}
