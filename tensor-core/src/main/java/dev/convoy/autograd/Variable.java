package dev.convoy.autograd;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A value on a {@link Tape} with, if it depends on a parameter, the gradient of the loss with respect to it. */
public final class Variable {
    private final Tape tape;
    private final Tensor value;
    private final boolean needsGradient;
    private final @Nullable Variable viewed;
    private @Nullable Tensor gradient;

    /**
     * @param viewed the variable whose elements and gradient this one shows in another shape, or null; of a view, what it views, so
     *     that a chain of them is asked without recursion
     * @param gradient null until it is asked for
     */
    Variable(Tape tape, Tensor value, boolean needsGradient, @Nullable Variable viewed, @Nullable Tensor gradient) {
        this.tape = tape;
        this.value = value;
        this.needsGradient = needsGradient;
        this.viewed = viewed == null || viewed.viewed == null ? viewed : viewed.viewed;
        this.gradient = gradient;
    }

    public Tensor value() {
        return value;
    }

    public Shape shape() {
        return value.shape();
    }

    /** Whether a pullback has to add to {@link #gradient}; it skips the work otherwise. */
    public boolean needsGradient() {
        return needsGradient;
    }

    /** The gradient so far, of the value's shape; zeros at the first request. Used twice, a variable gets the sum of both uses. */
    public Tensor gradient() {
        if (viewed != null) {
            return viewed.gradient().reshape(shape());
        }
        if (gradient == null) {
            Tensor fresh = tape.buffer(value.shape());
            Arrays.fill(fresh.array(), fresh.offset(), fresh.offset() + fresh.size(), 0f);
            gradient = fresh;
        }
        return gradient;
    }

    /** Back to zeros at the next request: for the output of an operation, before another backward pass. */
    void forgetGradient() {
        gradient = null;
    }

    boolean hasGradient() {
        return viewed == null ? gradient != null : viewed.hasGradient();
    }
}
