package dev.convoy.train;

import dev.convoy.optim.Plateau;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a run remembers between two steps. With the settings and the data it determines every bit of what follows.
 *
 * @param step how many steps have been taken
 * @param values the weights and running averages that training moves
 * @param arrays by name, those of the optimizer ({@code optimizer.velocity}), of the moving average ({@code average.weights}) and of the
 *     best model ({@code best.weights}), as far as the settings ask for them
 * @param progress the numbers beside them
 */
public record TrainingState(long step, ModelState values, Map<String, float[]> arrays, Progress progress) {
    /**
     * @param plateau of the learning rate; null on any other schedule
     * @param rateFactor what returns to checkpoints have left of the learning rate; 1 without any
     * @param returns the steps that they led to, one after the other. Where a run returns follows from its settings and data, so these
     *     and the step say which of a run's states this is
     * @param best of the evaluations so far
     */
    public record Progress(
            Plateau.@Nullable State plateau, double rateFactor, List<Long> returns, EarlyStopping.Best best) {
        /** The step that the last return led to; -1 without any. */
        public long lastReturn() {
            return returns.isEmpty() ? -1 : returns.get(returns.size() - 1);
        }

        /** Whether a run came here by way of an earlier state: it has not returned since to a step before that. */
        public boolean cameBy(long step, Progress earlier) {
            return isBehind(earlier) && since(earlier).stream().allMatch(to -> to >= step);
        }

        /** Whether a run was in an earlier state, and has returned since to a step before that: it will be there again, with other values. */
        public boolean hasLeft(long step, Progress earlier) {
            return isBehind(earlier) && since(earlier).stream().anyMatch(to -> to < step);
        }

        private boolean isBehind(Progress earlier) {
            int then = earlier.returns.size();
            return then <= returns.size() && returns.subList(0, then).equals(earlier.returns);
        }

        private List<Long> since(Progress earlier) {
            return returns.subList(earlier.returns.size(), returns.size());
        }
    }

    /** The same values in arrays of its own, which no further step changes. */
    public TrainingState copy() {
        Map<String, float[]> copies = new TreeMap<>();
        arrays.forEach((name, array) -> copies.put(name, array.clone()));
        return new TrainingState(
                step, new ModelState(values.weights().clone(), values.buffers().clone()), copies, progress);
    }

    /** The values to evaluate and to keep after this step: the moving average, the slow weights, or what training moves. */
    public ModelState evaluated() {
        float[] averageWeights = arrays.get("average.weights.average");
        float[] averageBuffers = arrays.get("average.buffers.average");
        if (averageWeights != null && averageBuffers != null) {
            return new ModelState(averageWeights, averageBuffers);
        }
        float[] slow = arrays.get("optimizer.slow");
        return slow == null ? values : new ModelState(slow, values.buffers());
    }

    /** Whether the evaluation after this very step is the best so far. */
    public boolean isBest() {
        return step > 0 && progress.best().step() == step;
    }
}
