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

/** Two runs of a benchmark next to each other: by their ratios to what each measured beside itself, not by times. */
public final class Comparison {
    /** What a ratio may lose before it is said: noise moves them by as much. */
    private static final double NOISE = 0.05;

    /** A row and the Java it was measured on. */
    record Entry(Report.Row row, String jdk) {
        /** JDKs count by their feature release, so that a patch is comparable. */
        String key() {
            return row.name() + "|" + row.threads() + "|"
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
                    row.path("best").asDouble(),
                    row.path("against").asText());
            rows.add(new Entry(read, row.path("jdk").asText()));
        }
        return rows;
    }

    /** Prints each row whose ratio is worse than it was, the worst first, and how many of the base were not measured again. */
    static void print(List<Entry> base, List<Entry> now) {
        Map<String, Report.Row> before = new TreeMap<>();
        base.stream().filter(entry -> entry.row().ratio() != 0).forEach(entry -> before.put(entry.key(), entry.row()));
        List<Change> changes = new ArrayList<>();
        for (Entry entry : now) {
            Report.Row old = before.remove(entry.key());
            if (old != null) {
                changes.add(new Change(old, entry.row()));
            }
        }
        List<Change> slower = changes.stream()
                .filter(change -> change.relative() < -NOISE)
                .sorted(Comparator.comparingDouble(Change::relative))
                .toList();
        slower.forEach(change -> System.out.println("slower: " + change.text()));
        System.out.printf(
                Locale.ROOT,
                "%d of %d rows are slower by more than %.0f %%; %d were not measured again%n",
                slower.size(),
                changes.size(),
                100 * NOISE,
                before.size());
    }

    private record Change(Report.Row old, Report.Row now) {
        double relative() {
            return now.ratio() / old.ratio() - 1;
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
