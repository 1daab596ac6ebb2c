package dev.convoy.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a stencil from text: a line for each row, numbers parted by blanks or commas; at the end, if wanted, {@code / divisor}. Blank
 * lines and what follows {@code #} are skipped.
 *
 * <pre>{@code
 * # a small blur
 * 1 2 1
 * 2 4 2
 * 1 2 1
 * / 16
 * }</pre>
 */
public final class StencilReader {
    private StencilReader() {}

    /**
     * @param name of the file, for messages
     * @throws IllegalArgumentException naming the line, for rows of different lengths, what is no number, or nothing at all
     */
    public static Stencil read(String name, String text) {
        List<float[]> rows = new ArrayList<>();
        float divisor = 0;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String where = name + ", line " + number + ": ";
            String content = line.replaceFirst("#.*", "").strip();
            if (content.isEmpty()) {
                continue;
            }
            if (divisor != 0) {
                throw new IllegalArgumentException(where + "the divisor is the last line, but there is more");
            }
            if (content.startsWith("/")) {
                divisor = number(where, content.substring(1).strip());
                if (divisor == 0) {
                    throw new IllegalArgumentException(where + "the divisor is 0");
                }
            } else {
                rows.add(row(where, content, rows));
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    name + ": holds no numbers; expected a line for each row, such as 1 2 1");
        }
        return Stencil.of(divisor == 0 ? 1 : divisor, rows.toArray(float[][]::new));
    }

    private static float[] row(String where, String content, List<float[]> above) {
        String[] words = content.split("\\s*,\\s*|\\s+", -1);
        if (!above.isEmpty() && above.get(0).length != words.length) {
            throw new IllegalArgumentException(where + "a row of " + words.length + " numbers under one of "
                    + above.get(0).length + "; rows have equal length");
        }
        if (words.length > Stencil.LARGEST || above.size() == Stencil.LARGEST) {
            throw new IllegalArgumentException(
                    where + "more than " + Stencil.LARGEST + "x" + Stencil.LARGEST + " numbers");
        }
        float[] row = new float[words.length];
        for (int s = 0; s < row.length; s++) {
            row[s] = number(where, words[s]);
        }
        return row;
    }

    private static float number(String where, String word) {
        float number;
        try {
            number = Float.parseFloat(word);
        } catch (NumberFormatException e) {
            String mistake = word.startsWith("/")
                    ? "a divisor stands on a line of its own, such as / 273"
                    : "'" + word + "' is not a number";
            throw new IllegalArgumentException(where + mistake, e);
        }
        if (!Float.isFinite(number)) {
            throw new IllegalArgumentException(where + "'" + word + "' is not a finite number");
        }
        return number;
    }
}
