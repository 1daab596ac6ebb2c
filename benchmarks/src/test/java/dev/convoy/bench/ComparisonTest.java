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
        List<String> lines = Comparison.worse(
                List.of(rate("a", 0.80), rate("b", 0.80), rate("c", 0.80)),
                List.of(rate("a", 0.70), rate("b", 0.40), rate("c", 0.81)));
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("slower: b "), lines.get(0));
        assertTrue(lines.get(0).endsWith("0.40 of F, was 0.80 (-50 %)"), lines.get(0));
        assertTrue(lines.get(1).startsWith("slower: a "), lines.get(1));
        assertEquals("2 of 3 rows are slower by more than 5 %; 0 were not measured again, 0 not before", lines.get(2));
    }

    @Test
    void aChangeWithinTheNoiseIsNotSaid() {
        List<String> lines = Comparison.worse(List.of(rate("a", 0.80)), List.of(rate("a", 0.77)));
        assertEquals(
                List.of("0 of 1 rows are slower by more than 5 %; 0 were not measured again, 0 not before"), lines);
    }

    @Test
    void aTimeIsSlowerWhenItsRatioGrows() {
        List<String> lines = Comparison.worse(
                List.of(entry("step", "ms", 0.5, "plain", "17"), entry("update", "ms", 0.5, "plain", "17")),
                List.of(entry("step", "ms", 1.0, "plain", "17"), entry("update", "ms", 0.25, "plain", "17")));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("slower: step "), lines.get(0));
    }

    @Test
    void oneFigureNextToTwoThingsIsTwoRows() {
        List<String> lines = Comparison.worse(
                List.of(entry("train", "images/s", 0.3, "F", "17"), entry("train", "images/s", 0.9, "libtorch", "17")),
                List.of(entry("train", "images/s", 0.9, "libtorch", "17"), entry("train", "images/s", 0.2, "F", "17")));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("0.20 of F, was 0.30"), lines.get(0));
    }

    @Test
    void patchesOfOneJdkAreComparableAndReleasesAreNot() {
        List<String> lines = Comparison.worse(
                List.of(
                        entry("a", "GB/s", 0.8, "copy", "Temurin 25.0.3+9"),
                        entry("b", "GB/s", 0.8, "copy", "17.0.15+6")),
                List.of(
                        entry("a", "GB/s", 0.4, "copy", "Temurin 25.0.4+1"),
                        entry("b", "GB/s", 0.4, "copy", "25.0.3+9")));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("slower: a "), lines.get(0));
        assertEquals("1 of 1 rows are slower by more than 5 %; 1 were not measured again, 1 not before", lines.get(1));
    }

    private static Comparison.Entry bytes(String name, double value) {
        return new Comparison.Entry(new Report.Row(name, 1, value, "B/op", 0, 0, ""), "17");
    }

    @Test
    void aCallThatAllocatesMoreThanNothingAndThanBeforeIsNamedTheLargestFirst() {
        List<String> lines = Comparison.worse(
                List.of(bytes("a", 0), bytes("b", 0), bytes("c", 0), bytes("d", 100), bytes("e", 100), bytes("f", 0)),
                List.of(bytes("a", 24), bytes("b", 9331), bytes("c", 15), bytes("d", 104), bytes("e", 200)));
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).matches("allocates: b +1, JDK 17  9331 B/op, was none"), lines.get(0));
        assertTrue(lines.get(1).matches("allocates: e +1, JDK 17  200 B/op, was 100"), lines.get(1));
        assertTrue(lines.get(2).matches("allocates: a +1, JDK 17  24 B/op, was none"), lines.get(2));
        assertEquals(
                "3 of 5 rows allocate anew or more than 5 %; 1 were not measured again, 0 not before", lines.get(3));
    }

    @Test
    void whatTellsNothingOfConvoysSpeedIsNotComparedAndThatIsSaid() {
        List<Comparison.Entry> base = List.of(
                entry("F", "GFLOP/s", 0, "", "17"),
                entry("conv, scalar", "us", 0.5, "F", "17"),
                entry("train resnet20, libtorch", "images/s", 0.5, "F", "17"),
                entry("step resnet20, optimizer", "ms", 0.5, "the step", "17"),
                entry("scaling on 2 cores", "ms", 0.5, "the fitted model", "17"));
        List<Comparison.Entry> now = base.stream()
                .map(each -> entry(
                        each.row().name(),
                        each.row().unit(),
                        each.row().unit().equals("ms") ? 1 : each.row().ratio() / 2,
                        each.row().against(),
                        "17"))
                .toList();
        assertEquals(
                List.of(
                        "5 rows are not compared: ceilings, times under JMH, shares of a step, fits, libtorch's own figures"),
                Comparison.worse(base, now));
    }

    @Test
    void aRowOfConvoyNextToLibtorchIsCompared() {
        List<String> lines = Comparison.worse(
                List.of(entry("train resnet20", "images/s", 1.3, "libtorch", "17")),
                List.of(entry("train resnet20", "images/s", 1.0, "libtorch", "17")));
        assertTrue(lines.get(0).endsWith("1.00 of libtorch, was 1.30 (-23 %)"), lines.get(0));
    }
}
