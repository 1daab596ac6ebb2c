package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = x^c} for a constant exponent; {@code dx = dy * c * x^(c-1)}.
 *
 * <p>Domain: every x for an integer c, which may be negative (infinite at 0); {@code x >= 0} for any other, NaN below. With c = 0, y is 1
 * and dx is 0 everywhere. For 0 < c < 1, dx is infinite at 0.
 *
 * <p>Computed in double and rounded once. Whole and half exponents up to {@value #MOST_FACTORS} take a few multiplications; any other takes
 * {@link StrictMath#pow}, whose bits are specified, and some 500 ns an element.
 */
public final class Pow {
    private static final int MOST_FACTORS = 32;

    private Pow() {}

    /** @throws IllegalArgumentException if the exponent is not finite */
    public static Variable apply(Tape tape, Variable x, double exponent) {
        if (!Double.isFinite(exponent)) {
            throw new IllegalArgumentException("pow: expected a finite exponent but got " + exponent);
        }
        Variable y = tape.output(x.shape(), x);
        for (int i = 0; i < x.value().size(); i++) {
            Elementwise.set(y.value(), i, (float) power(x.value().get(i), exponent));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                double slope = exponent == 0 ? 0 : exponent * power(x.value().get(i), exponent - 1);
                Elementwise.add(dx, i, dy.get(i), (float) slope);
            }
        });
        return y;
    }

    private static double power(double x, double exponent) {
        boolean whole = exponent == Math.rint(exponent);
        double factors = Math.abs(whole ? exponent : 2 * exponent);
        if (factors > MOST_FACTORS || factors != Math.rint(factors)) {
            return StrictMath.pow(x, exponent);
        }
        double square = whole ? x : Math.sqrt(x);
        double product = 1;
        for (int left = (int) factors; left > 0; left >>= 1, square *= square) {
            product *= (left & 1) == 1 ? square : 1;
        }
        return exponent < 0 ? 1 / product : product;
    }
}
