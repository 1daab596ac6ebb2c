package dev.convoy.nn;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A named slice of a flat array.
 *
 * @param name the path of the layer and the parameter's own name, such as {@code stage1.block2.conv1.weight}
 * @param offset where the slice begins, in floats
 */
public record Parameter(String name, Shape shape, int offset, Initializer initializer) {
    /** The slice of {@code flat} this parameter is. */
    public Tensor in(float[] flat) {
        return new Tensor(flat, offset, shape);
    }

    /**
     * Whether this is an additive or per-channel value rather than a matrix or filter: a bias, or the factor or shift of a
     * normalisation. Such parameters are few, and pulling them to zero does not make the network smoother.
     */
    public boolean isBiasOrNorm() {
        String own = name.substring(name.lastIndexOf('.') + 1);
        return shape.rank() <= 1 || Set.of("bias", "gamma", "beta").contains(own);
    }

    /**
     * Whether a pattern means this parameter: its whole name, or the path of a layer it lies in, such as {@code stage1.block2};
     * {@code *} stands for any characters, as in {@code *.bias}.
     */
    public boolean matches(String pattern) {
        String expression =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return name.matches(expression + "(\\..*)?");
    }
}
