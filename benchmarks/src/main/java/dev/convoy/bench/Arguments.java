package dev.convoy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The options of a benchmark, each with a value, and those given more than once with several. What is wrong with them is a
 * {@link UsageException}.
 */
record Arguments(Map<String, List<String>> values) {
    private static final List<String> OF_ROWS = List.of("--json", "--rounds", "--compare");
    private static final int MOST_ROUNDS = 10_000;

    /**
     * Those of every benchmark that makes rows, and {@code more} of this one. The file of {@code --compare} is read already, so that a
     * wrong one is found before anything is measured.
     */
    static Arguments of(String verb, String[] args, String... more) {
        List<String> known = new ArrayList<>(OF_ROWS);
        known.addAll(List.of(more));
        Arguments arguments = read(verb, args, known);
        arguments.checkWritable("--json");
        String base = arguments.get("--compare", "");
        if (!base.isEmpty()) {
            Comparison.read(Path.of(base));
        }
        return arguments;
    }

    /** These alone, of what makes no rows. */
    static Arguments only(String verb, String[] args, String... known) {
        return read(verb, args, List.of(known));
    }

    private static Arguments read(String verb, String[] args, List<String> known) {
        Map<String, List<String>> values = new TreeMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                throw new UsageException(
                        verb + ": expected an option, one of " + String.join(", ", known) + ", but got " + args[i]);
            }
            if (i + 1 == args.length || args[i + 1].isEmpty()) {
                throw new UsageException(verb + ": " + args[i] + " expects a value");
            }
            values.computeIfAbsent(args[i], option -> new ArrayList<>()).add(args[i + 1]);
        }
        return new Arguments(values);
    }

    /** Part of the names of the rows to measure. */
    String only() {
        return get("--only", "");
    }

    /** Those of all rows whose names contain what {@code --only} says, at least one. */
    <T> List<T> chosen(List<T> all, Function<T, String> name) {
        List<T> chosen =
                all.stream().filter(row -> name.apply(row).contains(only())).toList();
        if (chosen.isEmpty()) {
            List<String> names = all.stream().map(name).toList();
            throw new UsageException("--only: no row's name contains '" + only() + "', of " + names.size()
                    + " such as '" + names.get(0) + "' and '" + names.get(names.size() - 1) + "'");
        }
        return chosen;
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    List<String> all(String option) {
        return values.getOrDefault(option, List.of());
    }

    /** The last one given. */
    String get(String option, String otherwise) {
        List<String> given = all(option);
        return given.isEmpty() ? otherwise : given.get(given.size() - 1);
    }

    /** How often each row is measured. */
    int rounds(int otherwise) {
        return number("--rounds", otherwise, MOST_ROUNDS);
    }

    /** Above zero. */
    int number(String option, int otherwise) {
        String value = get(option, Integer.toString(otherwise));
        if (!value.matches("[1-9][0-9]{0,8}")) {
            throw new UsageException(option + " expects a number above zero but got '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    /** From 1 to {@code most}. */
    int number(String option, int otherwise, int most) {
        int number = number(option, otherwise);
        if (number > most) {
            throw new UsageException(option + " expects a number of at most " + most + " but got " + number);
        }
        return number;
    }

    /** Above zero, such as 0.02. */
    double fraction(String option, double otherwise) {
        String value = get(option, Double.toString(otherwise));
        if (!value.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") || Double.parseDouble(value) == 0) {
            throw new UsageException(option + " expects a number above zero, such as 0.1, but got '" + value + "'");
        }
        return Double.parseDouble(value);
    }

    /** Makes the folder of the file that the option names, if it names one, and looks whether a file can be written there, in place of none or of one. */
    void checkWritable(String option) {
        if (!has(option)) {
            return;
        }
        Path file = Path.of(get(option, "")).toAbsolutePath();
        Path folder = file.getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new UsageException(option + ": cannot make the folder " + folder + " ("
                    + e.getClass().getSimpleName() + ")");
        }
        boolean exists = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        boolean replaceable = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(file);
        if (folder == null || !Files.isWritable(folder) || (exists && !replaceable)) {
            throw new UsageException(option
                    + " expects a file that can be written, no folder, link or device, in a folder that can, but got "
                    + file);
        }
    }

    /** Adds the rows to those of the JDKs before, where {@code scripts/bench} collects what it is to keep or to compare. */
    void finish(Report report) throws IOException {
        String rows = System.getProperty("bench.rows", "");
        if (!rows.isEmpty()) {
            report.write(Path.of(rows));
        }
    }
}
