package dev.convoy.nn;

import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which slice of a flat {@code float[]} each parameter is, in the order the layers were built. Immutable. */
public final class ParameterLayout {
    private final List<Parameter> parameters;
    private final int size;

    private ParameterLayout(List<Parameter> parameters, int size) {
        this.parameters = List.copyOf(parameters);
        this.size = size;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    /** The length of the flat array, in floats. */
    public int size() {
        return size;
    }

    /** The parameter that an element of the flat array belongs to. */
    public Parameter at(int index) {
        for (Parameter parameter : parameters) {
            if (index >= parameter.offset()
                    && index < parameter.offset() + parameter.shape().size()) {
                return parameter;
            }
        }
        throw new IndexOutOfBoundsException(index);
    }

    /** A flat array of the first values: each element a pure function of the seed, its parameter's name and its index. */
    public float[] initial(long seed) {
        float[] flat = new float[size];
        for (Parameter parameter : parameters) {
            RandomKey key = RandomKey.of(seed, "initial").with(parameter.name());
            for (int i = 0; i < parameter.shape().size(); i++) {
                flat[parameter.offset() + i] = parameter.initializer().value(key, i);
            }
        }
        return flat;
    }

    /** Collects parameters while a network is built. */
    static final class Builder {
        private final List<Parameter> parameters = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private int size;

        Parameter add(String name, Shape shape, Initializer initializer) {
            if (!names.add(name)) {
                throw new IllegalArgumentException(
                        "two parameters are named " + name + "; give their layers different names");
            }
            Parameter parameter = new Parameter(name, shape, size, initializer);
            size = Math.addExact(size, shape.size());
            parameters.add(parameter);
            return parameter;
        }

        ParameterLayout build() {
            return new ParameterLayout(parameters, size);
        }
    }
}
