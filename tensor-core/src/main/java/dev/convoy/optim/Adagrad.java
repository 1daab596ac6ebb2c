package dev.convoy.optim;

import java.util.List;
import java.util.Map;

/**
 * Adagrad: {@code g = gradient + weightDecay * w}, {@code s = s + g^2},
 * {@code w = w - rate / (1 + (t-1) rateDecay) * g / (sqrt(s) + epsilon)}. Source: Duchi, Hazan and Singer, 2011; the form is PyTorch's.
 */
public final class Adagrad implements Optimizer {
    private final List<ParameterSlice> slices;
    private final WeightDecay decay;
    private final double rateDecay;
    private final float epsilon;
    private final float[] squares;
    /** One value, the number of steps taken; exact up to 2^24. */
    private final float[] steps = new float[1];

    /** @param size the number of weights */
    public Adagrad(int size, List<ParameterSlice> slices, WeightDecay decay, double rateDecay, double epsilon) {
        this.slices = List.copyOf(slices);
        this.decay = decay;
        this.rateDecay = rateDecay;
        this.epsilon = (float) epsilon;
        this.squares = new float[size];
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        double falling = 1 + steps[0]++ * rateDecay;
        for (ParameterSlice slice : slices) {
            step(slice, weights, gradient, slice.rate(rate), falling);
        }
    }

    private void step(ParameterSlice slice, float[] weights, float[] gradient, float rate, double falling) {
        float kept = decay.kept(slice, rate);
        float penalty = decay.penalty(slice);
        float now = (float) (rate / falling);
        for (int i = slice.offset(); i < slice.end(); i++) {
            float w = kept * weights[i];
            float g = Math.fma(penalty, w, gradient[i]);
            float s = Math.fma(g, g, squares[i]);
            squares[i] = s;
            weights[i] = w - now * g / ((float) Math.sqrt(s) + epsilon);
        }
    }

    @Override
    public Map<String, float[]> state() {
        return Map.of("squares", squares, "steps", steps);
    }
}
