package dev.convoy.optim;

import java.util.Map;

/** Changes the flat weights along a gradient. Holds state of the weights' length; not for two threads. */
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
}
