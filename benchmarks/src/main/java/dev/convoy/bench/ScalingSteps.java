package dev.convoy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures steps of several sizes on 1, 2, 4 and 8 executors of this host, with two drivers: one with four executors, then one with
 * eight. A step has as many tasks as executors are to take part, so that for each driver sizes and numbers take turns in every round and share
 * what else the machine does.
 */
final class ScalingSteps {
    /** By driver: how a state travels depends on how many executors a driver has. */
    private static final List<List<Integer>> EXECUTORS = List.of(List.of(1, 2, 4), List.of(8));

    /** Eight of them fit into 23 GB beside their driver; all twelve and both drivers at once did not. */
    private static final String MEMORY = "1200m";

    /** Steps in a turn that are not counted: caches and heaps still hold those of another size. */
    private static final int SETTLING = 2;

    /** @param warmUp steps before the first round; Java compiles while they run */
    private record Size(String name, int parameters, int warmUp, int steps) {}

    private record Turn(int executors, Size size) {}

    private static final List<Size> SIZES = List.of(
            new Size("1 k", 1_000, 300, 30),
            new Size("270 k", 270_000, 100, 16),
            new Size("2 M", 2_000_000, 40, 10),
            new Size("8 M", 8_000_000, 10, 5),
            new Size("25 M", 25_000_000, 3, 3));

    private ScalingSteps() {}

    /** Small to large. */
    static List<String> sizes() {
        return SIZES.stream().map(Size::name).toList();
    }

    /**
     * The median over all rounds of each turn's median step.
     *
     * @param cluster a master whose workers, with at least eight cores, are all on this host
     * @param only part of the names of the sizes to measure
     */
    static List<ScalingPoint> measure(String cluster, String only, int rounds) throws IOException {
        List<ScalingPoint> points = new ArrayList<>();
        for (List<Integer> executors : EXECUTORS) {
            try (SparkContestant convoy = new SparkContestant("convoy", cluster, executors, MEMORY, List.of())) {
                measure(convoy, turns(executors, only), rounds).forEach((turn, rows) -> points.add(point(turn, rows)));
            }
        }
        return points;
    }

    private static List<Turn> turns(List<Integer> executors, String only) {
        return SIZES.stream()
                .filter(size -> size.name.contains(only))
                .flatMap(size -> executors.stream().map(number -> new Turn(number, size)))
                .toList();
    }

    /** The median step of each turn in each round. */
    private static Map<Turn, List<double[]>> measure(SparkContestant convoy, List<Turn> turns, int rounds)
            throws IOException {
        for (Turn turn : turns) {
            convoy.steps(turn.executors, turn.size.parameters, turn.size.warmUp);
        }
        Map<Turn, List<double[]>> medians = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Turn turn : turns) {
                List<double[]> steps = convoy.steps(turn.executors, turn.size.parameters, SETTLING + turn.size.steps);
                medians.computeIfAbsent(turn, first -> new ArrayList<>())
                        .add(median(steps.subList(SETTLING, steps.size())));
            }
            System.err.printf(Locale.ROOT, "round %d of %d%n", round, rounds);
        }
        return medians;
    }

    private static ScalingPoint point(Turn turn, List<double[]> rows) {
        double[] median = medianOfMedians(rows);
        int cores = Runtime.getRuntime().availableProcessors();
        return new ScalingPoint(cores, turn.executors, turn.size.parameters, median[0], median[1]);
    }

    /** Of step and update, in seconds. */
    private static double[] median(List<double[]> phases) {
        return medianOfMedians(phases.stream()
                .map(phase -> new double[] {
                    (phase[StepClock.Phases.TOTAL] - phase[StepClock.Phases.COMPUTE]) / 1e3,
                    phase[StepClock.Phases.UPDATE] / 1e3
                })
                .toList());
    }

    private static double[] medianOfMedians(List<double[]> rows) {
        double[] median = new double[2];
        for (int i = 0; i < median.length; i++) {
            int column = i;
            double[] sorted =
                    rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
            median[i] = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }
        return median;
    }
}
