package dev.convoy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The options of a benchmark, each with a value. */
record Arguments(Map<String, String> values) {
    private static final List<String> COMMON = List.of("--json", "--only", "--rounds", "--compare");

    /**
     * Those that every benchmark has, and {@code more} of this one.
     *
     * @throws IllegalArgumentException naming what is known
     */
    static Arguments of(String verb, String[] args, String... more) {
        List<String> known = new ArrayList<>(COMMON);
        known.addAll(List.of(more));
        return read(verb, args, known);
    }

    /** These alone, of what prints no rows. */
    static Arguments only(String verb, String[] args, String... known) {
        return read(verb, args, List.of(known));
    }

    private static Arguments read(String verb, String[] args, List<String> known) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                throw new IllegalArgumentException(
                        "bench " + verb + ": unknown option " + args[i] + "; known are " + String.join(", ", known));
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("bench " + verb + ": " + args[i] + " expects a value");
            }
            values.put(args[i], args[i + 1]);
        }
        return new Arguments(values);
    }

    /** Part of the names of the rows to measure. */
    String only() {
        return values.getOrDefault("--only", "");
    }

    String get(String option, String otherwise) {
        return values.getOrDefault(option, otherwise);
    }

    /** How often each row is measured. */
    int rounds(int otherwise) {
        return number("--rounds", otherwise);
    }

    /** @throws IllegalArgumentException unless it is a number above zero */
    int number(String option, int otherwise) {
        String value = get(option, Integer.toString(otherwise));
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("bench: " + option + " expects a number above zero but got " + value);
        }
        return Integer.parseInt(value);
    }

    /** Writes the file that {@code --json} names, and prints what is slower than in that of {@code --compare}. */
    void finish(Report report) throws IOException {
        if (values.containsKey("--json")) {
            report.write(Path.of(values.get("--json")));
        }
        if (values.containsKey("--compare")) {
            Comparison.print(Comparison.read(Path.of(values.get("--compare"))), report.entries());
        }
    }
}
