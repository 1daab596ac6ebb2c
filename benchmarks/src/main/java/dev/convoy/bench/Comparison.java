package dev.convoy.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Two runs of a benchmark next to each other: by their ratios to what each measured beside itself, not by times. */
public final class Comparison {
    /** What a ratio may lose before it is said: noise moves them by as much. */
    private static final double NOISE = 0.05;

    /** A row and the Java it was measured on. */
    record Entry(Report.Row row, String jdk) {
        /** JDKs count by their feature release, so that a patch is comparable. */
        String key() {
            return row.name() + "|" + row.threads() + "|" + row.against() + "|"
                    + Pattern.compile("(\\d+)[.+]")
                            .matcher(jdk)
                            .results()
                            .map(found -> found.group(1))
                            .findFirst()
                            .orElse(jdk);
        }
    }

    private Comparison() {}

    /** {@code BASE.json NEW.json} */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    "bench --compare expects two files that --json wrote: BASE.json NEW.json");
        }
        print(read(Path.of(args[0])), read(Path.of(args[1])));
    }

    /** The rows of a file that {@link Report#write} wrote. */
    static List<Entry> read(Path file) throws IOException {
        List<Entry> rows = new ArrayList<>();
        for (JsonNode row : new ObjectMapper().readTree(file.toFile())) {
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

    /** Prints {@link #slower}. */
    static void print(List<Entry> base, List<Entry> now) {
        slower(base, now).forEach(System.out::println);
    }

    /** A line for each row whose ratio is worse than it was, the worst first, and one on how many were compared. */
    static List<String> slower(List<Entry> base, List<Entry> now) {
        Map<String, Report.Row> before = new TreeMap<>();
        base.stream().filter(entry -> entry.row().ratio() != 0).forEach(entry -> before.put(entry.key(), entry.row()));
        List<Change> changes = new ArrayList<>();
        for (Entry entry : now) {
            Report.Row old = before.remove(entry.key());
            if (old != null) {
                changes.add(new Change(old, entry.row()));
            }
        }
        List<String> lines = changes.stream()
                .filter(change -> change.relative() < -NOISE)
                .sorted(Comparator.comparingDouble(Change::relative))
                .map(change -> "slower: " + change.text())
                .collect(Collectors.toCollection(ArrayList::new));
        lines.add(String.format(
                Locale.ROOT,
                "%d of %d rows are slower by more than %.0f %%; %d were not measured again",
                lines.size(),
                changes.size(),
                100 * NOISE,
                before.size()));
        return lines;
    }

    private record Change(Report.Row old, Report.Row now) {
        /** How much faster, below zero if slower: shares of a time grow with it, shares of a rate do the opposite. */
        double relative() {
            boolean isTime = now.unit().equals("ms");
            return isTime ? old.ratio() / now.ratio() - 1 : now.ratio() / old.ratio() - 1;
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%-46s %2d  %.2f of %s, was %.2f (%+.0f %%)",
                    now.name(),
                    now.threads(),
                    now.ratio(),
                    now.against(),
                    old.ratio(),
                    100 * relative());
        }
    }
}
