package dev.convoy.optim;

import java.util.List;
import java.util.Map;

/**
 * SGD with a rate of its own for each parameter, for large batches: {@code local = trust * |w| / (|gradient| + weightDecay |w|)},
 * {@code v = momentum * v + rate * local * (gradient + weightDecay * w)}, {@code w = w - v}. Norms are those of a slice, taken as {@link
 * Norm} says. {@code local} is 1 where a norm is 0 (below 1e-30) and for slices that are not adapted. Source: You, Gitman and Ginsburg, "Large batch
 * training of convolutional networks", 2017, algorithm 1.
 */
public final class Lars implements Optimizer {
    private final List<ParameterSlice> slices;
    private final float momentum;
    private final double trust;
    private final float[] velocity;

    /**
     * @param size the number of weights
     * @param trust the share of its norm by which a step at rate 1 changes a parameter
     */
    public Lars(int size, List<ParameterSlice> slices, double momentum, double trust) {
        this.slices = List.copyOf(slices);
        this.momentum = (float) momentum;
        this.trust = trust;
        this.velocity = new float[size];
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        for (ParameterSlice slice : slices) {
            float decay = (float) slice.weightDecay();
            float local = (float) (slice.rate(rate) * local(slice, weights, gradient));
            for (int i = slice.offset(); i < slice.end(); i++) {
                float w = weights[i];
                float g = Math.fma(decay, w, gradient[i]);
                float v = Math.fma(momentum, velocity[i], local * g);
                velocity[i] = v;
                weights[i] = w - v;
            }
        }
    }

    private double local(ParameterSlice slice, float[] weights, float[] gradient) {
        if (!slice.adapted()) {
            return 1;
        }
        double weightNorm = Norm.of(weights, slice.offset(), slice.end());
        double gradientNorm = Norm.of(gradient, slice.offset(), slice.end());
        return Norm.isNothing(weightNorm) || Norm.isNothing(gradientNorm)
                ? 1
                : trust * weightNorm / (gradientNorm + slice.weightDecay() * weightNorm);
    }

    @Override
    public Map<String, float[]> state() {
        return Map.of("velocity", velocity);
    }
}
