package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.io.Checkpoint;
import dev.convoy.io.Manifest;
import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.spark.checkpoint.CheckpointStore.Stored;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.functional.CallableRaisingIOE;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written comes back; what was damaged is skipped by name, with the reason. */
class CheckpointStoreTest {
    private static final String RUN = "run1";

    @TempDir
    private Path folder;

    private CheckpointStore store;
    private final List<String> skipped = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        store = new CheckpointStore(folder.toString(), new Configuration());
    }

    @Test
    void comesBackToTheBit() throws IOException {
        Checkpoint written = SmallCheckpoint.of(RUN, 7, 5);
        assertEquals(folder + "/step-000000007", store.save(written));
        Stored stored = store.newest(skipped::add).orElseThrow();
        Checkpoint read = stored.checkpoint();

        assertEquals(folder + "/step-000000007", stored.place());
        assertEquals(7, read.state().step());
        assertEquals(written.epoch(), read.epoch());
        assertEquals(written.state().progress(), read.state().progress(), "infinities too");
        assertEquals(written.origin(), read.origin());
        assertEquals(written.model().config(), read.model().config());
        assertEquals(written.model().test(), read.model().test());
        assertArrayEquals(
                written.model().state().weights(), read.model().state().weights());
        assertArrayEquals(
                written.state().values().weights(), read.state().values().weights());
        assertEquals(written.state().arrays().keySet(), read.state().arrays().keySet());
        written.state()
                .arrays()
                .forEach((name, array) ->
                        assertArrayEquals(array, read.state().arrays().get(name), name));
        assertEquals(List.of(), skipped);
        assertEquals(List.of("step-000000007"), names());
    }

    @Test
    void isAModelToo() throws IOException {
        Checkpoint written = SmallCheckpoint.of(RUN, 7);
        String place = store.save(written);
        assertArrayEquals(
                written.model().state().weights(),
                ModelStore.load(place, new Configuration()).state().weights());
    }

    @Test
    void aModelNeverReplacesACheckpoint() throws IOException {
        String place = store.save(SmallCheckpoint.of(RUN, 7));
        for (CallableRaisingIOE<Void> write : List.<CallableRaisingIOE<Void>>of(
                () -> {
                    ModelStore.save(SmallCheckpoint.of(RUN, 8).model(), place, new Configuration());
                    return null;
                },
                () -> {
                    ModelStore.requireWritable(place, new Configuration());
                    return null;
                })) {
            IOException e = assertThrows(IOException.class, write::apply);
            assertTrue(String.valueOf(e.getMessage()).contains("is a checkpoint"), e.getMessage());
        }
        assertEquals(7, newest());
    }

    @Test
    void noFolderHoldsNone() throws IOException {
        CheckpointStore none = new CheckpointStore(folder + "/none", new Configuration());
        assertEquals(Optional.empty(), none.newest(skipped::add));
        assertTrue(none.isEmpty());
        none.tidy(RUN);
        ModelException e = assertThrows(
                ModelException.class, () -> CheckpointStore.read(folder + "/none/step-000000001", new Configuration()));
        assertEquals(Problem.MISSING, e.problem());
    }

    @Test
    void oneOfTheSameStepIsReplaced() throws IOException {
        store.save(SmallCheckpoint.of(RUN, 7, 3));
        store.save(SmallCheckpoint.of(RUN, 7, 5));
        assertEquals(
                5,
                store.newest(skipped::add)
                        .orElseThrow()
                        .checkpoint()
                        .state()
                        .progress()
                        .best()
                        .step());
        assertEquals(List.of("step-000000007"), names());
    }

    @Test
    void theNewestAndTheBestStayAndWhatAnotherRunMade() throws IOException {
        store.save(SmallCheckpoint.of("other", 1));
        for (long step = 2; step <= 9; step++) {
            store.save(SmallCheckpoint.of(RUN, step));
            store.deleteAllBut(SmallCheckpoint.of(RUN, step, step <= 4 ? 0 : 4), 2, at -> false, 2);
        }
        assertEquals(List.of("step-000000001", "step-000000004", "step-000000008", "step-000000009"), names());
    }

    /** What the clock or a signal wrote must not push those out. */
    @Test
    void asManyOfThoseARunMayReturnToStay() throws IOException {
        for (long step = 1; step <= 9; step++) {
            store.save(SmallCheckpoint.of(RUN, step));
        }
        store.deleteAllBut(SmallCheckpoint.of(RUN, 9), 2, at -> at % 3 == 0 && at < 9, 2);
        assertEquals(List.of("step-000000003", "step-000000006", "step-000000008", "step-000000009"), names());
        assertEquals(
                6,
                store.after(6, RUN, SmallCheckpoint.of(RUN, 9).state().progress(), skipped::add)
                        .orElseThrow()
                        .checkpoint()
                        .state()
                        .step());
        store.deleteAfter(RUN, 6);
        assertEquals(List.of("step-000000003", "step-000000006"), names());
    }

    /** As after going on from an earlier one that was named. */
    @Test
    void theOneJustWrittenStaysThoughOthersAreNewer() throws IOException {
        for (long step : new long[] {7, 8, 9, 3}) {
            store.save(SmallCheckpoint.of(RUN, step));
        }
        store.deleteAllBut(SmallCheckpoint.of(RUN, 3), 2, at -> false, 2);
        assertEquals(List.of("step-000000003", "step-000000008", "step-000000009"), names());
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsSkippedByNameAndTheOneBeforeIsTaken() throws IOException {
        store.save(SmallCheckpoint.of(RUN, 5));
        Path newest = Path.of(store.save(SmallCheckpoint.of(RUN, 6)));
        for (String name : List.of("manifest.json", "model.json", "weights.safetensors", "state.safetensors")) {
            Path file = newest.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            int stride = Math.max(
                    1, whole.length / 60); // about sixty places of each file, the first and last ones among them
            for (int at = 0; at < whole.length; at = at < 10 ? at + 1 : at + stride) {
                truncate(file, at);
                assertSkipped("step-000000006");
                Files.write(file, whole);
                flip(file, at, 1 << at % 8);
                assertSkipped("step-000000006");
                flip(file, at, 1 << at % 8);
            }
            flip(file, whole.length - 1, 1);
            assertSkipped("step-000000006");
            Files.write(file, whole);
            Files.delete(file);
            assertSkipped(name);
            Files.write(file, whole);
            Files.write(file, new byte[0]);
            assertSkipped("step-000000006");
            Files.write(file, new byte[3 << 20]);
            assertSkipped("step-000000006");
            Files.write(file, whole);
            assertEquals(6, newest());
        }
    }

    @Test
    void aManifestThatIsNoneIsSkipped() throws IOException {
        store.save(SmallCheckpoint.of(RUN, 5));
        Path newest = Path.of(store.save(SmallCheckpoint.of(RUN, 6)));
        Path file = newest.resolve(Manifest.NAME);
        String whole = Files.readString(file);
        assertTrue(whole.contains("\"length\" : "), whole);
        for (String text : List.of(
                "",
                "{}",
                "nonsense",
                "null",
                whole.replace("\"step\" : 6", "\"step\" : 66"),
                signed(whole, "\"format\" : 1", "\"format\" : 99"),
                signed(whole, "\"step\" : 6", "\"step\" : 66"),
                signed(whole, "\"progress\"", "\"regress\""),
                signed(whole, "\"best\"", "\"worst\""),
                signed(whole, "\"length\" : ", "\"length\" : 99999999999"),
                signed(whole, "\"state.safetensors\"", "\"../../other\""),
                signed(whole, "\"shards\" : 8", "\"shards\" : -8"))) {
            Files.writeString(file, text);
            assertSkipped("step-000000006");
        }
        Files.writeString(file, signed(whole, "\"seed\" : 1", "\"seed\" : 1 "));
        assertEquals(6, newest(), "signed anew it holds");
    }

    @Test
    void aFolderWithoutAManifestAFileAndARenamedFolderAreSkipped() throws IOException {
        store.save(SmallCheckpoint.of(RUN, 5));
        Path half = Files.createDirectory(folder.resolve("step-000000009"));
        Files.copy(folder.resolve("step-000000005/model.json"), half.resolve("model.json"));
        Files.writeString(folder.resolve("step-000000008"), "a file");
        Files.createDirectory(folder.resolve("step-000000007"));
        Path renamed = Files.createDirectory(folder.resolve("step-000000006"));
        try (Stream<Path> all = Files.list(folder.resolve("step-000000005"))) {
            for (Path file : all.toList()) {
                Files.copy(file, renamed.resolve(file.getFileName()));
            }
        }
        Files.createDirectory(folder.resolve("step-nonsense"));
        assertEquals(5, newest());
        assertEquals(4, skipped.size());
        assertTrue(
                skipped.get(0).endsWith("step-000000009: has no manifest.json, so it was never completed"),
                skipped.get(0));
        assertTrue(
                skipped.get(1).endsWith("step-000000008: is a file, not the folder of a checkpoint"), skipped.get(1));
        assertTrue(skipped.get(2).contains("step-000000007: has no manifest.json"), skipped.get(2));
        assertTrue(skipped.get(3).endsWith("step-000000006: holds step 5, not the one of its name"), skipped.get(3));
    }

    /** The text with one thing changed and a checksum that holds. */
    private static String signed(String text, String from, String to) {
        String changed = text.replace(from, to).replaceFirst("[0-9a-f]{8}(?=\"\\s*}\\s*$)", "00000000");
        java.util.zip.CRC32C sum = new java.util.zip.CRC32C();
        sum.update(changed.getBytes(StandardCharsets.UTF_8));
        return changed.replaceFirst("00000000(?=\"\\s*}\\s*$)", String.format("%08x", sum.getValue()));
    }

    private void assertSkipped(String words) throws IOException {
        skipped.clear();
        assertEquals(5, newest());
        assertEquals(1, skipped.size());
        assertTrue(skipped.get(0).contains(words), skipped.get(0));
        assertFalse(skipped.get(0).contains("\n"), skipped.get(0));
    }

    private long newest() throws IOException {
        return store.newest(skipped::add).orElseThrow().checkpoint().state().step();
    }

    private List<String> names() throws IOException {
        return CheckpointedRun.names(folder);
    }

    private static void truncate(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }

    private static void flip(Path file, long at, int bit) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int value = open.read();
            open.seek(at);
            open.write(value ^ bit);
        }
    }
}
