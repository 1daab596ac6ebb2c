package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks driven beyond the range of floats at a known place, by known samples. */
class DiagnosisTest {
    private static final Shape IMAGE = Shape.of(8, 8, 1);
    private static final int COUNT = 12;
    private static final float HUGE = 3e38f;

    /** Black images of class 0. */
    private final byte[] pixels = new byte[COUNT * IMAGE.size()];

    private final int[] labels = new int[COUNT];
    private final Network network = ModelZoo.build("mlp", IMAGE, 10);
    private final ModelState state = ModelState.initial(network, 1);

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void theSamplesWhoseOutputOverflowsAreNamed(int microBatch) {
        fill("hidden1.weight", HUGE);
        paint(3);
        paint(8);
        Divergence found = diagnose(config().with("train.micro-batch", microBatch));
        assertEquals("the output of hidden1", found.place());
        assertArrayEquals(ids(3, 8), sorted(found.samples()));
    }

    @Test
    void theFirstLayerIsNamedNotOneAfterIt() {
        fill("hidden2.bias", Float.POSITIVE_INFINITY);
        Divergence found = diagnose(config());
        assertEquals("the output of hidden2", found.place());
        assertEquals(COUNT, found.samples().length);
    }

    /** The last layer sees zeros, so its own gradient stays finite; what it hands down does not. */
    @Test
    void theFirstGradientInBackwardOrderIsNamed() {
        blindOutput();
        fill("output.weight", 10);
        labels[4] = 3;
        Divergence found = diagnose(weighted(3));
        assertEquals("the gradient with respect to the output of relu4", found.place());
        assertArrayEquals(ids(4), found.samples());
    }

    @Test
    void aSumOverSamplesThatOverflowsNamesTheParameterAndAllOfThem() {
        blindOutput();
        labels[4] = 3;
        labels[9] = 3;
        Divergence found = diagnose(weighted(3));
        assertEquals("the gradient of output.bias", found.place());
        assertEquals(COUNT, found.samples().length);
    }

    /** Training computes them in one, and the rectifier hides the infinity. */
    @Test
    void aNormalisationIsNamedThoughARectifierFollowsIt() {
        Network normalised = ModelZoo.build("resnet20", IMAGE, 10);
        ModelState values = ModelState.initial(normalised, 1);
        Parameter beta = normalised.weights().parameters().stream()
                .filter(one -> one.name().equals("stage2.block1.conv2_norm.beta"))
                .findFirst()
                .orElseThrow();
        values.weights()[beta.offset()] = Float.NEGATIVE_INFINITY;
        RunConfig config = config().with("model.name", "resnet20");
        Divergence found =
                task(config).diagnose(values, block(), 0, plan(config), 0, 0).orElseThrow();
        assertEquals("the output of stage2.block1.conv2_norm", found.place());
    }

    @Test
    void aHealthyShareHasNothingToFind() {
        assertTrue(
                task(config()).diagnose(state, block(), 0, plan(config()), 0, 0).isEmpty());
    }

    @Test
    void aRunThatDivergesNamesStepShardLayerAndSamples() {
        RunConfig config = config().with("train.shards", 3);
        fill("hidden1.weight", HUGE);
        for (int sample = 0; sample < COUNT; sample++) {
            paint(sample);
        }
        DivergedException e = assertThrows(DivergedException.class, () -> run(config));
        String message = String.valueOf(e.getMessage());
        assertTrue(
                message.matches("step 1: the loss is (NaN|Infinity), not finite: first in the output of hidden1,"
                        + " in shards 0, 1, 2, by samples \\d+, \\d+, \\d+, \\d+, \\d+ and 7 more;"
                        + " lower schedule.rate \\(the rate was 0.100\\).*"),
                message);
    }

    /** The sums of the shards are finite; the update is not. */
    @Test
    void weightsThatAStepMadeInfiniteAreNoticedAtThatStep() {
        RunConfig config = config().with("schedule.rate", 1e39).with("train.max-steps", 0);
        paint(1);
        DivergedException e = assertThrows(DivergedException.class, () -> run(config));
        assertTrue(
                String.valueOf(e.getMessage()).startsWith("step 1: it left hidden1.weight not finite"), e.getMessage());
    }

    @Test
    void everyPlaceOfAnArrayIsLookedAt() {
        for (int length = 0; length < 12; length++) {
            float[] values = new float[length];
            Arrays.fill(values, Float.MAX_VALUE);
            assertEquals(-1, Finite.firstNot(values));
            for (int place = 0; place < length; place++) {
                for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    float before = values[place];
                    values[place] = bad;
                    assertEquals(place, Finite.firstNot(values));
                    values[place] = before;
                }
            }
        }
    }

    private Divergence diagnose(RunConfig config) {
        return task(config).diagnose(state, block(), 0, plan(config), 0, 0).orElseThrow();
    }

    private void run(RunConfig config) {
        ImageBlock block = block();
        LocalWorkers workers =
                new LocalWorkers(config.with("train.seed", 1L).with("train.batch-size", COUNT), block, block);
        new Training(config, network, workers.plan(), workers, List.of(), state).run();
    }

    private static ShardTask task(RunConfig config) {
        return new ShardTask(config, IMAGE);
    }

    private static BatchPlan plan(RunConfig config) {
        return new BatchPlan(1, COUNT, COUNT, config.train().shards());
    }

    private ImageBlock block() {
        return new ImageBlock(IMAGE, pixels, labels, LongStream.range(0, COUNT).toArray());
    }

    private static RunConfig config() {
        return RunConfig.defaults()
                .with("kernels", System.getProperty("kernels", "auto"))
                .with("model.name", "mlp")
                .with("data.mean", List.of(0.0))
                .with("data.std", List.of(1.0))
                .with("train.shards", 1)
                .with("train.batch-size", COUNT)
                .with("schedule.name", "constant")
                .with("schedule.rate", 0.1);
    }

    /** The loss of one class weighs so much that two of its samples are too much for a float. */
    private static RunConfig weighted(int label) {
        Double[] weights = Collections.nCopies(10, 1.0).toArray(Double[]::new);
        weights[label] = (double) HUGE;
        return config().with("loss.class-weights", List.of(weights));
    }

    private void blindOutput() {
        fill("hidden2.weight", 0);
        fill("hidden2.bias", 0);
        fill("output.bias", 0);
    }

    private void paint(int sample) {
        Arrays.fill(pixels, sample * IMAGE.size(), (sample + 1) * IMAGE.size(), (byte) 255);
    }

    private void fill(String parameter, float value) {
        int size = network.weights().parameters().stream()
                .filter(one -> one.name().equals(parameter))
                .findFirst()
                .orElseThrow()
                .shape()
                .size();
        Arrays.fill(state.weights(), offset(parameter), offset(parameter) + size, value);
    }

    private int offset(String parameter) {
        return network.weights().parameters().stream()
                .filter(one -> one.name().equals(parameter))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    private static long[] ids(long... samples) {
        return samples;
    }

    private static long[] sorted(long[] ids) {
        return Arrays.stream(ids).sorted().toArray();
    }
}
