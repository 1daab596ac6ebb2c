package dev.convoy.optim;

import java.util.List;
import java.util.Map;

/**
 * Adam: {@code g = gradient + weightDecay * w}, {@code m = beta1 m + (1-beta1) g}, {@code v = beta2 v + (1-beta2) g^2},
 * {@code w = w - rate * (m / (1-beta1^t)) / (sqrt(v / (1-beta2^t)) + epsilon)}. Source: Kingma and Ba, 2015. With decoupled decay
 * it is AdamW.
 */
public final class Adam implements Optimizer {
    private final List<ParameterSlice> slices;
    private final WeightDecay decay;
    private final double beta1;
    private final double beta2;
    private final float epsilon;
    private final float[] mean;
    private final float[] square;
    /** One value, the number of steps taken, so that it travels with the rest of the state; exact up to 2^24. */
    private final float[] steps = new float[1];

    /** @param size the number of weights */
    public Adam(int size, List<ParameterSlice> slices, WeightDecay decay, double beta1, double beta2, double epsilon) {
        this.slices = List.copyOf(slices);
        this.decay = decay;
        this.mean = new float[size];
        this.square = new float[size];
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = (float) epsilon;
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        steps[0]++;
        for (ParameterSlice slice : slices) {
            step(slice, weights, gradient, slice.rate(rate));
        }
    }

    private void step(ParameterSlice slice, float[] weights, float[] gradient, float rate) {
        float kept = decay.kept(slice, rate);
        float penalty = decay.penalty(slice);
        float meanShare = (float) (1 - beta1);
        float squareKept = (float) beta2;
        float squareShare = (float) (1 - beta2);
        float rateOfMean = (float) (rate / (1 - StrictMath.pow(beta1, steps[0])));
        float unbias = (float) (1 / StrictMath.sqrt(1 - StrictMath.pow(beta2, steps[0])));
        for (int i = slice.offset(); i < slice.end(); i++) {
            float w = kept * weights[i];
            float g = Math.fma(penalty, w, gradient[i]);
            float m = Math.fma(meanShare, g - mean[i], mean[i]);
            float s = Math.fma(squareKept, square[i], squareShare * g * g);
            mean[i] = m;
            square[i] = s;
            weights[i] = w - rateOfMean * m / Math.fma((float) Math.sqrt(s), unbias, epsilon);
        }
    }

    @Override
    public Map<String, float[]> state() {
        return Map.of("mean", mean, "square", square, "steps", steps);
    }
}
