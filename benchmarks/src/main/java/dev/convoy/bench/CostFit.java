package dev.convoy.bench;

import dev.convoy.spark.plan.CostConstants;
import dev.convoy.spark.plan.StepCost;
import dev.convoy.spark.plan.StepTime;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Fits the constants of {@link StepCost} to measured steps: not below zero, and with the least sum of squared relative errors, by coordinate
 * descent. The formula is linear in seconds and in inverse rates, so what multiplies one of them is the step's time where it is one and
 * all others are zero.
 */
final class CostFit {
    private static final int SWEEPS = 50_000;
    private static final int CONSTANTS = 8;
    /** The first are seconds, the others inverse rates. */
    private static final int LATENCIES = 4;

    /** Not fitted: up to eight tasks say too little of what a thousand cost. */
    private static final int LAUNCH = 2;

    /** Seconds; shorter updates say nothing of a rate. */
    private static final double SHORTEST = 1e-4;

    private static final MathContext DIGITS = new MathContext(3);

    /** What multiplies each constant, over the measured seconds. */
    private final List<double[]> rows = new ArrayList<>();

    private CostFit(List<ScalingPoint> points) {
        for (ScalingPoint point : points) {
            double[] step = new double[CONSTANTS];
            double[] update = new double[CONSTANTS];
            for (int k = 0; k < CONSTANTS; k++) {
                double[] one = new double[CONSTANTS];
                one[k] = 1;
                StepTime time = StepCost.of(point.work(), point.cluster(), constants(one));
                step[k] = (time.total() - time.update()) / point.step();
                update[k] = time.update() / point.update();
            }
            rows.add(step);
            if (point.update() > SHORTEST) {
                rows.add(update);
            }
        }
    }

    /** The constants to three digits, with the {@link CostConstants#DEFAULT} time of a task's launch. */
    static CostConstants of(List<ScalingPoint> points) {
        double[] seconds = new CostFit(points).descend();
        for (int k = 0; k < CONSTANTS; k++) {
            double value = k < LATENCIES ? seconds[k] : 1 / seconds[k];
            double rounded = Double.isInfinite(value) ? value : new BigDecimal(value, DIGITS).doubleValue();
            seconds[k] = k < LATENCIES ? rounded : 1 / rounded;
        }
        return constants(seconds);
    }

    private double[] descend() {
        double[] seconds = new double[CONSTANTS];
        seconds[LAUNCH] = CostConstants.DEFAULT.taskLaunch();
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int k = 0; k < CONSTANTS; k++) {
                if (k == LAUNCH) {
                    continue;
                }
                double slope = 0;
                double curvature = 0;
                for (double[] row : rows) {
                    slope += row[k] * (1 - dot(row, seconds));
                    curvature += row[k] * row[k];
                }
                if (curvature > 0) {
                    seconds[k] = Math.max(0, seconds[k] + slope / curvature);
                }
            }
        }
        return seconds;
    }

    /** @param seconds latencies, then seconds per byte; none of a rate makes it infinite */
    private static CostConstants constants(double[] seconds) {
        double[] values = Arrays.copyOf(seconds, CONSTANTS);
        for (int k = LATENCIES; k < CONSTANTS; k++) {
            values[k] = 1 / seconds[k];
        }
        return new CostConstants(
                values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
    }

    /** As Java: what stands in {@link CostConstants#DEFAULT}. */
    static String java(CostConstants constants) {
        return DoubleStream.of(
                        constants.stepLatency(),
                        constants.stageLatency(),
                        constants.taskLaunch(),
                        constants.fetchLatency(),
                        constants.copy(),
                        constants.merge(),
                        constants.relay(),
                        constants.update())
                .mapToObj(value -> new BigDecimal(value, DIGITS).toString())
                .collect(Collectors.joining(", ", "new CostConstants(", ")"));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
