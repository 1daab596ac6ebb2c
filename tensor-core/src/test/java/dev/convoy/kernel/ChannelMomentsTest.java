package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mean and variance in one pass, against float64 and against two passes in float: sum, then squared deviations. */
class ChannelMomentsTest {
    private static final int ROWS = 20_000;
    /** One rounding to float, relative. */
    private static final double ULP = 0x1p-24;

    private final Kernels kernels = KernelCases.underTest();

    /** @param value of a row */
    record Data(String name, IntFunction<Float> value) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Data> data() {
        SplittableRandom random = new SplittableRandom(1);
        double[] normal = random.doubles(ROWS)
                .map(u -> Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * random.nextDouble()))
                .toArray();
        return List.of(
                new Data("normal", row -> (float) normal[row]),
                new Data("mean 3000", row -> (float) (3000 + normal[row])),
                new Data("mean 1e6", row -> (float) (1e6 + 10 * normal[row])),
                new Data("tiny around 1", row -> (float) (1 + 1e-5 * normal[row])),
                new Data("rectified", row -> (float) Math.max(0, normal[row])),
                new Data("mostly zero", row -> row % 997 == 0 ? (float) normal[row] : 0f),
                new Data("ramp", row -> row * 1e-3f),
                new Data("the first 64 rows far away", row -> (float) (row < 64 ? 1e4 : normal[row])),
                new Data("the first 1000 rows far away", row -> (float) (row < 1000 ? 100 : normal[row])),
                new Data("the last row far away", row -> (float) (row == ROWS - 1 ? 1e5 : normal[row])),
                new Data("blocks of their own", row -> (float) (row / 1024 * 50 + normal[row])),
                new Data("alternating large", row -> (row & 1) == 0 ? 1e4f : -1e4f));
    }

    @ParameterizedTest
    @MethodSource("data")
    void isExactToSomeRoundingsWhateverTheMean(Data data) {
        Comparison comparison = new Comparison(data, ROWS);
        assertTrue(
                comparison.meanError <= 2 * ULP * (Math.abs(comparison.mean) + comparison.deviation()),
                comparison::toString);
        assertTrue(comparison.varianceError <= 32 * ULP * comparison.variance, comparison::toString);
    }

    /** Within a rounding of the mean and of the deviation from it, neither is better. */
    @ParameterizedTest
    @MethodSource("data")
    void isNoWorseThanTwoPasses(Data data) {
        Comparison comparison = new Comparison(data, ROWS);
        assertTrue(
                comparison.meanError
                        <= Math.max(
                                comparison.twoPassMeanError,
                                ULP * (Math.abs(comparison.mean) + comparison.deviation())),
                comparison::toString);
        assertTrue(
                comparison.varianceError <= Math.max(comparison.twoPassVarianceError, 8 * ULP * comparison.variance),
                comparison::toString);
    }

    @Test
    void anyNumberOfRows() {
        Data normal = data().get(1);
        for (int rows :
                new int[] {1, 2, 3, 8, 63, 64, 65, 127, 128, 129, 255, 256, 512, 1023, 1024, 1025, 2048, 2049, 5000}) {
            Comparison comparison = new Comparison(normal, rows);
            assertTrue(comparison.meanError <= 2 * ULP * Math.abs(comparison.mean), rows + " rows: " + comparison);
            assertTrue(comparison.varianceError <= 32 * ULP * comparison.variance, rows + " rows: " + comparison);
        }
    }

    @Test
    void aConstantHasItselfForItsMeanAndNextToNoVariance() {
        for (float constant : new float[] {0f, 1f, 0.1f, -3e5f, 1e-30f}) {
            float[] x = new float[3000 * 2];
            Arrays.fill(x, constant);
            float[] mean = new float[2];
            float[] variance = new float[2];
            kernels.channelMoments(3000, 2, x, 0, mean, variance);
            assertEquals(constant, mean[1], Math.abs(constant) * ULP);
            assertEquals(0, variance[1], constant * constant * ULP * ULP);
            assertTrue(variance[1] >= 0, "variance " + variance[1]);
        }
    }

    @Test
    void oneValueThatIsNotFiniteSpoilsItsChannelAlone() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            for (int at : IntStream.of(0, 63, 64, 500, 2999).toArray()) {
                float[] x = new float[3000 * 2];
                x[2 * at] = bad;
                float[] mean = new float[2];
                float[] variance = new float[2];
                kernels.channelMoments(3000, 2, x, 0, mean, variance);
                assertTrue(Float.isNaN(variance[0]), bad + " in row " + at + ": variance " + variance[0]);
                assertTrue(!Float.isFinite(mean[0]), bad + " in row " + at + ": mean " + mean[0]);
                assertEquals(0, mean[1]);
                assertEquals(0, variance[1]);
            }
        }
    }

    /** The data as the second of three channels, between zeros and ones. */
    private final class Comparison {
        final double mean;
        final double variance;
        final double meanError;
        final double varianceError;
        final double twoPassMeanError;
        final double twoPassVarianceError;

        Comparison(Data data, int rows) {
            float[] x = new float[rows * 3];
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                x[3 * row + 1] = data.value.apply(row);
                x[3 * row + 2] = 1;
                sum += x[3 * row + 1];
            }
            mean = sum / rows;
            double squares = 0;
            double rest = 0;
            for (int row = 0; row < rows; row++) {
                double deviation = x[3 * row + 1] - mean;
                squares += deviation * deviation;
                rest += deviation;
            }
            variance = (squares - rest * rest / rows) / rows;
            float[] means = new float[3];
            float[] variances = new float[3];
            kernels.channelMoments(rows, 3, x, 0, means, variances);
            meanError = Math.abs(means[1] - mean);
            varianceError = Math.abs(variances[1] - variance);
            kernels.channelSum(rows, 3, x, 0, means, 0);
            for (int c = 0; c < 3; c++) {
                means[c] /= rows;
            }
            kernels.channelCentredDot(rows, 3, x, 0, means, 0, null, 0, variances, 0);
            twoPassMeanError = Math.abs(means[1] - mean);
            twoPassVarianceError = Math.abs(variances[1] / rows - variance);
        }

        double deviation() {
            return Math.sqrt(variance);
        }

        @Override
        public String toString() {
            return String.format(
                    "mean %g, off by %.2g (two passes %.2g); variance %g, off by %.2g (two passes %.2g)",
                    mean, meanError, twoPassMeanError, variance, varianceError, twoPassVarianceError);
        }
    }
}
