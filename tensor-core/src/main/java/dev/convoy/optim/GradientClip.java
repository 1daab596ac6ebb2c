package dev.convoy.optim;

/**
 * Bounds a gradient before the step: each value to {@code [-value, value]}, then the whole to the Euclidean norm {@code norm}:
 * {@code g = g * min(1, norm / (|g| + 1e-6))}. Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
 * networks", 2013; the constant is PyTorch's.
 *
 * @param value 0 for no bound
 * @param norm 0 for no bound
 */
public record GradientClip(double value, double norm) {
    private static final double GUARD = 1e-6;

    /**
     * Clips in place.
     *
     * @param before the gradient's norm, as {@link #norm(float[])} gives it
     */
    public void apply(float[] gradient, double before) {
        double current = before;
        if (value > 0) {
            float bound = (float) value;
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = Math.max(-bound, Math.min(bound, gradient[i]));
            }
            current = norm > 0 ? norm(gradient) : current;
        }
        double factor = norm / (current + GUARD);
        if (norm > 0 && factor < 1) {
            float scale = (float) factor;
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= scale;
            }
        }
    }

    /** The Euclidean norm, taken as {@link Norm} says; finite if and only if every element is. */
    public static double norm(float[] gradient) {
        return Norm.of(gradient, 0, gradient.length);
    }
}
