package dev.convoy.autograd;

import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The record of one forward pass: an append-only list of (output, pullback). {@link #backward} runs it from the end, so a network
 * of any depth needs no recursion. Used for one forward pass, by one thread.
 */
public final class Tape {
    private record Step(Variable output, Pullback pullback) {}

    private final Workspace workspace;
    private final Kernels kernels;
    private boolean recording;
    private final List<Step> steps = new ArrayList<>();

    private Tape(Workspace workspace, Kernels kernels, boolean recording) {
        this.workspace = workspace;
        this.kernels = kernels;
        this.recording = recording;
    }

    /** A tape that records, for training. Buffers handed out before by {@code workspace} are no longer valid. */
    public static Tape recording(Workspace workspace, Kernels kernels) {
        workspace.reset();
        return new Tape(workspace, kernels, true);
    }

    /** A tape that only computes, for evaluation: nothing on it needs a gradient. */
    public static Tape silent(Workspace workspace, Kernels kernels) {
        workspace.reset();
        return new Tape(workspace, kernels, false);
    }

    public Kernels kernels() {
        return kernels;
    }

    /** Input data: no gradient flows to it. */
    public Variable constant(Tensor value) {
        return new Variable(this, value, false, null, null);
    }

    /** The same value as a constant: no gradient flows through this use of it. */
    public Variable detach(Variable variable) {
        return constant(variable.value());
    }

    /** Runs a part of the forward pass in which nothing is recorded: no gradient flows through what it returns. */
    public Variable withoutGradient(Supplier<Variable> part) {
        boolean before = recording;
        recording = false;
        try {
            return detach(part.get());
        } finally {
            recording = before;
        }
    }

    /** A parameter, whose gradient is added to {@code gradient}. */
    public Variable parameter(Tensor value, Tensor gradient) {
        if (!value.shape().equals(gradient.shape())) {
            throw new IllegalArgumentException("parameter: its value " + value.shape() + " and its gradient "
                    + gradient.shape() + " differ in shape");
        }
        return new Variable(this, value, recording, null, gradient);
    }

    /** The output of an operation on {@code inputs}: a buffer of arbitrary contents, to be overwritten. */
    public Variable output(Shape shape, Variable... inputs) {
        return new Variable(this, buffer(shape), recording && anyNeedsGradient(inputs), null, null);
    }

    /** The output of an operation that only looks at its input in another shape; the two share values and gradient. */
    public Variable view(Shape shape, Variable input) {
        return new Variable(this, input.value().reshape(shape), recording && input.needsGradient(), input, null);
    }

    /** Room for an operation's own notes, of arbitrary contents, valid until the workspace is reset. */
    public Tensor buffer(Shape shape) {
        return new Tensor(workspace.take(shape.size()), 0, shape);
    }

    /** Remembers how to carry the gradient of {@code output} to the operation's inputs; does nothing where no input needs one. */
    public void record(Variable output, Pullback pullback) {
        if (output.needsGradient()) {
            steps.add(new Step(output, pullback));
        }
    }

    /**
     * Adds the derivative of {@code loss} to the gradient of every parameter.
     *
     * @throws IllegalArgumentException unless the loss is a single number
     */
    public void backward(Variable loss) {
        if (loss.value().size() != 1) {
            throw new IllegalArgumentException(
                    "backward: the loss must be a single number but has shape " + loss.shape());
        }
        backward(loss, Tensor.of(loss.shape(), 1f));
    }

    /**
     * Adds the vector-Jacobian product {@code dy^T dy/dparameter} to the gradient of every parameter: the derivative of
     * {@code <y, dy>}. Several outputs of one forward pass may be carried back one after the other.
     *
     * @param dy of the shape of y
     * @throws IllegalArgumentException if the shapes differ
     */
    public void backward(Variable y, Tensor dy) {
        if (!y.shape().equals(dy.shape())) {
            throw new IllegalArgumentException(
                    "backward: the output " + y.shape() + " and its adjoint " + dy.shape() + " differ in shape");
        }
        if (!y.needsGradient()) {
            return;
        }
        for (Step step : steps) {
            step.output().forgetGradient(); // what a pass before this one carried back is not carried back again
        }
        Tensor gradient = y.gradient();
        for (int i = 0; i < dy.size(); i++) {
            gradient.array()[gradient.offset() + i] += dy.get(i);
        }
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i).output().hasGradient()) {
                steps.get(i).pullback().run();
            }
        }
    }

    private static boolean anyNeedsGradient(Variable... inputs) {
        for (Variable input : inputs) {
            if (input.needsGradient()) {
                return true;
            }
        }
        return false;
    }
}
