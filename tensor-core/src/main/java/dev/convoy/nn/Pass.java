package dev.convoy.nn;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Tensor;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One forward pass: the tape, the flat weights the layers read, and, in training, where gradients and statistics go. */
public final class Pass {
    /** The observer of a pass that is not observed. */
    public static final BiConsumer<Module, Variable> NOBODY = (layer, output) -> {};

    private final Tape tape;
    private final float[] weights;
    private final float[] buffers;
    private final @Nullable Training training;
    private final BiConsumer<Module, Variable> observer;

    /**
     * What a training pass has beyond an evaluation.
     *
     * @param gradient flat, of the weights' length; added to
     * @param bufferSums flat, of the buffers' length; each batch statistic is added times the number of samples
     * @param samples one key per sample of the batch, for dropout
     * @param frozen the names of parameters that get no gradient
     */
    public record Training(float[] gradient, float[] bufferSums, RandomKey[] samples, Set<String> frozen) {
        /** A pass that trains every parameter. */
        public Training(float[] gradient, float[] bufferSums, RandomKey[] samples) {
            this(gradient, bufferSums, samples, Set.of());
        }
    }

    private Pass(
            Tape tape,
            float[] weights,
            float[] buffers,
            @Nullable Training training,
            BiConsumer<Module, Variable> observer) {
        this.tape = tape;
        this.weights = weights;
        this.buffers = buffers;
        this.training = training;
        this.observer = observer;
    }

    public static Pass training(Tape tape, float[] weights, float[] buffers, Training training) {
        return new Pass(tape, weights, buffers, training, NOBODY);
    }

    public static Pass evaluation(Tape tape, float[] weights, float[] buffers) {
        return new Pass(tape, weights, buffers, null, NOBODY);
    }

    /** The same pass, whose {@code observer} is shown every layer's output once it is computed, inner layers first. */
    public Pass observed(BiConsumer<Module, Variable> observer) {
        return new Pass(tape, weights, buffers, training, observer);
    }

    /** Whether anybody is shown the layers' outputs: then none may be left out. */
    boolean isObserved() {
        return observer != NOBODY;
    }

    /** The layer's output for {@code x}, once the observer has seen it. */
    public Variable forward(Module layer, Variable x) {
        Variable y = layer.forward(this, x);
        observer.accept(layer, y);
        return y;
    }

    public Tape tape() {
        return tape;
    }

    /** The training side of this pass, or null in evaluation. */
    public @Nullable Training training() {
        return training;
    }

    /** The parameter's values, with its slice of the gradient in training, unless it is frozen. */
    public Variable parameter(Parameter parameter) {
        Tensor value = parameter.in(weights);
        return training == null || training.frozen().contains(parameter.name())
                ? tape.constant(value)
                : tape.parameter(value, parameter.in(training.gradient()));
    }

    /** The running average of earlier batches. */
    public Tensor buffer(Parameter parameter) {
        return parameter.in(buffers);
    }
}
