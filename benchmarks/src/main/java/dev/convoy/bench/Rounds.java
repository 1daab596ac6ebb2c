package dev.convoy.bench;

import java.util.Arrays;

/** What is told of the rounds of a measurement. */
final class Rounds {
    private Rounds() {}

    /** The middle one, or the mean of the two in the middle. */
    static double median(double[] rounds) {
        double[] sorted = rounds.clone();
        Arrays.sort(sorted);
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }

    static double best(double[] rates) {
        return Arrays.stream(rates).max().orElseThrow();
    }

    /** Round by round. */
    static double[] ratios(double[] rates, double[] against) {
        double[] ratios = rates.clone();
        Arrays.setAll(ratios, round -> rates[round] / against[round]);
        return ratios;
    }
}
