package dev.convoy.optim;

import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum: {@code g = gradient + weightDecay * w}, {@code v = momentum * v + g},
 * {@code w = w - rate * v}; with Nesterov {@code w = w - rate * (g + momentum * v)}. Sources: Polyak, 1964; Sutskever et al., "On
 * the importance of initialization and momentum", 2013; the form is PyTorch's. With decoupled decay it is SGDW.
 */
public final class Sgd implements Optimizer {
    private final List<ParameterSlice> slices;
    private final WeightDecay decay;
    private final float momentum;
    private final boolean nesterov;
    private final float[] velocity;

    /** @param size the number of weights */
    public Sgd(int size, List<ParameterSlice> slices, WeightDecay decay, double momentum, boolean nesterov) {
        this.slices = List.copyOf(slices);
        this.decay = decay;
        this.velocity = new float[size];
        this.momentum = (float) momentum;
        this.nesterov = nesterov;
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        for (ParameterSlice slice : slices) {
            step(slice, weights, gradient, slice.rate(rate));
        }
    }

    private void step(ParameterSlice slice, float[] weights, float[] gradient, float rate) {
        float[] v = velocity;
        float kept = decay.kept(slice, rate);
        float penalty = decay.penalty(slice);
        for (int i = slice.offset(); i < slice.end(); i++) {
            float w = kept * weights[i];
            float g = Math.fma(penalty, w, gradient[i]);
            float next = Math.fma(momentum, v[i], g);
            v[i] = next;
            float direction = nesterov ? Math.fma(momentum, next, g) : next;
            weights[i] = Math.fma(-rate, direction, w);
        }
    }

    @Override
    public Map<String, float[]> state() {
        return Map.of("velocity", velocity);
    }
}
