package dev.convoy.spark.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.Fingerprint;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Subset;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By what the samples of a checkpoint are known again. */
class FingerprintTest {
    @TempDir
    private Path folder;

    @Test
    void isTheSameOnAClusterOfAnyShapeAndKnowsEveryByte() throws IOException {
        SmallMnist.write(folder, 50, 10);
        IdxSource source = IdxSource.find(folder.toString(), "train", 10, new Configuration());
        ImageBlock block = source.read(new Configuration());
        BatchPlan plan = new BatchPlan(3, 50, 8, 5);
        String local = fingerprint(block, plan);
        assertTrue(local.matches("50 images \\[28, 28, 1], crc32c [0-9a-f]{8}"), local);
        for (String master : List.of("local[1]", "local[3]")) {
            try (JavaSparkContext spark = LocalSpark.start(master)) {
                for (int partitions = 1; partitions <= 5; partitions += 2) {
                    assertEquals(
                            local,
                            Shards.fingerprint(
                                    Shards.divide(spark, source, Subset.all(50), plan, partitions),
                                    50,
                                    source.shape()));
                }
            }
        }
        for (int change = 0; change < 3; change++) {
            byte[] pixels = block.pixels().clone();
            int[] labels = block.labels().clone();
            long[] ids = block.ids().clone();
            switch (change) {
                case 0 -> pixels[pixels.length - 1] ^= 1;
                case 1 -> labels[49] ^= 1;
                default -> {
                    ids[0] = 1;
                    ids[1] = 0;
                }
            }
            ImageBlock other = new ImageBlock(block.image(), pixels, labels, ids);
            assertNotEquals(local, fingerprint(other, plan), "change " + change);
        }
    }

    private static String fingerprint(ImageBlock block, BatchPlan plan) {
        return Fingerprint.of(
                block.count(),
                block.image(),
                Arrays.stream(plan.divide(block.ids()))
                        .map(members -> Fingerprint.ofShard(block.select(members)))
                        .toList());
    }
}
