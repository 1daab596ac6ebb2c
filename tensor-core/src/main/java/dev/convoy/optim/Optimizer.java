package dev.convoy.optim;

import java.util.Map;

/**
 * Changes the flat weights along a gradient. Holds state of the weights' length; not for two threads. What a step does to a weight
 * depends on the order of nothing, except where a norm is said to be taken.
 */
public interface Optimizer {
    /**
     * One step.
     *
     * @param weights changed in place
     * @param gradient of the mean loss; may be changed
     * @param rate the learning rate
     */
    void step(float[] weights, float[] gradient, float rate);

    /** The state arrays by name, live; what a checkpoint has to keep. */
    Map<String, float[]> state();

    /** The weights to evaluate and to keep: {@code weights}, unless the optimizer has better ones. */
    default float[] evaluated(float[] weights) {
        return weights;
    }
}
