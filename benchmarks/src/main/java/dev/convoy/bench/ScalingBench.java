package dev.convoy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Steps with 1, 2, 4 and 8 executors on this host, the {@link StepModel} fitted to them, and what it says of larger clusters. */
final class ScalingBench {
    private static final int[] EXECUTORS = {1, 2, 4, 8};
    private static final double TEN_GIGABIT = 1.25e6; // bytes per millisecond

    private static final String MEMORY = "1200m";

    /** The parameters of the models that the curve is drawn for. */
    private static final int[] CURVE = {270_000, 2_000_000, 25_000_000};

    private record Size(String name, int parameters, int warmUp, int steps) {}

    private static final List<Size> SIZES = List.of(
            new Size("1 k", 1_000, 300, 150),
            new Size("270 k", 270_000, 120, 80),
            new Size("2 M", 2_000_000, 60, 40),
            new Size("8 M", 8_000_000, 20, 15));

    private ScalingBench() {}

    /** @param cluster a master whose workers, at least eight of one core, are all on this host */
    static void run(String cluster, Report report) throws IOException {
        int cores = Runtime.getRuntime().availableProcessors();
        List<StepModel.Point> points = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int executors : EXECUTORS) {
            try (SparkContestant convoy = new SparkContestant("convoy", cluster, executors, MEMORY, List.of())) {
                for (Size size : SIZES) {
                    convoy.steps(size.parameters, size.warmUp);
                    double median = convoy.steps(size.parameters, size.steps).stream()
                            .mapToDouble(phases -> phases[0] - phases[StepClock.Phases.COMPUTE])
                            .sorted()
                            .skip(size.steps / 2)
                            .findFirst()
                            .orElseThrow();
                    points.add(new StepModel.Point(executors, 4.0 * size.parameters, median));
                    names.add(executors + " executors, " + size.name + " parameters");
                    System.out.printf(Locale.ROOT, "%-36s %9.1f ms%n", names.get(names.size() - 1), median);
                }
            }
        }
        StepModel model = StepModel.fit(points, cores);
        System.out.println();
        for (int k = 0; k < StepModel.CONSTANTS.length; k++) {
            double constant = model.constant(k);
            String text = k < 3
                    ? String.format(Locale.ROOT, "%.3f ms", constant)
                    : String.format(Locale.ROOT, "%.2f ns/byte", 1e6 * constant);
            System.out.printf(Locale.ROOT, "%-10s %s%n", StepModel.CONSTANTS[k], text);
        }
        System.out.printf("%n%-36s %12s %12s %8s%n", "step", "measured", "predicted", "error");
        for (int i = 0; i < points.size(); i++) {
            StepModel.Point point = points.get(i);
            double predicted = model.onOneHost(point.executors(), point.bytes(), cores);
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %9.1f ms %9.1f ms %+6.0f %%%n",
                    names.get(i),
                    point.milliseconds(),
                    predicted,
                    100 * (predicted / point.milliseconds() - 1));
            report.keep(new Report.Row(
                    "scaling, " + names.get(i),
                    point.executors(),
                    point.milliseconds(),
                    "ms",
                    point.milliseconds() / predicted,
                    0,
                    "the fitted model"));
        }
        System.out.printf("%n%-12s", "own hosts");
        for (int parameters : CURVE) {
            System.out.printf("%12d", parameters);
        }
        System.out.println();
        for (int executors : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000}) {
            System.out.printf("%-12d", executors);
            for (int parameters : CURVE) {
                System.out.printf(Locale.ROOT, "%9.1f ms", model.onOwnHosts(executors, 4.0 * parameters, TEN_GIGABIT));
            }
            System.out.println();
        }
    }
}
