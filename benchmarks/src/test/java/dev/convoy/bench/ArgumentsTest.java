package dev.convoy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @TempDir
    Path folder;

    private static Arguments of(String... args) {
        return Arguments.of("kernels", args, "--only", "--conf");
    }

    private static String mistake(String... args) {
        return assertThrows(UsageException.class, () -> of(args)).getMessage();
    }

    @Test
    void anUnknownOptionIsNamedWithThoseThatAreKnown() {
        assertEquals(
                "kernels: expected an option, one of --json, --rounds, --compare, --only, --conf, but got --runds",
                mistake("--runds", "3"));
    }

    @Test
    void anOptionWithoutAValueIsNamed() {
        assertEquals("kernels: --only expects a value", mistake("--rounds", "3", "--only"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0", "-1", "1.5", "12345678901"})
    void aNumberIsAboveZero(String value) {
        assertEquals(
                "--rounds expects a number above zero but got '" + value + "'",
                assertThrows(UsageException.class, () -> of("--rounds", value).rounds(9))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0", "0.0", "-0.1", "1e-3", "NaN"})
    void aFractionIsAboveZero(String value) {
        assertEquals(
                "--only expects a number above zero, such as 0.1, but got '" + value + "'",
                assertThrows(UsageException.class, () -> of("--only", value).fraction("--only", 1))
                        .getMessage());
    }

    @Test
    void aFractionIsRead() {
        assertEquals(0.02, of("--only", "0.02").fraction("--only", 0.1));
        assertEquals(0.1, of().fraction("--only", 0.1));
    }

    @Test
    void anOptionGivenTwiceHasTwoValuesOfWhichTheLastCounts() {
        Arguments twice = of("--conf", "a=1", "--conf", "b=2", "--rounds", "3");
        assertEquals(List.of("a=1", "b=2"), twice.all("--conf"));
        assertEquals("b=2", twice.get("--conf", ""));
        assertEquals(3, twice.rounds(9));
        assertEquals(9, of().rounds(9));
        assertEquals(
                "--rounds expects a number of at most 10000 but got 300000000",
                assertThrows(UsageException.class, () -> of("--rounds", "300000000")
                                .rounds(9))
                        .getMessage());
    }

    @Test
    void rowsAreChosenByAPartOfTheirNamesAndNoneIsAMistakeThatNamesThem() {
        List<String> rows = List.of("relu", "relu adjoint", "gelu");
        assertEquals(rows, of().chosen(rows, Function.identity()));
        assertEquals(List.of("relu adjoint"), of("--only", "u a").chosen(rows, Function.identity()));
        assertEquals(
                "--only: no row's name contains 'elu2', of 3 such as 'relu' and 'gelu'",
                assertThrows(UsageException.class, () -> of("--only", "elu2").chosen(rows, Function.identity()))
                        .getMessage());
    }

    @Test
    void theFileToCompareWithIsReadBeforeAnythingIsMeasured() throws IOException {
        Path base = folder.resolve("base.json");
        assertEquals(
                base + ": expected a file that --json wrote, but there is none", mistake("--compare", base.toString()));
        for (String wrong : List.of("", "{}", "[]", "[1]", "[{\"name\": \"a\"}]", "[{\"na")) {
            Files.writeString(base, wrong);
            assertTrue(mistake("--compare", base.toString()).startsWith(base + ": expected "), wrong);
        }
    }

    @Test
    void theFileToWriteIsNotTouchedAndHasItsFolder() throws IOException {
        Path file = folder.resolve("new/rows.json");
        of("--json", file.toString());
        assertTrue(Files.isDirectory(file.getParent()));
        assertFalse(Files.exists(file));
        Files.writeString(file, "old");
        of("--json", file.toString());
        assertEquals("old", Files.readString(file));
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
        for (String other : List.of(folder.toString(), link.toString(), "/dev/null")) {
            assertTrue(mistake("--json", other).startsWith("--json expects a file that can be written"), other);
        }
        assertTrue(mistake("--json", file.resolve("below.json").toString())
                .startsWith("--json: cannot make the folder " + file));
    }
}
