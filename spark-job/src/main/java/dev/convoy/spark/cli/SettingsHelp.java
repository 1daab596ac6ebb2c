package dev.convoy.spark.cli;

import dev.convoy.train.RunConfig;
import dev.convoy.train.SettingsTree;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;

/** The table of settings that ends a command's help: name, default, meaning. */
final class SettingsHelp {
    /** One less than picocli's, which keeps the last column free. */
    static final int WIDTH = 119;

    private static final int MEANING = 39;

    private SettingsHelp() {}

    /**
     * For a picocli footer, where {@code %} and {@code @} would mean something.
     *
     * @param about which settings, by their names
     */
    static String[] lines(Predicate<String> about) {
        List<String> lines = new ArrayList<>(List.of("", "Settings and their defaults:"));
        Properties meanings = meanings();
        SettingsTree.flatten(RunConfig.defaults()).forEach((key, setting) -> {
            if (about.test(key)) {
                String value = key + "=" + plain(setting.value());
                addWrapped(String.format("  %-36s %s", value, meanings.getProperty(key, "")), lines);
            }
        });
        return lines.toArray(String[]::new);
    }

    /** A line too long goes on below its meaning; picocli would go on in the first column. */
    private static void addWrapped(String line, List<String> lines) {
        String rest = line.stripTrailing();
        while (rest.length() > WIDTH) {
            int space = rest.lastIndexOf(' ', WIDTH);
            lines.add(rest.substring(0, space));
            rest = " ".repeat(MEANING) + rest.substring(space + 1);
        }
        lines.add(rest);
    }

    /** {@code 0.0005} rather than {@code 5.0E-4}. */
    private static Object plain(Object value) {
        return value instanceof Double number
                ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
                : value;
    }

    static Properties meanings() {
        Properties meanings = new Properties();
        try (InputStream in = SettingsHelp.class.getResourceAsStream("settings.properties")) {
            if (in == null) {
                throw new IllegalStateException("settings.properties is missing from the jar");
            }
            meanings.load(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return meanings;
    }
}
