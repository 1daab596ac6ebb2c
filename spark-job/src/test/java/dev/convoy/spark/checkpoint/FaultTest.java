package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.io.Checkpoint;
import dev.convoy.io.TrainedModel;
import dev.convoy.spark.checkpoint.FaultyFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a file system does while a checkpoint or model is written: what was there before stays valid, or what came is; and what failed
 * once works the next time.
 */
class FaultTest {
    private static final String RUN = "run1";
    private static final int SHARE_OF_BYTES = 150_001;

    @TempDir
    private Path folder;

    @AfterEach
    void disarm() {
        FaultyFileSystem.arm(Fault.NONE, 0);
    }

    /** {@code faulty} renames, {@code s3a} is told to be an object store. */
    @ParameterizedTest
    @ValueSource(strings = {"faulty", "s3a"})
    void atEveryFaultACheckpointStaysValid(String scheme) throws IOException {
        Configuration hadoop = FaultyFileSystem.configuration(scheme);
        int met = 0;
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.NONE))) {
            boolean again = true;
            for (int chance = 0; again; chance++) {
                Path place = folder.resolve(scheme + fault + chance);
                CheckpointStore store = new CheckpointStore(scheme + "://" + place, hadoop);
                store.save(SmallCheckpoint.of(RUN, 1));
                store.save(SmallCheckpoint.of(RUN, 2));
                FaultyFileSystem.arm(fault, fault == Fault.DISK_FULL ? chance * SHARE_OF_BYTES : chance);
                String failure = "";
                try {
                    store.save(SmallCheckpoint.of(RUN, 3));
                    store.deleteAllBut(SmallCheckpoint.of(RUN, 3), 2, at -> false, 2);
                } catch (IOException e) {
                    failure = String.valueOf(e.getMessage());
                }
                again = FaultyFileSystem.isMet();
                met += again ? 1 : 0;
                FaultyFileSystem.arm(Fault.NONE, 0);

                String when = fault + " at chance " + chance + " of " + scheme + ": " + failure;
                assertNewest(store, failure.isEmpty() ? Set.of(3L) : Set.of(2L, 3L), when);

                store.tidy(RUN);
                store.save(SmallCheckpoint.of(RUN, 3));
                store.deleteAllBut(SmallCheckpoint.of(RUN, 3), 2, at -> false, 2);
                assertNewest(store, Set.of(3L), when);
                assertEquals(List.of("step-000000002", "step-000000003"), CheckpointedRun.names(place), when);
            }
        }
        assertTrue(met >= 40, "faults met: " + met);
    }

    /** The one that is replaced is lost for a moment in an object store, but then the one before it is there. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"faulty", "s3a"})
    void atEveryFaultOfAReplacementACheckpointStaysValid(String scheme) throws IOException {
        Configuration hadoop = FaultyFileSystem.configuration(scheme);
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.NONE))) {
            boolean again = true;
            for (int chance = 0; again; chance++) {
                Path place = folder.resolve(scheme + fault + chance);
                CheckpointStore store = new CheckpointStore(scheme + "://" + place, hadoop);
                store.save(SmallCheckpoint.of(RUN, 1));
                store.save(SmallCheckpoint.of(RUN, 2));
                FaultyFileSystem.arm(fault, fault == Fault.DISK_FULL ? chance * SHARE_OF_BYTES : chance);
                String failure = "";
                try {
                    store.save(SmallCheckpoint.of(RUN, 2));
                } catch (IOException e) {
                    failure = String.valueOf(e.getMessage());
                }
                again = FaultyFileSystem.isMet();
                FaultyFileSystem.arm(Fault.NONE, 0);
                String when = fault + " at chance " + chance + " of " + scheme + ": " + failure;
                store.tidy(RUN);
                assertNewest(store, failure.isEmpty() || !scheme.equals("s3a") ? Set.of(2L) : Set.of(1L, 2L), when);
                store.save(SmallCheckpoint.of(RUN, 2));
                assertNewest(store, Set.of(2L), when);
            }
        }
    }

    @Tag("slow")
    @Test
    void atEveryFaultAModelIsTheOldOneOrTheNewOne() throws IOException {
        Configuration hadoop = FaultyFileSystem.configuration("faulty");
        TrainedModel before = SmallCheckpoint.of(RUN, 1).model();
        TrainedModel after = SmallCheckpoint.of(RUN, 2).model();
        for (Fault fault : EnumSet.complementOf(EnumSet.of(Fault.NONE))) {
            boolean again = true;
            for (int chance = 0; again; chance++) {
                String place = "faulty://" + folder.resolve(fault + "" + chance);
                ModelStore.save(before, place, hadoop);
                FaultyFileSystem.arm(fault, fault == Fault.DISK_FULL ? chance * SHARE_OF_BYTES : chance);
                boolean failed = false;
                try {
                    ModelStore.save(after, place, hadoop);
                } catch (IOException e) {
                    failed = true;
                }
                again = FaultyFileSystem.isMet();
                FaultyFileSystem.arm(Fault.NONE, 0);
                ModelStore.requireWritable(place, hadoop);
                String is = ModelStore.load(place, hadoop).state().weightsSha256();
                String when = fault + " at chance " + chance;
                assertTrue(
                        is.equals(after.state().weightsSha256())
                                || (failed && is.equals(before.state().weightsSha256())),
                        when);
                ModelStore.save(after, place, hadoop);
                assertEquals(
                        after.state().weightsSha256(),
                        ModelStore.load(place, hadoop).state().weightsSha256(),
                        when);
            }
        }
    }

    private static void assertNewest(CheckpointStore store, Set<Long> expected, String when) throws IOException {
        List<String> skipped = new ArrayList<>();
        Checkpoint newest = store.newest(skipped::add).orElseThrow().checkpoint();
        long step = newest.state().step();
        assertTrue(expected.contains(step), when + "; the newest is " + step + ", skipped " + skipped);
        assertArrayEquals(
                SmallCheckpoint.of(RUN, step).state().values().weights(),
                newest.state().values().weights(),
                when);
    }
}
