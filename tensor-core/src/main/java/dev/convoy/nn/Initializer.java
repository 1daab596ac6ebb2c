package dev.convoy.nn;

import dev.convoy.random.RandomKey;

/** The first value of each element of a parameter: a pure function of the parameter's key and the element's index. */
@FunctionalInterface
public interface Initializer {
    float value(RandomKey key, long index);

    static Initializer constant(float value) {
        return (key, index) -> value;
    }

    /** Normal with standard deviation {@code sqrt(2 / fanIn)}. Source: He et al., "Delving deep into rectifiers", 2015. */
    static Initializer he(int fanIn) {
        double std = Math.sqrt(2.0 / fanIn);
        return (key, index) -> (float) (std * key.gaussian(index));
    }

    /** Uniform within {@code +-1 / sqrt(fanIn)}, the usual choice for the last layer and for biases. */
    static Initializer uniform(int fanIn) {
        float bound = (float) (1 / Math.sqrt(fanIn));
        return (key, index) -> (2 * key.uniform(index) - 1) * bound;
    }
}
