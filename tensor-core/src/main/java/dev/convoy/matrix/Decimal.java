package dev.convoy.matrix;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people write them in matrices: {@code 0}, {@code -1}, {@code 0.25}, at most four significant digits. */
final class Decimal {
    private static final MathContext DIGITS = new MathContext(4);

    private Decimal() {}

    static String of(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        return BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
