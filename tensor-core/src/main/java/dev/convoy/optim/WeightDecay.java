package dev.convoy.optim;

/**
 * How weight decay enters a step. Coupled, it is the gradient of an L2 penalty: {@code g = gradient + decay * w}. Decoupled, it shrinks
 * the weights beside the step: {@code w = (1 - rate * decay) * w}, then the step along the gradient alone. The two differ wherever
 * the step is not linear in the gradient. Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; PyTorch's AdamW
 * has the same form.
 */
public enum WeightDecay {
    COUPLED,
    DECOUPLED;

    /** The share of each weight that stays; 1 changes no bit. */
    float kept(ParameterSlice slice, float rate) {
        return this == DECOUPLED ? (float) (1 - rate * slice.weightDecay()) : 1;
    }

    /** What is added to the gradient, as a factor of the weight. */
    float penalty(ParameterSlice slice) {
        return this == COUPLED ? (float) slice.weightDecay() : 0;
    }
}
