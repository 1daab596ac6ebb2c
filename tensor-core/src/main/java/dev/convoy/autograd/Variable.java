package dev.convoy.autograd;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A value on a {@link Tape} with, if it depends on a parameter, the gradient of the loss with respect to it. */
public final class Variable {
    /** Floats that stay in the first-level cache beside two inputs of an addition. */
    private static final int PIECE = 4096;

    private final Tape tape;
    private final Tensor value;
    private final boolean needsGradient;
    private final @Nullable Variable viewed;
    private @Nullable Tensor gradient;
    private boolean handedOn;
    private boolean keepsGradient;

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

    /**
     * The gradient so far, of the value's shape; zeros at the first request. Used twice, a variable gets the sum of both uses.
     *
     * @throws IllegalStateException after the pullback of an operation that {@linkplain #addInPlaceOf handed the buffer on}, unless it
     *     was to be {@linkplain #keepGradient kept}
     */
    public Tensor gradient() {
        if (viewed != null) {
            return viewed.gradient().reshape(shape());
        }
        if (handedOn) {
            throw new IllegalStateException("the gradient of this output " + shape()
                    + " has become that of its operation's input; keepGradient() before the backward pass keeps both");
        }
        if (gradient == null) {
            gradient = tape.buffer(value.shape());
            clear(gradient, 0, gradient.size());
        }
        return gradient;
    }

    /** Before a backward pass: {@link #gradient} is to be looked at after it, so its buffer is not {@linkplain #addInPlaceOf handed on}. */
    public void keepGradient() {
        if (viewed != null) {
            viewed.keepGradient();
        }
        keepsGradient = true;
    }

    /**
     * Whether nothing was added to the gradient yet. Then {@link #gradient} has arbitrary contents from now on, and who asked puts
     * {@code 0 + v} into every element where it would have added v: the same bits, and memory is written once, not twice. False of a
     * parameter, whose gradient outlives the pass.
     */
    public boolean beginGradient() {
        if (viewed != null) {
            return viewed.beginGradient();
        }
        if (gradient != null) {
            return false;
        }
        gradient = tape.buffer(value.shape());
        return true;
    }

    /** A part of a pullback: adds to the elements of dx from {@code from} on, {@code size} of them. */
    @FunctionalInterface
    public interface Addition {
        void to(Tensor dx, int from, int size);
    }

    /**
     * Adds to the gradient piece by piece, if nothing was added to it yet: each piece is cleared right before, so that the zeros do
     * not travel to memory and back. Else it is one piece.
     *
     * @param unit how many elements are not to be divided: one, the channels of a pixel, an image
     */
    public void addToGradient(int unit, Addition addition) {
        int size = value.size();
        if (!beginGradient()) {
            addition.to(gradient(), 0, size);
            return;
        }
        Tensor dx = gradient();
        int piece = unit * Math.max(1, PIECE / Math.max(1, unit));
        for (int from = 0; from < size; from += piece) {
            int length = Math.min(piece, size - from);
            clear(dx, from, length);
            addition.to(dx, from, length);
        }
    }

    /**
     * Adds to the gradient what {@code overwriting} puts into every element of dx, which is {@code 0 + v}: the gradient itself, if nothing
     * was added to it yet, else a buffer.
     *
     * @return dx
     */
    public Tensor addOverwriting(Consumer<Tensor> overwriting) {
        boolean begins = beginGradient();
        Tensor dx = begins ? gradient() : tape.buffer(value.shape());
        overwriting.accept(dx);
        if (!begins) {
            add(
                    dx.size(),
                    dx.array(),
                    dx.offset(),
                    gradient().array(),
                    gradient().offset());
        }
        return dx;
    }

    /**
     * {@link #addOverwriting} where dx may be the gradient of {@code output} itself: if nothing was added to this one yet, it takes over
     * that buffer, still in the cache, and the other is gone. For the pullback of {@code output}, whose gradient nobody needs after it
     * but who {@linkplain #keepGradient said so}.
     */
    public Tensor addInPlaceOf(Variable output, Consumer<Tensor> overwriting) {
        if (viewed != null) {
            return viewed.addInPlaceOf(output, overwriting).reshape(shape());
        }
        if (gradient != null || output.gradient == null || output.keepsGradient) {
            return addOverwriting(overwriting);
        }
        gradient = output.gradient().reshape(shape());
        output.gradient = null;
        output.handedOn = true;
        overwriting.accept(gradient);
        return gradient;
    }

    private static void add(int size, float[] from, int fromAt, float[] to, int toAt) {
        for (int i = 0; i < size; i++) {
            to[toAt + i] += from[fromAt + i];
        }
    }

    private static void clear(Tensor dx, int from, int size) {
        Arrays.fill(dx.array(), dx.offset() + from, dx.offset() + from + size, 0f);
    }

    /** Back to zeros at the next request: for the output of an operation, before another backward pass. */
    void forgetGradient() {
        gradient = null;
        handedOn = false;
    }

    boolean hasGradient() {
        return viewed == null ? gradient != null : viewed.hasGradient();
    }
}
