package dev.convoy.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
     * @param best the best round over the best of {@code against}; printed, not kept in the file
     */
    record Row(String name, int threads, double value, String unit, double ratio, double best, String against) {
        private String json() {
            return String.format(
                    Locale.ROOT,
                    "  {\"name\": \"%s\", \"threads\": %d, \"jdk\": \"%s\", \"value\": %.4f, \"unit\": \"%s\","
                            + " \"ratio\": %.4f, \"against\": \"%s\"}",
                    name,
                    threads,
                    JDK,
                    value,
                    unit,
                    ratio,
                    against);
        }
    }

    /** The Java that the figures belong to. */
    static final String JDK = (System.getProperty("java.vendor.version", "") + " " + Runtime.version()).strip();

    private final List<Row> rows = new ArrayList<>();

    /** Keeps a row for the file alone. */
    void keep(Row row) {
        rows.add(row);
    }

    void title(String text) {
        System.out.println(text);
    }

    /** Prints and keeps a row. */
    void add(Row row, String note) {
        rows.add(row);
        String ratio = row.ratio == 0
                ? ""
                : String.format(
                        Locale.ROOT, "%4.0f %% of %s (best %.0f %%)", 100 * row.ratio, row.against, 100 * row.best);
        System.out.printf(
                Locale.ROOT,
                "%-50s %2d %9.1f %-8s %-26s %s%n",
                row.name,
                row.threads,
                row.value,
                row.unit,
                ratio,
                note);
    }

    /** Adds the rows to the array in this file, which is begun, and its folder made, if it is not there. */
    void write(Path file) throws IOException {
        List<String> objects = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (line.startsWith("  {")) {
                    objects.add(line.endsWith(",") ? line.substring(0, line.length() - 1) : line);
                }
            }
        }
        rows.forEach(row -> objects.add(row.json()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, "[\n" + String.join(",\n", objects) + "\n]\n", StandardCharsets.UTF_8);
    }

    /**
     * The array in a file that {@link #write} wrote.
     *
     * @throws UsageException if it is missing or something else
     */
    static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException(file + ": expected a file that --json wrote, but there is none");
        }
        try {
            JsonNode rows = new ObjectMapper().readTree(file.toFile());
            boolean complete = rows.isArray() && !rows.isEmpty();
            for (JsonNode row : rows) {
                for (String text : List.of("name", "jdk", "unit", "against")) {
                    complete &= row.path(text).isTextual();
                }
                for (String number : List.of("threads", "value", "ratio")) {
                    complete &= row.path(number).isNumber();
                }
            }
            if (!complete) {
                throw new UsageException(
                        file + ": expected an array of rows that --json wrote, but it holds something else");
            }
            return rows;
        } catch (JsonProcessingException e) {
            throw new UsageException(file + ": expected JSON that --json wrote, but line "
                    + e.getLocation().getLineNr() + " is none or ends too soon");
        } catch (IOException e) {
            throw new UsageException(file + ": cannot be read: " + e.getMessage());
        }
    }
}
