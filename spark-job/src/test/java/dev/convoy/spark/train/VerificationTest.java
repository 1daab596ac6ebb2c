package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Evaluation;
import dev.convoy.train.GradientSum;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.LocalWorkers;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import dev.convoy.train.SumComparison;
import dev.convoy.train.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
    @TempDir
    static Path folder;

    private static JavaSparkContext spark;
    private final List<SumComparison> steps = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        SmallMnist.write(folder, 90, 20);
        spark = LocalSpark.start("local[2]");
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    @Test
    void aClusterThatReturnsTheSameBitsEndsWithTheWeightsOfTheLocalTrainer() {
        Verification verification = Verification.of(spark, config(), 4, (step, sum) -> steps.add(sum));

        assertEquals(List.of(), verification.differences());
        assertEquals(4, steps.size());
        assertTrue(steps.stream().allMatch(SumComparison::isEqual));
        ModelState local =
                LocalTrainer.train(config().with("train.max-steps", 4), block("train"), block("t10k"), List.of());
        assertEquals(local.weightsSha256(), verification.weightsSha256());
        assertEquals(
                "7 shards in 2 partitions on local[2]", verification.cluster().get(0));
        assertEquals(
                "executor driver: " + verification.local(),
                verification.cluster().get(1));
    }

    @Test
    void oneFlippedBitInOneLayerOfOneStepIsFoundAndNamed() {
        Verification verification = Verification.of(
                spark, config(), 3, (step, sum) -> steps.add(sum), workers -> new Disturbed(workers, 2, 1));

        assertEquals(
                List.of(true, false, true),
                steps.stream().map(SumComparison::isEqual).toList());
        assertEquals(
                1, verification.differences().size(), verification.differences().toString());
        String difference = verification.differences().get(0);
        assertTrue(difference.startsWith("step 2: gradient of conv2.weight: 1 of "), difference);
    }

    @Test
    void anEvaluationThatMissesASampleIsFoundToo() {
        Verification verification = Verification.of(
                spark, config(), 1, (step, sum) -> steps.add(sum), workers -> new Disturbed(workers, 9, 0));

        assertEquals(
                1, verification.differences().size(), verification.differences().toString());
        assertTrue(
                verification.differences().get(0).startsWith("evaluation after step 1: 20 samples"),
                verification.differences().get(0));
        assertTrue(verification.differences().get(0).contains("but 19 samples"));
    }

    /** As on a machine whose copy of the files is another. */
    @Test
    void otherDataOnTheExecutorsIsFoundInTheFirstStep() {
        ImageBlock train = block("train");
        train.pixels()[28 * 28 * 5 + 400] ^= 1;
        LocalWorkers other = new LocalWorkers(config(), train, block("t10k"));
        Verification verification =
                Verification.of(spark, config(), 3, (step, sum) -> steps.add(sum), workers -> other);

        assertFalse(steps.stream().allMatch(SumComparison::isEqual));
        assertTrue(
                verification.differences().stream().anyMatch(line -> line.contains("gradient of conv1.weight")),
                verification.differences().toString());
    }

    /** The cluster's sums with the lowest bit of one value of {@code conv2.weight} turned over in one step. */
    private static final class Disturbed implements Workers {
        private final Workers workers;
        private final int step;
        private final int counted;
        private int steps;

        /** @param counted 0 to lose a sample of each evaluation */
        Disturbed(Workers workers, int step, int counted) {
            this.workers = workers;
            this.step = step;
            this.counted = counted;
        }

        @Override
        public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
            GradientSum sum = workers.gradient(state, epoch, stepOfEpoch);
            float[] gradient = sum.gradient();
            if (++steps == step && gradient != null) {
                Parameter layer = ModelZoo.build("cnn", Shape.of(28, 28, 1), 10).weights().parameters().stream()
                        .filter(p -> p.name().equals("conv2.weight"))
                        .findFirst()
                        .orElseThrow();
                int at = layer.offset() + 10;
                gradient[at] = Float.intBitsToFloat(Float.floatToIntBits(gradient[at]) ^ 1);
            }
            return sum;
        }

        @Override
        public Evaluation evaluate(ModelState state, Split split) {
            Evaluation evaluation = workers.evaluate(state, split);
            return counted == 1
                    ? evaluation
                    : new Evaluation(
                            evaluation.count() - 1, evaluation.lossSum(), evaluation.correct(), evaluation.classes());
        }
    }

    private static ImageBlock block(String split) {
        return IdxSource.find(folder.toString(), split, 10, new Configuration()).read(new Configuration());
    }

    private static RunConfig config() {
        return RunConfig.defaults()
                .with("model.name", "cnn")
                .with("data.path", folder.toString())
                .with("train.batch-size", 25)
                .with("train.shards", 7);
    }
}
