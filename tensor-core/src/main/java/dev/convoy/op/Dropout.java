package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Tensor;

/**
 * Each element is zeroed with probability p and the others are scaled by {@code 1 / (1 - p)}, so that the expectation stays;
 * {@code dx} is dy through the same mask. Source: Srivastava et al., "Dropout", 2014 (inverted form).
 */
public final class Dropout {
    private Dropout() {}

    /**
     * @param x {@code [N, ...]}
     * @param keys one key per sample: whether element i of a sample is dropped is a pure function of its key and i
     * @throws IllegalArgumentException unless {@code 0 <= probability < 1} and there is one key per sample
     */
    public static Variable apply(Tape tape, Variable x, float probability, RandomKey[] keys) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("dropout: expected 0 <= probability < 1 but got " + probability);
        }
        if (keys.length != x.shape().extent(0)) {
            throw new IllegalArgumentException(
                    "dropout: " + keys.length + " keys for input " + x.shape() + "; expected one per sample");
        }
        int size = x.shape().sizeOfOne();
        float keep = 1 / (1 - probability);
        Tensor mask = tape.buffer(x.shape());
        Variable y = tape.output(x.shape(), x);
        Tensor from = x.value();
        Tensor to = y.value();
        for (int n = 0; n < keys.length; n++) {
            for (int i = 0; i < size; i++) {
                int at = n * size + i;
                mask.array()[at] = keys[n].uniform(i) < probability ? 0f : keep;
                to.array()[to.offset() + at] = from.array()[from.offset() + at] * mask.array()[at];
            }
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                int at = dx.offset() + i;
                dx.array()[at] = Math.fma(dy.array()[dy.offset() + i], mask.array()[i], dx.array()[at]);
            }
        });
        return y;
    }
}
