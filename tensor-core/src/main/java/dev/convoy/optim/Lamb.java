package dev.convoy.optim;

import java.util.List;
import java.util.Map;

/**
 * Adam with a rate of its own for each parameter, for large batches: {@code m} and {@code v} as {@link Adam}'s without decay,
 * {@code u = (m / (1-beta1^t)) / (sqrt(v / (1-beta2^t)) + epsilon) + weightDecay * w}, {@code w = w - rate * |w| / |u| * u}. Norms
 * are those of a slice, taken as {@link Norm} says. Their ratio is 1 where one of them is 0 (below 1e-30) and for slices that are not adapted.
 * Source: You et al., "Large batch optimization for deep learning", 2020, algorithm 2 with the identity for phi.
 */
public final class Lamb implements Optimizer {
    private final List<ParameterSlice> slices;
    private final double beta1;
    private final double beta2;
    private final float epsilon;
    private final float[] mean;
    private final float[] square;
    /** One value, the number of steps taken; exact up to 2^24. */
    private final float[] steps = new float[1];

    /** @param size the number of weights */
    public Lamb(int size, List<ParameterSlice> slices, double beta1, double beta2, double epsilon) {
        this.slices = List.copyOf(slices);
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = (float) epsilon;
        this.mean = new float[size];
        this.square = new float[size];
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        steps[0]++;
        for (ParameterSlice slice : slices) {
            float[] update = gradient;
            update(slice, weights, gradient, update);
            float scaled = (float) (slice.rate(rate) * ratio(slice, weights, update));
            for (int i = slice.offset(); i < slice.end(); i++) {
                weights[i] = Math.fma(-scaled, update[i], weights[i]);
            }
        }
    }

    /** Fills the slice of {@code update}, which may be the gradient's own array. */
    private void update(ParameterSlice slice, float[] weights, float[] gradient, float[] update) {
        float decay = (float) slice.weightDecay();
        float meanShare = (float) (1 - beta1);
        float squareKept = (float) beta2;
        float squareShare = (float) (1 - beta2);
        float unbiasMean = (float) (1 / (1 - StrictMath.pow(beta1, steps[0])));
        float unbias = (float) (1 / StrictMath.sqrt(1 - StrictMath.pow(beta2, steps[0])));
        for (int i = slice.offset(); i < slice.end(); i++) {
            float g = gradient[i];
            float m = Math.fma(meanShare, g - mean[i], mean[i]);
            float s = Math.fma(squareKept, square[i], squareShare * g * g);
            mean[i] = m;
            square[i] = s;
            update[i] = Math.fma(decay, weights[i], unbiasMean * m / Math.fma((float) Math.sqrt(s), unbias, epsilon));
        }
    }

    private static double ratio(ParameterSlice slice, float[] weights, float[] update) {
        if (!slice.adapted()) {
            return 1;
        }
        double weightNorm = Norm.of(weights, slice.offset(), slice.end());
        double updateNorm = Norm.of(update, slice.offset(), slice.end());
        return Norm.isNothing(weightNorm) || Norm.isNothing(updateNorm) ? 1 : weightNorm / updateNorm;
    }

    @Override
    public Map<String, float[]> state() {
        return Map.of("mean", mean, "square", square, "steps", steps);
    }
}
