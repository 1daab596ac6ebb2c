package dev.convoy.optim;

import java.util.Map;

/**
 * The exponential moving average of an array that training changes: after step t, counted from 0,
 * {@code average = d * average + (1 - d) * values} with {@code d = min(decay, (1 + t) / (10 + t))}, so that the first, arbitrary values
 * are forgotten soon. Sources: Polyak and Juditsky, 1992; the growing decay is TensorFlow's.
 */
public final class WeightAverage {
    private final double decay;
    private final float[] average;
    /** One value, the number of updates; exact up to 2^24. */
    private final float[] updates = new float[1];

    /** @param first the average of no steps; copied */
    public WeightAverage(float[] first, double decay) {
        this.average = first.clone();
        this.decay = decay;
    }

    public void update(float[] values) {
        double t = updates[0]++;
        float share = (float) (1 - Math.min(decay, (1 + t) / (10 + t)));
        for (int i = 0; i < average.length; i++) {
            average[i] = Math.fma(share, values[i] - average[i], average[i]);
        }
    }

    /** Live. */
    public float[] values() {
        return average;
    }

    /** The state arrays by name, live; what a checkpoint has to keep. */
    public Map<String, float[]> state() {
        return Map.of("average", average, "updates", updates);
    }
}
