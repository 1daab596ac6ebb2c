package dev.convoy.bench;

import dev.convoy.kernel.KernelProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What Spark adds to a step, by phase, next to a plain {@code treeAggregate}. Contestants are drivers of their own, each with its own
 * settings and executors, and take turns; one at a time works.
 */
final class SparkBench {
    private static final String LOCAL = "local[2]";
    private static final String STANDALONE = "standalone";
    private static final int ROUNDS = 9;
    private static final int TASKS = 2;
    private static final String MEMORY = "2g";

    /** @param steps in each contestant's turn */
    private record Size(String name, int parameters, int warmUp, int steps) {}

    private static final List<Size> SIZES = List.of(
            new Size("1 k", 1_000, 1500, 30),
            new Size("270 k", 270_000, 150, 20),
            new Size("2 M", 2_000_000, 60, 10),
            new Size("25 M", 25_000_000, 6, 2));

    private final Report report = new Report();
    private final String only;
    private final int rounds;
    private final List<String> other;

    private SparkBench(String only, int rounds, List<String> other) {
        this.only = only;
        this.rounds = rounds;
        this.other = other;
    }

    /**
     * {@code [--json FILE] [--only PART-OF-A-NAME] [--rounds N] [--compare FILE] [--conf KEY=VALUE ... | --scaling [--points FILE]
     * [--png FILE]]}. Measures on the cluster that the property {@code bench.cluster} names; without one, and without {@code --points},
     * only looks at the options.
     */
    static void run(String[] args) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(args));
        boolean scaling = words.removeAll(List.of("--scaling"));
        Arguments arguments = Arguments.of(
                "spark", words.toArray(String[]::new), "--only", "--conf", "--scaling", "--points", "--png");
        for (String option : scaling ? List.of("--conf") : List.of("--points", "--png")) {
            if (arguments.has(option)) {
                throw new UsageException(
                        "spark: " + option + (scaling ? " and --scaling exclude each other" : " needs --scaling"));
            }
        }
        for (String setting : arguments.all("--conf")) {
            if (!setting.matches("[^=]+=.*")) {
                throw new UsageException("spark: --conf expects KEY=VALUE but got '" + setting + "'");
            }
        }
        int rounds = arguments.rounds(ROUNDS);
        arguments.chosen(scaling ? ScalingSteps.sizes() : names(), Function.identity());
        arguments.checkWritable("--png");
        List<ScalingPoint> kept =
                arguments.has("--points") ? ScalingPoint.read(Path.of(arguments.get("--points", ""))) : List.of();
        String cluster = System.getProperty("bench.cluster", "");
        if (kept.isEmpty() && cluster.isEmpty()) {
            return;
        }
        SparkBench bench = new SparkBench(arguments.only(), rounds, arguments.all("--conf"));
        if (kept.isEmpty()) {
            new KernelRows(bench.report, KernelProvider.VECTOR.kernels(), rounds).ceilings();
        }
        if (scaling) {
            List<ScalingPoint> points = kept.isEmpty() ? ScalingSteps.measure(cluster, arguments.only(), rounds) : kept;
            ScalingBench.report(points, bench.report);
            if (arguments.has("--png")) {
                ScalingBench.draw(points, Path.of(arguments.get("--png", "")));
            }
        } else {
            bench.run(LOCAL, LOCAL);
            bench.run(STANDALONE, cluster);
        }
        arguments.finish(bench.report);
    }

    private static List<String> names() {
        return Stream.of(LOCAL, STANDALONE)
                .flatMap(master -> SIZES.stream().map(size -> name(master, size)))
                .toList();
    }

    private void run(String masterName, String master) throws IOException {
        List<Size> sizes = SIZES.stream()
                .filter(size -> name(masterName, size).contains(only))
                .toList();
        if (sizes.isEmpty()) {
            return;
        }
        Map<String, SparkContestant> contestants = new LinkedHashMap<>();
        try {
            contestants.put("plain", new SparkContestant("plain", master, List.of(TASKS), MEMORY, List.of()));
            if (!other.isEmpty()) {
                contestants.put("other", new SparkContestant("convoy", master, List.of(TASKS), MEMORY, other));
            }
            contestants.put("convoy", new SparkContestant("convoy", master, List.of(TASKS), MEMORY, List.of()));
            for (Size size : sizes) {
                measure(name(masterName, size), size, contestants);
            }
        } finally {
            contestants.values().forEach(SparkContestant::close);
        }
    }

    private static String name(String master, Size size) {
        return master + ", " + size.name() + " parameters";
    }

    private void measure(String name, Size size, Map<String, SparkContestant> contestants) throws IOException {
        for (SparkContestant contestant : contestants.values()) {
            contestant.steps(TASKS, size.parameters(), size.warmUp());
        }
        Map<String, List<double[]>> rows = new LinkedHashMap<>();
        Map<String, Double> processor = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, SparkContestant> contestant : contestants.entrySet()) {
                double before = contestant.getValue().processorMillis();
                rows.computeIfAbsent(contestant.getKey(), key -> new ArrayList<>())
                        .addAll(contestant.getValue().steps(TASKS, size.parameters(), size.steps()));
                processor.merge(contestant.getKey(), contestant.getValue().processorMillis() - before, Double::sum);
            }
        }
        double[] plain = medians(Objects.requireNonNull(rows.get("plain")));
        System.out.println(name);
        System.out.print("          ");
        StepClock.Phases.NAMES.forEach(phase -> System.out.printf("%11s", phase));
        System.out.println("        min        cpu");
        rows.forEach((contestant, steps) -> {
            double[] medians = medians(steps);
            System.out.printf("%-10s", contestant);
            for (int i = 0; i < medians.length; i++) {
                System.out.printf(Locale.ROOT, "%11.2f", medians[i]);
                report.keep(new Report.Row(
                        name + ", " + contestant + " " + StepClock.Phases.NAMES.get(i),
                        TASKS,
                        medians[i],
                        "ms",
                        plain[i] == 0 ? 0 : medians[i] / plain[i],
                        0,
                        "plain treeAggregate"));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%11.2f%11.2f%n",
                    steps.stream().mapToDouble(step -> step[0]).min().orElse(0),
                    processor.getOrDefault(contestant, 0.0) / steps.size());
        });
    }

    /** The median step, and the means of the phases over the half of the steps around it. */
    private static double[] medians(List<double[]> steps) {
        List<double[]> sorted = new ArrayList<>(steps);
        sorted.sort((a, b) -> Double.compare(a[0], b[0]));
        List<double[]> middle = sorted.subList(sorted.size() / 4, sorted.size() - sorted.size() / 4);
        double[] values = new double[sorted.get(0).length];
        for (double[] step : middle) {
            for (int i = 0; i < values.length; i++) {
                values[i] += step[i] / middle.size();
            }
        }
        values[0] = sorted.get(sorted.size() / 2)[0];
        return values;
    }
}
