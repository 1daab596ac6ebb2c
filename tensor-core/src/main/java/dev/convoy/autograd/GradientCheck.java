package dev.convoy.autograd;

import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Tensor;
import java.util.List;

/**
 * The argument that the pullbacks of any differentiable operation are right: along random directions v, the central difference
 * {@code (<f(x + h v), dy> - <f(x - h v), dy>) / 2h} equals {@code <v, J^T dy>}. Inner products are taken in double. The operation
 * must be smooth within h of x: keep inputs away from kinks such as that of a rectifier at 0.
 *
 * @param kernels what computes
 * @param seed of dy and the directions
 * @param step h; too small drowns in rounding, too large in curvature
 * @param tolerance of the difference, relative to {@code |v| |J^T dy|}; what rounding makes of {@code f} over the step is allowed
 *     besides, whatever the tolerance
 */
public record GradientCheck(Kernels kernels, long seed, double step, double tolerance) {
    private static final int DIRECTIONS = 3;
    /** How many times an element of y may have been rounded, in units of its last place. */
    private static final int ROUNDINGS = 4;

    /** Seed 1, step 1e-2, tolerance 1e-3. */
    public static GradientCheck with(Kernels kernels) {
        return new GradientCheck(kernels, 1, 1e-2, 1e-3);
    }

    /** This check with another step and tolerance. */
    public GradientCheck within(double otherStep, double otherTolerance) {
        return new GradientCheck(kernels, seed, otherStep, otherTolerance);
    }

    /**
     * Checks the gradient of every input of {@code operation} at the values given.
     *
     * @param name for the message
     * @throws AssertionError with both numbers and the element they disagree on most, if they differ
     */
    public void check(String name, Operation operation, Tensor... at) {
        Probe probe = new Probe(kernels, seed, operation);
        List<Tensor> inputs = List.of(at);
        Tensor y = probe.forward(inputs);
        Tensor dy = probe.random(name + ".dy", y.shape());
        double rounding = ROUNDINGS * 0x1p-24 * Probe.norm(y) * Probe.norm(dy) / step;
        for (int i = 0; i < at.length; i++) {
            Tensor gradient = probe.gradient(name, inputs, dy, i);
            for (int direction = 0; direction < DIRECTIONS; direction++) {
                Tensor v = probe.random(name + ".v" + direction, at[i].shape());
                double numeric = difference(probe, inputs, i, v, dy);
                double analytic = Probe.dot(v, gradient);
                double allowed = tolerance * Probe.norm(v) * Probe.norm(gradient) + rounding;
                if (!(Math.abs(numeric - analytic) <= allowed)) {
                    throw new AssertionError(name + ": the gradient of input " + i + " " + at[i].shape()
                            + " disagrees with the forward pass: central difference " + numeric
                            + " but <v, J^T dy> = " + analytic + ", allowed is " + allowed + " (seed " + seed
                            + ", step " + step + "); " + worst(probe, inputs, i, gradient, dy));
                }
            }
        }
    }

    private double difference(Probe probe, List<Tensor> inputs, int input, Tensor v, Tensor dy) {
        double ahead = Probe.dot(probe.forward(moved(inputs, input, v, step)), dy);
        double behind = Probe.dot(probe.forward(moved(inputs, input, v, -step)), dy);
        return (ahead - behind) / (2 * step);
    }

    private static List<Tensor> moved(List<Tensor> inputs, int input, Tensor v, double step) {
        float[] values = inputs.get(input).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] + step * v.get(i));
        }
        return Probe.replaced(inputs, input, Tensor.of(v.shape(), values));
    }

    /** Names the element, of the first thousand, whose derivative is furthest from its central difference. */
    private String worst(Probe probe, List<Tensor> inputs, int input, Tensor gradient, Tensor dy) {
        int size = gradient.size();
        int worst = 0;
        double worstNumeric = 0;
        double largest = -1;
        for (int i = 0; i < Math.min(size, 1000); i++) {
            Tensor unit = Tensor.zeros(gradient.shape().toArray());
            unit.array()[i] = 1;
            double numeric = difference(probe, inputs, input, unit, dy);
            double error = Math.abs(numeric - gradient.get(i));
            if (!(error <= largest)) {
                largest = error;
                worst = i;
                worstNumeric = numeric;
            }
        }
        return "worst is element " + worst + " of " + size + ": central difference " + worstNumeric + ", pullback "
                + gradient.get(worst);
    }
}
