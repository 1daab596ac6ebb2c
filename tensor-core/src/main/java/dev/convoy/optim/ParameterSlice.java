package dev.convoy.optim;

/**
 * One parameter's run of the flat weights and what an optimizer does with it. Weights outside of every slice are not touched.
 *
 * @param name for messages
 * @param offset where it begins, in floats
 * @param size of how many floats
 * @param weightDecay the factor of the decay; 0 for none
 * @param rateFactor the slice's learning rate is the step's times this
 * @param adapted whether {@link Lars} and {@link Lamb} fit its rate to its norm
 */
public record ParameterSlice(
        String name, int offset, int size, double weightDecay, double rateFactor, boolean adapted) {
    public ParameterSlice {
        if (offset < 0 || size < 0 || weightDecay < 0 || !(rateFactor > 0)) {
            throw new IllegalArgumentException("parameter slice " + name
                    + ": expected offset, size and weight decay of at least 0 and a positive rate" + " factor but got "
                    + offset + ", " + size + ", " + weightDecay + " and " + rateFactor);
        }
    }

    /** All of {@code size} weights as one slice. */
    public static ParameterSlice whole(int size, double weightDecay) {
        return new ParameterSlice("weights", 0, size, weightDecay, 1, true);
    }

    /** The index after the last. */
    int end() {
        return offset + size;
    }

    float rate(float ofTheStep) {
        return ofTheStep * (float) rateFactor;
    }
}
