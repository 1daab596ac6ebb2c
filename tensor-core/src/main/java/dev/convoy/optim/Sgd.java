package dev.convoy.optim;

import java.util.Map;

/**
 * Stochastic gradient descent with momentum: {@code g = gradient + weightDecay * w}, {@code v = momentum * v + g},
 * {@code w = w - rate * v}; with Nesterov {@code w = w - rate * (g + momentum * v)}. Sources: Polyak, 1964; Sutskever et al., "On
 * the importance of initialization and momentum", 2013; the form is PyTorch's.
 */
public final class Sgd implements Optimizer {
    private final float momentum;
    private final boolean nesterov;
    private final float weightDecay;
    private final float[] velocity;

    /** @param size the number of weights */
    public Sgd(int size, double momentum, boolean nesterov, double weightDecay) {
        this.velocity = new float[size];
        this.momentum = (float) momentum;
        this.nesterov = nesterov;
        this.weightDecay = (float) weightDecay;
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        float[] v = velocity;
        for (int i = 0; i < weights.length; i++) {
            float g = Math.fma(weightDecay, weights[i], gradient[i]);
            float next = Math.fma(momentum, v[i], g);
            v[i] = next;
            float direction = nesterov ? Math.fma(momentum, next, g) : next;
            weights[i] = Math.fma(-rate, direction, weights[i]);
        }
    }

    @Override
    public Map<String, float[]> state() {
        return Map.of("velocity", velocity);
    }
}
