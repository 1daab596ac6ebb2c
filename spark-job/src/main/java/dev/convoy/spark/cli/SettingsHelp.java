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
                lines.add(String.format("  %-36s %s", value, meanings.getProperty(key, ""))
                        .stripTrailing());
            }
        });
        return lines.toArray(String[]::new);
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
