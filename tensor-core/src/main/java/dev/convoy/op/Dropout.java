package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * Each unit of a sample is zeroed with probability p and the others are scaled by {@code 1 / (1 - p)}, so that the expectation stays;
 * {@code dx} is dy through the same mask. Source: Srivastava et al., "Dropout", 2014 (inverted form).
 */
public final class Dropout {
    private Dropout() {}

    /** What shares one draw: the units of a sample of {@code size} elements, of which element i belongs to unit {@code i mod units}. */
    public enum Unit {
        /** Each element by itself. */
        ELEMENT("dropout"),

        /**
         * All pixels of a channel, {@code [N, ..., C]}. Source: Tompson et al., "Efficient object localization using convolutional
         * networks", 2015.
         */
        CHANNEL("spatial dropout"),

        /**
         * The whole sample: stochastic depth, for the last layer of a residual branch. Source: Huang et al., "Deep networks with
         * stochastic depth", 2016; survivors are scaled in training, as torchvision's mode {@code row} does, not in evaluation.
         */
        SAMPLE("stochastic depth");

        private final String title;

        Unit(String title) {
            this.title = title;
        }

        /** The name people know it by. */
        public String title() {
            return title;
        }

        private int perSample(Shape x) {
            return switch (this) {
                case ELEMENT -> x.sizeOfOne();
                case CHANNEL -> x.extent(-1);
                case SAMPLE -> 1;
            };
        }
    }

    /** Drops {@link Unit#ELEMENT elements}. */
    public static Variable apply(Tape tape, Variable x, float probability, RandomKey[] keys) {
        return apply(tape, x, Unit.ELEMENT, probability, keys);
    }

    /**
     * @param x {@code [N, ...]}
     * @param keys one key per sample: whether unit i of a sample is dropped is a pure function of its key and i
     * @throws IllegalArgumentException unless {@code 0 <= probability < 1} and there is one key per sample
     */
    public static Variable apply(Tape tape, Variable x, Unit unit, float probability, RandomKey[] keys) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException(unit.title + ": expected 0 <= probability < 1 but got " + probability);
        }
        if (x.shape().rank() < 1 || keys.length != x.shape().extent(0)) {
            throw new IllegalArgumentException(
                    unit.title + ": " + keys.length + " keys for input " + x.shape() + "; expected one per sample");
        }
        if (unit == Unit.CHANNEL && x.shape().rank() < 2) {
            throw new IllegalArgumentException(unit.title + ": expected an input [N, ..., C] but got " + x.shape());
        }
        int size = x.shape().sizeOfOne();
        int units = Math.min(size, unit.perSample(x.shape()));
        float keep = 1 / (1 - probability);
        Tensor mask = tape.buffer(x.shape());
        Variable y = tape.output(x.shape(), x);
        Tensor from = x.value();
        Tensor to = y.value();
        for (int n = 0; n < keys.length; n++) {
            int first = n * size;
            draw(keys[n], units, probability, keep, mask.array(), first);
            for (int i = units; i < size; i++) {
                mask.array()[first + i] = mask.array()[first + i - units];
            }
        }
        for (int i = 0; i < to.size(); i++) {
            to.array()[to.offset() + i] = from.array()[from.offset() + i] * mask.array()[i];
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            x.addInPlaceOf(y, dx -> {
                for (int i = 0; i < dx.size(); i++) {
                    dx.array()[dx.offset() + i] = Math.fma(dy.array()[dy.offset() + i], mask.array()[i], 0f);
                }
            });
        });
        return y;
    }

    /**
     * {@code mask[i] = key.uniform(i) < probability ? 0 : keep}, without a branch, which would be foretold wrongly as often as a unit is
     * dropped.
     */
    private static void draw(RandomKey key, int units, float probability, float keep, float[] mask, int at) {
        // A uniform is a whole multiple of 2^-24, so it is compared as one.
        int dropped = (int) Math.ceil(probability * 0x1p24);
        int kept = Float.floatToRawIntBits(keep);
        for (int i = 0; i < units; i++) {
            int drawn = (int) (key.bits(i) >>> 40);
            mask[at + i] = Float.intBitsToFloat(kept & ~((drawn - dropped) >> 31));
        }
    }
}
