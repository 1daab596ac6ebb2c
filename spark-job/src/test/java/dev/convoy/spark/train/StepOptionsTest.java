package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.convoy.data.ImageBlock;
import dev.convoy.io.TrainedModel;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each option of a step by itself, in shapes that divide nothing: it does something, and on a cluster the same, to the bit. */
class StepOptionsTest {
    @TempDir
    static Path folder;

    private static JavaSparkContext spark;

    @BeforeAll
    static void start() throws IOException {
        SmallMnist.write(folder, 61, 7);
        spark = LocalSpark.start("local[2]");
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    @ParameterizedTest
    @CsvSource({
        "train.micro-batch, 1",
        "train.micro-batch, 3",
        "train.freeze, conv2",
        "train.freeze, *.weight",
        "optimizer.clip-value, 0.001",
        "optimizer.clip-norm, 0.1",
        "optimizer.average, 0.9",
        "optimizer.lookahead, 2"
    })
    void isTheSameOnAClusterOfAnyShape(String key, String value) {
        for (int shards : new int[] {3, 80}) {
            RunConfig without = config(shards);
            RunConfig with = without.with(key, typed(key, value));
            ModelState local = LocalTrainer.train(with, block("train"), block("t10k"), List.of());
            TrainedModel cluster = SyncSgdTrainer.train(spark, with, List.of());
            assertEquals(local.weightsSha256(), cluster.state().weightsSha256(), key + ", shards " + shards);
            assertEquals(local.buffersSha256(), cluster.state().buffersSha256(), key + ", shards " + shards);
            boolean onePieceAnyway = key.equals("train.micro-batch") && shards == 80;
            if (!onePieceAnyway) {
                ModelState plain = LocalTrainer.train(without, block("train"), block("t10k"), List.of());
                assertNotEquals(plain.weightsSha256(), local.weightsSha256(), key + " changes nothing");
            }
        }
    }

    private static Object typed(String key, String value) {
        return switch (key) {
            case "train.freeze" -> List.of(value);
            case "train.micro-batch", "optimizer.lookahead" -> Integer.parseInt(value);
            default -> Double.parseDouble(value);
        };
    }

    private static ImageBlock block(String split) {
        return IdxSource.find(folder.toString(), split, 10, new Configuration()).read(new Configuration());
    }

    private static RunConfig config(int shards) {
        return RunConfig.defaults()
                .with("model.name", "cnn")
                .with("data.path", folder.toString())
                .with("train.max-steps", 4)
                .with("train.batch-size", 23)
                .with("train.shards", shards);
    }
}
