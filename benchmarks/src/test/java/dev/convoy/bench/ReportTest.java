package dev.convoy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Report.Row ROW = new Report.Row("sgemm 256", 1, 143.5, "GFLOP/s", 0.75, 0.77, "F");

    @TempDir
    Path directory;

    @Test
    void theFileIsAnArrayOfObjectsWithTheAgreedFields() throws IOException {
        Path file = directory.resolve("rows.json");
        Report report = new Report();
        report.keep(ROW);
        report.write(file);
        JsonNode rows = new ObjectMapper().readTree(file.toFile());
        assertEquals(1, rows.size());
        List<String> fields = new ArrayList<>();
        rows.get(0).fieldNames().forEachRemaining(fields::add);
        assertEquals(List.of("name", "threads", "jdk", "value", "unit", "ratio", "against"), fields);
        assertEquals("sgemm 256", rows.get(0).path("name").asText());
        assertEquals(1, rows.get(0).path("threads").asInt());
        assertEquals(Report.JDK, rows.get(0).path("jdk").asText());
        assertEquals(143.5, rows.get(0).path("value").asDouble());
        assertEquals("GFLOP/s", rows.get(0).path("unit").asText());
        assertEquals(0.75, rows.get(0).path("ratio").asDouble());
        assertEquals("F", rows.get(0).path("against").asText());
    }

    @Test
    void aSecondRunAddsToTheArrayOfTheFirstWhichMadeItsFolder() throws IOException {
        Path file = directory.resolve("new/rows.json");
        for (int run = 0; run < 2; run++) {
            Report report = new Report();
            report.keep(ROW);
            report.keep(ROW);
            report.write(file);
        }
        new Report().write(file);
        assertEquals(4, new ObjectMapper().readTree(file.toFile()).size());
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = directory.resolve("rows.json");
        Report report = new Report();
        report.keep(ROW);
        report.write(file);
        Comparison.Entry read = Comparison.read(file).get(0);
        assertEquals(
                new Comparison.Entry(new Report.Row("sgemm 256", 1, 143.5, "GFLOP/s", 0.75, 0, "F"), Report.JDK), read);
    }
}
