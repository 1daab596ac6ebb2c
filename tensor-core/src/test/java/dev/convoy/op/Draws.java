package dev.convoy.op;

import dev.convoy.kernel.PaddingMode;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** A random test case: numbers drawn one after the other, each a function of the seed and of how many came before. */
final class Draws {
    private final RandomKey key;
    private long next;

    Draws(String test, long seed) {
        this.key = RandomKey.of(seed, test);
    }

    /** {@code 0 .. bound-1}. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(key.bits(next++), bound);
    }

    int pick(int... choices) {
        return choices[below(choices.length)];
    }

    boolean coin() {
        return below(2) == 0;
    }

    PaddingMode mode() {
        return PaddingMode.values()[below(PaddingMode.values().length)];
    }

    /** Standard normal values. */
    Tensor normal(Shape shape) {
        RandomKey tensor = key.with(next++);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tensor.gaussian(i);
        }
        return Tensor.of(shape, values);
    }
}
