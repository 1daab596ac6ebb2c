package dev.convoy.bench;

import dev.convoy.spark.plan.ClusterShape;
import dev.convoy.spark.plan.CostConstants;
import dev.convoy.spark.plan.StepCost;
import dev.convoy.spark.plan.StepTime;
import dev.convoy.spark.plan.StepWork;
import dev.convoy.spark.report.SpeedUpPicture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The {@link StepCost} model fitted to measured steps: its constants, its prediction next to each step, and what it says of clusters. */
final class ScalingBench {
    private static final double GIGABIT = 1e9 / 8; // bytes

    // The clusters and the work of the curves.
    private static final List<Integer> EXECUTORS = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);
    private static final int GIGABITS = 10;
    private static final int SHARDS = 1024;
    private static final int BATCH = 16 * SHARDS;
    private static final int IMAGES_PER_SECOND = 200;

    private static final Map<String, Integer> MODELS = new LinkedHashMap<>();

    static {
        MODELS.put("270 k", 270_000);
        MODELS.put("2 M", 2_000_000);
        MODELS.put("25 M", 25_000_000);
    }

    private ScalingBench() {}

    static void report(List<ScalingPoint> points, Report report) {
        CostConstants constants = CostFit.of(points);
        System.out.println(CostFit.java(constants));
        Map<Integer, Double> errors = new TreeMap<>();
        System.out.printf("%n%-9s %12s %12s %12s %7s%n", "executors", "parameters", "measured", "predicted", "error");
        for (ScalingPoint point : points) {
            StepTime time = StepCost.of(point.work(), point.cluster(), constants);
            double predicted = time.total() - time.update();
            double error = 100 * (predicted / point.step() - 1);
            System.out.printf(
                    Locale.ROOT,
                    "%9d %,12d %9.1f ms %9.1f ms %+5.0f %%%n",
                    point.executors(),
                    point.parameters(),
                    1e3 * point.step(),
                    1e3 * predicted,
                    error);
            errors.merge(point.executors(), Math.abs(error), Math::max);
            point.keep(report, time);
        }
        errors.forEach((executors, error) ->
                System.out.printf(Locale.ROOT, "%d executors: within %.0f %%%n", executors, error));
        curves(constants);
    }

    private static void curves(CostConstants constants) {
        System.out.printf(
                Locale.ROOT,
                "%na batch of %,d images at %d images/s a core, in %,d shards; hosts of one core, %d Gbit/s%n%-9s",
                BATCH,
                IMAGES_PER_SECOND,
                SHARDS,
                GIGABITS,
                "executors");
        MODELS.keySet().forEach(name -> System.out.printf("%24s", name));
        System.out.println();
        for (int executors : EXECUTORS) {
            System.out.printf("%9d", executors);
            for (int parameters : MODELS.values()) {
                System.out.printf(
                        Locale.ROOT,
                        "%14.1f ms %6.1f",
                        1e3 * step(parameters, executors, constants),
                        speedUp(parameters, executors, constants));
            }
            System.out.println();
        }
    }

    /** Draws the curves' speed-ups. */
    static void draw(List<ScalingPoint> points, Path file) throws IOException {
        CostConstants constants = CostFit.of(points);
        List<SpeedUpPicture.Curve> curves = new ArrayList<>();
        MODELS.forEach((name, parameters) -> {
            TreeMap<Integer, Double> speedUps = new TreeMap<>();
            EXECUTORS.forEach(executors -> speedUps.put(executors, speedUp(parameters, executors, constants)));
            curves.add(new SpeedUpPicture.Curve(name + " parameters", speedUps, EXECUTORS));
        });
        SpeedUpPicture.write("predicted speed-up", curves, file);
    }

    private static double speedUp(int parameters, int executors, CostConstants constants) {
        return step(parameters, 1, constants) / step(parameters, executors, constants);
    }

    private static double step(int parameters, int executors, CostConstants constants) {
        StepWork work = new StepWork((long) Float.BYTES * parameters, BATCH, SHARDS, 1.0 / IMAGES_PER_SECOND);
        return StepCost.of(work, new ClusterShape(executors, 1, 1, 1, GIGABITS * GIGABIT), constants)
                .total();
    }
}
