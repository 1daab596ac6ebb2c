package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Samples;
import dev.convoy.nn.Parameter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One shard's gradient, in pieces and in part. */
class ShardTaskTest {
    private static final int BATCH = 23;
    private static final ImageBlock IMAGES = Samples.mnist("train").slice(0, 60);

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, 12, 22})
    void piecesAddUpToTheWhole(int microBatch) {
        RunConfig config = config("lenet5");
        GradientSum whole = gradient(config);
        GradientSum pieces = gradient(config.with("train.micro-batch", microBatch));
        assertEquals(whole.count(), pieces.count());
        assertEquals(whole.correct(), pieces.correct());
        assertEquals(whole.lossSum(), pieces.lossSum(), 1e-9 * whole.lossSum());
        double difference = 0;
        double size = 0;
        for (int i = 0; i < values(whole).length; i++) {
            difference += Math.pow(values(whole)[i] - values(pieces)[i], 2);
            size += Math.pow(values(whole)[i], 2);
        }
        assertTrue(Math.sqrt(difference / size) < 1e-6, "relative error " + Math.sqrt(difference / size));
    }

    @ParameterizedTest
    @ValueSource(ints = {BATCH, 1000})
    void aShareNoLargerThanAPieceIsNotDivided(int microBatch) {
        RunConfig config = config("cnn");
        GradientSum whole = gradient(config);
        GradientSum piece = gradient(config.with("train.micro-batch", microBatch));
        assertArrayEquals(values(whole), values(piece));
        assertArrayEquals(whole.bufferSums(), piece.bufferSums());
        assertEquals(whole.lossSum(), piece.lossSum());
    }

    /** 23 samples in pieces of at most 8 are 7, 8 and 8: each normalises by its own statistics, weighted by its samples. */
    @Test
    void batchStatisticsAreThoseOfThePieces() {
        RunConfig config = config("cnn").with("train.micro-batch", 8);
        ShardTask task = new ShardTask(config, IMAGES.image());
        ModelState state = ModelState.initial(task.network(), 1);
        BatchPlan plan = new BatchPlan(1, 60, BATCH, 1);
        int[] positions = plan.positions(0, 0, 0);
        float[] sums = new float[task.network().buffers().size()];
        ShardTask unsplit = new ShardTask(config("cnn"), IMAGES.image());
        for (int[] piece : new int[][] {{0, 7}, {7, 15}, {15, 23}}) {
            ImageBlock block = IMAGES.select(Arrays.copyOfRange(positions, piece[0], piece[1]));
            float[] part = inOrder(unsplit, state, block);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += part[i];
            }
        }
        float[] actual = Objects.requireNonNull(
                task.gradient(state, IMAGES, 0, plan, 0, 0).bufferSums());
        assertArrayEquals(sums, actual, 1e-4f);
    }

    /** The batch statistics of a whole block; the order of its samples changes their last bits only. */
    private static float[] inOrder(ShardTask task, ModelState state, ImageBlock block) {
        BatchPlan all = new BatchPlan(1, block.count(), block.count(), 1);
        return Objects.requireNonNull(task.gradient(state, block, 0, all, 0, 0).bufferSums());
    }

    @Test
    void theSettingsChooseTheLoss() {
        RunConfig config = config("mlp");
        GradientSum plain = gradient(config);
        // Doubling every weight is exact.
        GradientSum doubled = gradient(config.with("loss.class-weights", Collections.nCopies(10, 2.0)));
        assertEquals(2 * plain.lossSum(), doubled.lossSum());
        for (int i = 0; i < values(plain).length; i++) {
            assertEquals(2 * values(plain)[i], values(doubled)[i]);
        }
        assertEquals(plain.count(), doubled.count(), "the mean divides by samples, not by weights");
        GradientSum unfocused = gradient(config.with("loss.name", "focal").with("loss.gamma", 0.0));
        assertEquals(plain.lossSum(), unfocused.lossSum(), 1e-9 * plain.lossSum());
        assertTrue(gradient(config.with("loss.name", "focal")).lossSum() < plain.lossSum());
        assertNotEquals(
                plain.lossSum(),
                gradient(config.with("loss.label-smoothing", 0.1)).lossSum());
    }

    @Test
    void evaluationsReportTheLossOfTraining() {
        RunConfig config = config("mlp");
        ShardTask task = new ShardTask(config, IMAGES.image());
        ModelState state = ModelState.initial(task.network(), 1);
        RunConfig weighted = config.with("loss.class-weights", Collections.nCopies(10, 2.0));
        assertEquals(
                2 * task.evaluate(state, IMAGES).loss(),
                new ShardTask(weighted, IMAGES.image()).evaluate(state, IMAGES).loss());
    }

    @Test
    void whatIsFrozenHasNoGradientAndTheRestHasItsOwn() {
        RunConfig config = config("cnn");
        GradientSum all = gradient(config);
        GradientSum part = gradient(config.with("train.freeze", List.of("conv1", "conv3", "*.gamma")));
        for (Parameter parameter :
                new ShardTask(config, IMAGES.image()).network().weights().parameters()) {
            boolean frozen = parameter.matches("conv1") || parameter.matches("conv3") || parameter.matches("*.gamma");
            float[] expected = frozen
                    ? new float[parameter.shape().size()]
                    : parameter.in(values(all)).toArray();
            assertArrayEquals(expected, parameter.in(values(part)).toArray(), parameter.name());
        }
        assertArrayEquals(all.bufferSums(), part.bufferSums());
    }

    @Test
    void aRunLeavesFrozenParametersAsTheyWere() {
        RunConfig config = config("cnn")
                .with("train.freeze", List.of("conv1", "dense1.weight"))
                .with("train.max-steps", 3)
                .with("optimizer.name", "adamw");
        ModelState after = LocalTrainer.train(config, IMAGES, IMAGES.slice(0, 5), List.of());
        ShardTask task = new ShardTask(config, IMAGES.image());
        ModelState before = ModelState.initial(task.network(), 1);
        for (Parameter parameter : task.network().weights().parameters()) {
            boolean same = Arrays.equals(
                    parameter.in(before.weights()).toArray(),
                    parameter.in(after.weights()).toArray());
            assertEquals(parameter.matches("conv1") || parameter.matches("dense1.weight"), same, parameter.name());
        }
        for (Parameter average : task.network().buffers().parameters()) {
            assertFalse(
                    Arrays.equals(
                            average.in(before.buffers()).toArray(),
                            average.in(after.buffers()).toArray()),
                    average.name() + " follows the batches, frozen or not");
        }
    }

    private static GradientSum gradient(RunConfig config) {
        ShardTask task = new ShardTask(config, IMAGES.image());
        ModelState state = ModelState.initial(task.network(), 1);
        return task.gradient(state, IMAGES, 0, new BatchPlan(1, 60, BATCH, 1), 0, 0);
    }

    private static float[] values(GradientSum sum) {
        return Objects.requireNonNull(sum.gradient());
    }

    private static RunConfig config(String model) {
        return RunConfig.defaults()
                .with("kernels", System.getProperty("kernels", "auto"))
                .with("model.name", model)
                .with("train.batch-size", BATCH)
                .with("train.shards", 1);
    }
}
