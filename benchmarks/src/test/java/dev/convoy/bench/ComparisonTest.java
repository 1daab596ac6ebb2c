package dev.convoy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Comparison.Entry entry(String name, String unit, double ratio, String against, String jdk) {
        return new Comparison.Entry(new Report.Row(name, 1, 100, unit, ratio, 0, against), jdk);
    }

    private static Comparison.Entry rate(String name, double ratio) {
        return entry(name, "GFLOP/s", ratio, "F", "17.0.15+6");
    }

    @Test
    void theRowThatLostMostComesFirst() {
        List<String> lines = Comparison.slower(
                List.of(rate("a", 0.80), rate("b", 0.80), rate("c", 0.80)),
                List.of(rate("a", 0.70), rate("b", 0.40), rate("c", 0.81)));
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("slower: b "), lines.get(0));
        assertTrue(lines.get(0).endsWith("0.40 of F, was 0.80 (-50 %)"), lines.get(0));
        assertTrue(lines.get(1).startsWith("slower: a "), lines.get(1));
        assertEquals("2 of 3 rows are slower by more than 5 %; 0 were not measured again", lines.get(2));
    }

    @Test
    void aChangeWithinTheNoiseIsNotSaid() {
        List<String> lines = Comparison.slower(List.of(rate("a", 0.80)), List.of(rate("a", 0.77)));
        assertEquals(List.of("0 of 1 rows are slower by more than 5 %; 0 were not measured again"), lines);
    }

    @Test
    void aTimeIsSlowerWhenItsRatioGrows() {
        List<String> lines = Comparison.slower(
                List.of(entry("step", "ms", 0.5, "plain", "17"), entry("update", "ms", 0.5, "plain", "17")),
                List.of(entry("step", "ms", 1.0, "plain", "17"), entry("update", "ms", 0.25, "plain", "17")));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("slower: step "), lines.get(0));
    }

    @Test
    void oneFigureNextToTwoThingsIsTwoRows() {
        List<String> lines = Comparison.slower(
                List.of(entry("train", "images/s", 0.3, "F", "17"), entry("train", "images/s", 0.9, "libtorch", "17")),
                List.of(entry("train", "images/s", 0.9, "libtorch", "17"), entry("train", "images/s", 0.2, "F", "17")));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("0.20 of F, was 0.30"), lines.get(0));
    }

    @Test
    void patchesOfOneJdkAreComparableAndReleasesAreNot() {
        List<String> lines = Comparison.slower(
                List.of(
                        entry("a", "GB/s", 0.8, "copy", "Temurin 25.0.3+9"),
                        entry("b", "GB/s", 0.8, "copy", "17.0.15+6")),
                List.of(
                        entry("a", "GB/s", 0.4, "copy", "Temurin 25.0.4+1"),
                        entry("b", "GB/s", 0.4, "copy", "25.0.3+9")));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("slower: a "), lines.get(0));
        assertEquals("1 of 1 rows are slower by more than 5 %; 1 were not measured again", lines.get(1));
    }

    @Test
    void ceilingsAreNotCompared() {
        List<String> lines = Comparison.slower(
                List.of(entry("F", "GFLOP/s", 0, "", "17")), List.of(entry("F", "GFLOP/s", 0, "", "17")));
        assertEquals(List.of("0 of 0 rows are slower by more than 5 %; 0 were not measured again"), lines);
    }
}
