package dev.convoy.optim;

import java.util.List;
import java.util.Map;

/**
 * RMSprop: {@code g = gradient + weightDecay * w}, {@code s = alpha s + (1-alpha) g^2}, {@code v = momentum * v + g / (sqrt(s) + epsilon)},
 * {@code w = w - rate * v}. Centered, {@code s - m^2} stands under the root, where {@code m = alpha m + (1-alpha) g}: the variance of
 * the gradient. Sources: Tieleman and Hinton, lecture 6.5, 2012; centered: Graves, 2013; the form is PyTorch's, but a variance that
 * rounding left below 0 counts as 0.
 */
public final class RmsProp implements Optimizer {
    private final List<ParameterSlice> slices;
    private final WeightDecay decay;
    private final double alpha;
    private final float epsilon;
    private final float momentum;
    private final boolean centered;
    private final float[] square;
    private final float[] mean;
    private final float[] velocity;

    /** @param size the number of weights */
    public RmsProp(
            int size,
            List<ParameterSlice> slices,
            WeightDecay decay,
            double alpha,
            double epsilon,
            double momentum,
            boolean centered) {
        this.slices = List.copyOf(slices);
        this.decay = decay;
        this.alpha = alpha;
        this.epsilon = (float) epsilon;
        this.momentum = (float) momentum;
        this.centered = centered;
        this.square = new float[size];
        this.mean = new float[centered ? size : 0];
        this.velocity = new float[size];
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        for (ParameterSlice slice : slices) {
            step(slice, weights, gradient, slice.rate(rate));
        }
    }

    private void step(ParameterSlice slice, float[] weights, float[] gradient, float rate) {
        float kept = decay.kept(slice, rate);
        float penalty = decay.penalty(slice);
        float share = (float) (1 - alpha);
        for (int i = slice.offset(); i < slice.end(); i++) {
            float w = kept * weights[i];
            float g = Math.fma(penalty, w, gradient[i]);
            float s = Math.fma((float) alpha, square[i], share * g * g);
            square[i] = s;
            float variance = s;
            if (centered) {
                float m = Math.fma(share, g - mean[i], mean[i]);
                mean[i] = m;
                variance = Math.max(Math.fma(-m, m, s), 0);
            }
            float next = Math.fma(momentum, velocity[i], g / ((float) Math.sqrt(variance) + epsilon));
            velocity[i] = next;
            weights[i] = Math.fma(-rate, next, w);
        }
    }

    @Override
    public Map<String, float[]> state() {
        return centered
                ? Map.of("square", square, "mean", mean, "velocity", velocity)
                : Map.of("square", square, "velocity", velocity);
    }
}
