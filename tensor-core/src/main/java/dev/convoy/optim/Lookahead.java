package dev.convoy.optim;

import java.util.HashMap;
import java.util.Map;

/**
 * Any optimizer with slow weights beside the fast ones it moves: after every k of its steps {@code slow = slow + share * (w - slow)}
 * and {@code w = slow}. The slow ones are the result. Source: Zhang et al., "Lookahead optimizer: k steps forward, 1 step back", 2019.
 */
public final class Lookahead implements Optimizer {
    private final Optimizer fast;
    private final int every;
    private final float share;
    private final float[] slow;
    /** One value, the steps since the weights last met: 0 to k - 1. */
    private final float[] ahead = new float[1];

    /**
     * @param weights the first ones; copied
     * @param every k
     * @param share of the way the slow weights take
     */
    public Lookahead(Optimizer fast, float[] weights, int every, double share) {
        this.fast = fast;
        this.every = every;
        this.share = (float) share;
        this.slow = weights.clone();
    }

    @Override
    public void step(float[] weights, float[] gradient, float rate) {
        fast.step(weights, gradient, rate);
        if (++ahead[0] < every) {
            return;
        }
        ahead[0] = 0;
        for (int i = 0; i < weights.length; i++) {
            float next = Math.fma(share, weights[i] - slow[i], slow[i]);
            slow[i] = next;
            weights[i] = next;
        }
    }

    @Override
    public float[] evaluated(float[] weights) {
        return slow;
    }

    @Override
    public Map<String, float[]> state() {
        Map<String, float[]> all = new HashMap<>(fast.state());
        all.put("slow", slow);
        all.put("ahead", ahead);
        return all;
    }
}
