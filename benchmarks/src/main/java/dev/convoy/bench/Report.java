package dev.convoy.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table on standard output, row by row as they are measured, and the same rows as JSON. */
final class Report {
    /**
     * One figure, the median of its rounds.
     *
     * @param ratio the median of each round's ratio to {@code against}, measured next to it; 0 for a ceiling itself
     * @param best the best round over the best of {@code against}
     */
    record Row(String name, int threads, double value, String unit, double ratio, double best, String against) {}

    /** The Java that the figures belong to. */
    static final String JDK = (System.getProperty("java.vendor.version", "") + " " + Runtime.version()).strip();

    private final List<Row> rows = new ArrayList<>();

    /** The rows so far, to compare. */
    List<Comparison.Entry> entries() {
        return rows.stream().map(row -> new Comparison.Entry(row, JDK)).toList();
    }

    /** Keeps a row for the file alone. */
    void keep(Row row) {
        rows.add(row);
    }

    void title(String text) {
        System.out.println(text);
    }

    void add(Row row) {
        rows.add(row);
        String ratio = row.ratio == 0
                ? ""
                : String.format(
                        Locale.ROOT, "%4.0f %% of %s (best %.0f %%)", 100 * row.ratio, row.against, 100 * row.best);
        System.out.printf(Locale.ROOT, "%-46s %2d %9.1f %-8s %s%n", row.name, row.threads, row.value, row.unit, ratio);
    }

    /** Adds the rows to the array in this file, which is begun if it is not there. */
    void write(Path file) throws IOException {
        StringBuilder json = new StringBuilder();
        if (Files.exists(file)) {
            String before = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
            json.append(before, 0, before.length() - 1).append(",\n");
        } else {
            json.append("[\n");
        }
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            json.append(String.format(
                    Locale.ROOT,
                    "  {\"name\": \"%s\", \"threads\": %d, \"jdk\": \"%s\", \"value\": %.4f, \"unit\": \"%s\","
                            + " \"ratio\": %.4f, \"best\": %.4f, \"against\": \"%s\"}%s%n",
                    row.name,
                    row.threads,
                    JDK,
                    row.value,
                    row.unit,
                    row.ratio,
                    row.best,
                    row.against,
                    i + 1 < rows.size() ? "," : ""));
        }
        Files.writeString(file, json.append("]\n"), StandardCharsets.UTF_8);
    }
}
