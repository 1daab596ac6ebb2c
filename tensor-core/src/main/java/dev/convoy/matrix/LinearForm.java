package dev.convoy.matrix;

import dev.convoy.tensor.Tensor;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * A weighted sum of a tensor's elements, {@code sum over e of coefficient[e] * element[e]}: one entry of a matrix. Most entries are
 * one element or zero; padding can make them sums. Immutable.
 *
 * @param terms element (its row-major position) to coefficient, none of which is 0
 */
public record LinearForm(SortedMap<Integer, Double> terms) {
    static final LinearForm ZERO = new LinearForm(new TreeMap<>());

    public LinearForm {
        terms = Collections.unmodifiableSortedMap(new TreeMap<>(terms));
    }

    static LinearForm of(int element) {
        return ZERO.plus(1, element);
    }

    public boolean isZero() {
        return terms.isEmpty();
    }

    /** This form with {@code coefficient * element} added. */
    LinearForm plus(double coefficient, int element) {
        TreeMap<Integer, Double> sum = new TreeMap<>(terms);
        sum.merge(element, coefficient, (a, b) -> a + b == 0 ? null : Double.valueOf(a + b));
        return new LinearForm(sum);
    }

    /** Its value for the elements given, summed in ascending order in double. */
    public double value(Tensor elements) {
        double sum = 0;
        for (Map.Entry<Integer, Double> term : terms.entrySet()) {
            sum += term.getValue() * elements.get(term.getKey());
        }
        return sum;
    }

    /** {@code w2}, {@code w1+w3}, {@code 0.25 x1}, {@code 0}. */
    public String toString(IntFunction<String> names) {
        StringBuilder text = new StringBuilder();
        terms.forEach((element, coefficient) -> {
            String factor = Math.abs(coefficient) == 1 ? "" : Decimal.of(Math.abs(coefficient)) + " ";
            String sign = coefficient < 0 ? "-" : text.length() == 0 ? "" : "+";
            text.append(sign).append(factor).append(names.apply(element));
        });
        return text.length() == 0 ? "0" : text.toString();
    }
}
