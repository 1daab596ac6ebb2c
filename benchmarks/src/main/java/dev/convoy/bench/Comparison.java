package dev.convoy.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Two runs of a benchmark next to each other: by their ratios to what each measured beside itself, not by times, and by the bytes
 * that a call allocates.
 */
final class Comparison {
    /** What a ratio may lose, or allocation grow, before it is said: noise moves ratios by as much. */
    private static final double NOISE = 0.05;

    /** Fewer bytes are none ({@link AllocationBench}). */
    private static final double SMALLEST_OBJECT = 16;

    /** A row and the Java it was measured on. */
    record Entry(Report.Row row, String jdk) {
        String key() {
            return row.name() + "|" + row.threads() + "|" + row.against() + "|" + release();
        }

        /** JDKs count by their feature release, so that a patch is comparable. */
        String release() {
            return Pattern.compile("(\\d+)[.+]")
                    .matcher(jdk)
                    .results()
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElse(jdk);
        }

        boolean isAllocation() {
            return row.unit().equals(AllocationBench.BYTES);
        }

        /**
         * Whether a worse figure means that Convoy became slower. Not so: without a ratio; under JMH, whose ceiling is of another
         * minute; for the peer; for shares of a step, which grow when another share shrinks; next to a model fitted to the rows.
         */
        boolean isRatio() {
            return row.ratio() != 0
                    && !row.unit().equals(AllocationBench.MICROSECONDS)
                    && !row.name().endsWith(TrainBench.PEER)
                    && !row.against().equals(StepBench.WHOLE)
                    && !row.against().equals(ScalingPoint.AGAINST);
        }
    }

    private Comparison() {}

    /** {@code BASE.json NEW.json} */
    static void run(String[] args) {
        if (args.length != 2) {
            throw new UsageException("--compare expects two files that --json wrote, BASE.json NEW.json, but got "
                    + (args.length == 0 ? "none" : String.join(" ", args)));
        }
        worse(read(Path.of(args[0])), read(Path.of(args[1]))).forEach(System.out::println);
    }

    /** The rows of a file that {@link Report#write} wrote. */
    static List<Entry> read(Path file) {
        List<Entry> rows = new ArrayList<>();
        for (JsonNode row : Report.read(file)) {
            Report.Row read = new Report.Row(
                    row.path("name").asText(),
                    row.path("threads").asInt(),
                    row.path("value").asDouble(),
                    row.path("unit").asText(),
                    row.path("ratio").asDouble(),
                    0,
                    row.path("against").asText());
            rows.add(new Entry(read, row.path("jdk").asText()));
        }
        return rows;
    }

    /**
     * A line for each row that allocates more than it did and for each whose ratio is worse, the worst of either first; then what was
     * compared and what was not.
     */
    static List<String> worse(List<Entry> base, List<Entry> now) {
        List<String> lines = new ArrayList<>();
        List<String> sums = new ArrayList<>();
        compare(base, now, lines, sums, true);
        compare(base, now, lines, sums, false);
        long others = now.stream()
                .filter(entry -> !entry.isRatio() && !entry.isAllocation())
                .count();
        if (others > 0) {
            sums.add(
                    others
                            + " rows are not compared: ceilings, times under JMH, shares of a step, fits, libtorch's own figures");
        }
        lines.addAll(sums);
        return lines;
    }

    /** Adds the lines, and one to {@code sums}, of either all allocation or all ratios. */
    private static void compare(
            List<Entry> base, List<Entry> now, List<String> lines, List<String> sums, boolean allocation) {
        Map<String, Report.Row> before = new TreeMap<>();
        base.stream()
                .filter(entry -> allocation ? entry.isAllocation() : entry.isRatio())
                .forEach(entry -> before.put(entry.key(), entry.row()));
        List<Change> changes = new ArrayList<>();
        int unknown = 0;
        for (Entry entry : now) {
            if (allocation ? entry.isAllocation() : entry.isRatio()) {
                Report.Row old = before.remove(entry.key());
                if (old == null) {
                    unknown++;
                } else {
                    changes.add(new Change(old, entry.row(), entry.release()));
                }
            }
        }
        List<Change> worse = changes.stream()
                .filter(change -> allocation ? change.allocatesMore() : change.relative() < -NOISE)
                .sorted(Comparator.comparingDouble(allocation ? Change::fewerBytes : Change::relative))
                .toList();
        worse.forEach(change -> lines.add(allocation ? change.bytes() : change.ratios()));
        if (changes.size() + before.size() + unknown > 0) {
            sums.add(String.format(
                    Locale.ROOT,
                    "%d of %d rows %s more than %.0f %%; %d were not measured again, %d not before",
                    worse.size(),
                    changes.size(),
                    allocation ? "allocate anew or" : "are slower by",
                    100 * NOISE,
                    before.size(),
                    unknown));
        }
    }

    private record Change(Report.Row old, Report.Row now, String release) {
        /** How much faster, below zero if slower: shares of a time grow with it, shares of a rate do the opposite. */
        double relative() {
            boolean isTime = now.unit().equals("ms");
            return isTime ? old.ratio() / now.ratio() - 1 : now.ratio() / old.ratio() - 1;
        }

        boolean allocatesMore() {
            return now.value() >= SMALLEST_OBJECT && now.value() > (1 + NOISE) * old.value();
        }

        double fewerBytes() {
            return old.value() - now.value();
        }

        String ratios() {
            return String.format(
                    Locale.ROOT,
                    "slower: %-46s %2d, JDK %s  %.2f of %s, was %.2f (%+.0f %%)",
                    now.name(),
                    now.threads(),
                    release,
                    now.ratio(),
                    now.against(),
                    old.ratio(),
                    100 * relative());
        }

        String bytes() {
            String was = old.value() < SMALLEST_OBJECT ? "none" : String.format(Locale.ROOT, "%.0f", old.value());
            return String.format(
                    Locale.ROOT,
                    "allocates: %-46s %2d, JDK %s  %.0f B/op, was %s",
                    now.name(),
                    now.threads(),
                    release,
                    now.value(),
                    was);
        }
    }
}
