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

/**
 * What Spark adds to a step, by phase, next to a plain {@code treeAggregate}. Contestants are drivers of their own, each with its own
 * settings and executors, and take turns; one at a time works.
 */
public final class SparkBench {
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
     * {@code --cluster URL [--json FILE] [--only PART-OF-A-NAME] [--rounds N] [--compare FILE] [--conf KEY=VALUE ... | --scaling
     * [--png FILE]]}, or {@code --scaling --points FILE [--png FILE]} without a cluster.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        String json = "";
        String only = "";
        String cluster = "";
        String points = "";
        String picture = "";
        String base = "";
        int rounds = ROUNDS;
        List<String> other = new ArrayList<>();
        boolean scaling = false;
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--scaling")) {
                scaling = true;
                i--;
                continue;
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("bench spark: " + args[i] + " expects a value");
            }
            switch (args[i]) {
                case "--json" -> json = args[i + 1];
                case "--only" -> only = args[i + 1];
                case "--cluster" -> cluster = args[i + 1];
                case "--points" -> points = args[i + 1];
                case "--compare" -> base = args[i + 1];
                case "--png" -> picture = args[i + 1];
                case "--rounds" -> rounds = Integer.parseInt(args[i + 1]);
                case "--conf" -> other.add(args[i + 1]);
                default ->
                    throw new IllegalArgumentException("bench spark: unknown option " + args[i]
                            + "; known are --json FILE, --only TEXT, --rounds N, --compare FILE, --cluster URL, --conf KEY=VALUE, --scaling,"
                            + " --points FILE and --png FILE");
            }
        }
        SparkBench bench = new SparkBench(only, rounds, other);
        if (points.isEmpty()) {
            new KernelRows(bench.report, KernelProvider.VECTOR.kernels(), rounds).ceilings();
        }
        if (scaling) {
            List<ScalingPoint> measured =
                    points.isEmpty() ? ScalingSteps.measure(cluster, only, rounds) : ScalingPoint.read(Path.of(points));
            ScalingBench.report(measured, bench.report);
            if (!picture.isEmpty()) {
                ScalingBench.draw(measured, Path.of(picture));
            }
        } else {
            bench.run("local[2]", "local[2]");
            bench.run("standalone", cluster);
        }
        if (!json.isEmpty()) {
            bench.report.write(Path.of(json));
        }
        if (!base.isEmpty()) {
            Comparison.print(Comparison.read(Path.of(base)), bench.report.entries());
        }
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
