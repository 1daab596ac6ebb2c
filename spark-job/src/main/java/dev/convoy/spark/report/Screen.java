package dev.convoy.spark.report;

import java.util.List;
import java.util.Map;

/**
 * What the standard error stream can show.
 *
 * @param terminal whether a line can be rewritten in place
 * @param color whether names may be dimmed
 * @param columns of the terminal
 */
public record Screen(boolean terminal, boolean color, int columns) {
    private static final String DIM = "\033[2m";
    private static final String PLAIN = "\033[0m";

    /** A name and its value, such as {@code loss 0.0123}. */
    record Field(String name, String value) {}

    /** A file or a pipe. */
    public static Screen plain() {
        return new Screen(false, false, Integer.MAX_VALUE);
    }

    /**
     * @param environment of the process. Java 17 cannot tell whether stderr is a terminal, so the launcher says it in
     *     {@code CONVOY_TERMINAL_COLUMNS} (empty: it is none); without the launcher the console decides
     * @param console whether the process has one
     */
    public static Screen of(Map<String, String> environment, boolean console) {
        String columns = environment.getOrDefault("CONVOY_TERMINAL_COLUMNS", console ? "80" : "");
        if (!columns.matches("[1-9][0-9]{0,4}") || "dumb".equals(environment.get("TERM"))) {
            return plain();
        }
        // https://no-color.org: present and not empty
        boolean color = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Screen(true, color, Integer.parseInt(columns));
    }

    /** The fields side by side, without those that no longer fit. */
    String fit(List<Field> fields) {
        StringBuilder line = new StringBuilder();
        // A line that fills the last column makes some terminals begin a new one.
        int left = columns - 1;
        for (Field field : fields) {
            int width = (line.isEmpty() ? 0 : 2)
                    + field.name().length()
                    + 1
                    + field.value().length();
            if (width > left) {
                break;
            }
            left -= width;
            line.append(line.isEmpty() ? "" : "  ")
                    .append(color ? DIM + field.name() + PLAIN : field.name())
                    .append(' ')
                    .append(field.value());
        }
        return line.toString();
    }
}
