package dev.convoy.spark.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name somebody probably meant: the nearest one by edit distance, if it is near at all. */
final class Suggestion {
    private Suggestion() {}

    /** {@code "; did you mean 'x'?"}, or an empty string where nothing is near. */
    static String of(String given, Collection<String> names) {
        return nearest(given, names)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    /** Names are of small letters. A given name without a dot is also held against the names' last parts: {@code epochs} finds {@code train.epochs}. */
    static Optional<String> nearest(String given, Collection<String> names) {
        // Two letters swapped cost 2, the commonest slip; in a very short name that would match anything.
        int allowed = given.length() < 4 ? 1 : Math.max(2, given.length() / 3);
        String lower = given.toLowerCase(Locale.ROOT);
        return names.stream()
                .filter(name -> distance(lower, name) <= allowed)
                .min(Comparator.comparingInt(name -> distance(lower, name)));
    }

    private static int distance(String given, String name) {
        int whole = levenshtein(given, name);
        boolean partOnly = given.indexOf('.') < 0;
        return partOnly ? Math.min(whole, levenshtein(given, name.substring(name.lastIndexOf('.') + 1))) : whole;
    }

    /** The fewest insertions, deletions and replacements of one character that turn {@code a} into {@code b}; one row at a time. */
    private static int levenshtein(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
