package dev.convoy.autograd;

import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Tensor;
import java.util.List;

/**
 * The argument that the pullback of a linear operation is its transpose: {@code <A v, dy> = <v, A^T dy>} for random v and dy, with
 * no step to choose. An operation linear in each input alone, such as a convolution in image and filter, is checked input by input;
 * a constant part, such as a bias, is subtracted. Inner products are taken in double.
 *
 * @param kernels what computes
 * @param seed of dy
 * @param tolerance of the difference, relative to {@code |A v| |dy|}
 */
public record AdjointCheck(Kernels kernels, long seed, double tolerance) {

    /** Seed 1, tolerance 1e-5. */
    public static AdjointCheck with(Kernels kernels) {
        return new AdjointCheck(kernels, 1, 1e-5);
    }

    /**
     * Checks every input of {@code operation} at the values given.
     *
     * @param name for the message
     * @throws AssertionError with both numbers, if they differ
     */
    public void check(String name, Operation operation, Tensor... at) {
        Probe probe = new Probe(kernels, seed, operation);
        List<Tensor> inputs = List.of(at);
        Tensor y = probe.forward(inputs);
        Tensor dy = probe.random(name + ".dy", y.shape());
        for (int i = 0; i < at.length; i++) {
            Tensor gradient = probe.gradient(name, inputs, dy, i);
            Tensor zero = Tensor.zeros(at[i].shape().toArray());
            double left = Probe.dot(y, dy) - Probe.dot(probe.forward(Probe.replaced(inputs, i, zero)), dy);
            double right = Probe.dot(at[i], gradient);
            double scale = Probe.norm(y) * Probe.norm(dy);
            if (!(Math.abs(left - right) <= tolerance * scale)) {
                throw new AssertionError(name + ": the pullback of input " + i + " " + at[i].shape()
                        + " is not the transpose of the forward pass: <A v, dy> = " + left + " but <v, A^T dy> = "
                        + right
                        + ", they differ by " + Math.abs(left - right) / scale + " of |A v| |dy|, allowed is "
                        + tolerance
                        + " (seed " + seed + ")");
            }
        }
    }
}
