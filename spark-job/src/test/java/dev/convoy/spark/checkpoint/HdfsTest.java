package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on an HDFS with a name node and a data node. */
class HdfsTest {
    private static final String RUN = "run1";

    @TempDir
    static Path disk;

    private static MiniDFSCluster cluster;
    private static FileSystem files;
    private static String folder;

    @BeforeAll
    static void start() throws IOException {
        Configuration conf = new Configuration();
        conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, disk.toString());
        cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
        cluster.waitActive();
        files = cluster.getFileSystem();
        folder = files.getUri() + "/runs/one";
    }

    @AfterAll
    static void stop() {
        cluster.shutdown(true);
    }

    @Test
    void checkpointsAreWrittenReplacedReadSkippedAndDeleted() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, new Configuration());
        store.requireWritable();
        assertTrue(store.isEmpty());
        for (long step : new long[] {1, 2, 3, 3, 4}) {
            store.save(SmallCheckpoint.of(RUN, step));
            store.deleteAllBut(SmallCheckpoint.of(RUN, step, 1), 2, at -> false, 2);
        }
        assertEquals(List.of("step-000000001", "step-000000003", "step-000000004"), names());
        List<String> skipped = new ArrayList<>();
        assertEquals(
                4, store.newest(skipped::add).orElseThrow().checkpoint().state().step());
        assertEquals(List.of(), skipped);

        try (FSDataOutputStream out =
                files.append(new org.apache.hadoop.fs.Path(folder, "step-000000004/state.safetensors"))) {
            out.write(0);
        }
        assertEquals(
                3, store.newest(skipped::add).orElseThrow().checkpoint().state().step());
        assertEquals(1, skipped.size());
        assertTrue(skipped.get(0).contains("step-000000004/state.safetensors: has "), skipped.get(0));
    }

    @Test
    void aModelIsReplacedAndComesBackFromBetweenTheTwoRenames() throws IOException {
        Configuration hadoop = new Configuration();
        String model = files.getUri() + "/models/one";
        ModelStore.save(SmallCheckpoint.of(RUN, 1).model(), model, hadoop);
        ModelStore.save(SmallCheckpoint.of(RUN, 2).model(), model, hadoop);
        assertEquals(
                SmallCheckpoint.of(RUN, 2).model().state().weightsSha256(),
                ModelStore.load(model, hadoop).state().weightsSha256());
        assertTrue(files.rename(
                new org.apache.hadoop.fs.Path(model), new org.apache.hadoop.fs.Path(model + "/../.one.model.tag.old")));
        ModelStore.requireWritable(model, hadoop);
        ModelStore.load(model, hadoop);
    }

    private static List<String> names() throws IOException {
        return Arrays.stream(files.listStatus(new org.apache.hadoop.fs.Path(folder)))
                .map(status -> status.getPath().getName())
                .sorted()
                .toList();
    }
}
