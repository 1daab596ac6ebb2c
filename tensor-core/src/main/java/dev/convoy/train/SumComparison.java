package dev.convoy.train;

import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What two workers returned for the same step, bit for bit.
 *
 * @param expectedSha256 of the one's count, loss, number of right predictions, gradient and sums for the running averages
 * @param actualSha256 the same of the other's
 * @param differences a line each for the first of the network's parameters that differs, in forward order, the first running average that
 *     does, and the numbers beside them; empty if every bit agrees
 */
public record SumComparison(String expectedSha256, String actualSha256, List<String> differences) {
    static SumComparison of(GradientSum expected, GradientSum actual, Network network) {
        List<String> differences = new ArrayList<>();
        if (expected.count() != actual.count()) {
            differences.add("count: " + expected.count() + " samples expected but " + actual.count() + " came");
        }
        if (Double.doubleToRawLongBits(expected.lossSum()) != Double.doubleToRawLongBits(actual.lossSum())) {
            differences.add("loss: summed to " + expected.lossSum() + " expected but " + actual.lossSum() + " came");
        }
        if (expected.correct() != actual.correct()) {
            differences.add("right predictions: " + expected.correct() + " expected but " + actual.correct() + " came");
        }
        addFirst(differences, "gradient of ", network.weights(), expected.gradient(), actual.gradient());
        addFirst(differences, "batch statistics of ", network.buffers(), expected.bufferSums(), actual.bufferSums());
        return new SumComparison(sha256(expected), sha256(actual), List.copyOf(differences));
    }

    public boolean isEqual() {
        return differences.isEmpty() && expectedSha256.equals(actualSha256);
    }

    private static String sha256(GradientSum sum) {
        Sha256 digest = new Sha256().add(sum.count()).add(sum.lossSum()).add(sum.correct());
        if (sum.gradient() != null && sum.bufferSums() != null) {
            digest.add(sum.gradient()).add(sum.bufferSums());
        }
        return digest.hex();
    }

    private static void addFirst(
            List<String> differences,
            String what,
            ParameterLayout layout,
            float @Nullable [] expected,
            float @Nullable [] actual) {
        if (expected == null || actual == null || expected.length != actual.length) {
            if (expected != null || actual != null) {
                differences.add(what + "all layers: one of the two is empty, or of another length");
            }
            return;
        }
        String first = null;
        int others = 0;
        for (Parameter parameter : layout.parameters()) {
            String difference = difference(parameter, expected, actual);
            if (first == null) {
                first = difference;
            } else if (difference != null) {
                others++;
            }
        }
        if (first != null) {
            differences.add(what + first + (others == 0 ? "" : "; " + others + " more parameters differ"));
        }
    }

    /** {@code conv1.weight: 3 of 200 values differ, ...}; null if none does. */
    private static @Nullable String difference(Parameter parameter, float[] expected, float[] actual) {
        int from = parameter.offset();
        int size = parameter.shape().size();
        int count = 0;
        int first = 0;
        double largest = 0;
        for (int i = from + size - 1; i >= from; i--) {
            if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
                count++;
                first = i;
                largest = Math.max(largest, Math.abs((double) expected[i] - actual[i]));
            }
        }
        return count == 0
                ? null
                : String.format(
                        Locale.ROOT,
                        "%s: %,d of %,d values differ, by up to %.3g; the first, [%d], is %s but should be %s",
                        parameter.name(),
                        count,
                        size,
                        largest,
                        first - from,
                        actual[first],
                        expected[first]);
    }
}
