package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpareArraysTest {
    private final SpareArrays spare = new SpareArrays();

    @Test
    void anArrayThatCameBackIsHandedOutAgainAsZeros() {
        float[] gradient = spare.zeros(3);
        float[] bufferSums = spare.zeros(2);
        Arrays.fill(gradient, Float.NaN);
        spare.giveBack(sum(gradient, bufferSums));
        assertNotSame(gradient, spare.zeros(4), "of another length");
        float[] again = spare.zeros(3);
        assertSame(gradient, again);
        assertArrayEquals(new float[3], again);
        assertNotSame(gradient, spare.zeros(3), "it has an owner");
    }

    @Test
    void oneArrayGivenBackTwiceIsAnError() {
        GradientSum sum = sum(spare.zeros(3), spare.zeros(2));
        spare.zeros(3);
        spare.giveBack(sum);
        assertThrows(IllegalStateException.class, () -> spare.giveBack(sum));
    }

    @Test
    void noMoreAreKeptThanWereHandedOut() {
        spare.giveBack(GradientSum.EMPTY);
        GradientSum foreign = sum(new float[3], new float[2]);
        spare.giveBack(foreign);
        assertNotSame(foreign.gradient(), spare.zeros(3));
    }

    /** Each owner writes its mark all over its array and must find nothing else there. */
    @Test
    void noTwoThreadsEverOwnOneArray() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> owners = new ArrayList<>();
            for (int owner = 1; owner <= 4; owner++) {
                float mark = owner;
                owners.add(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        GradientSum sum = sum(spare.zeros(8), spare.zeros(0));
                        float[] mine = Objects.requireNonNull(sum.gradient());
                        for (int j = 0; j < mine.length; j++) {
                            assertEquals(0, mine[j]);
                            mine[j] = mark;
                        }
                        for (float value : mine) {
                            assertEquals(mark, value);
                        }
                        if (i % 3 != 0) { // some are lost
                            spare.giveBack(sum);
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> owner : threads.invokeAll(owners)) {
                owner.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every sum but the total is spent, once, and only when nothing more is read from it. */
    @Test
    void aTreeSpendsEachSumItHasAddedToAnother() {
        for (int shards = 1; shards <= 20; shards++) {
            List<GradientSum> spent = new ArrayList<>();
            TreeSum tree = new TreeSum(shards, sum -> {
                Arrays.fill(Objects.requireNonNull(sum.gradient()), Float.NaN);
                spent.add(sum);
            });
            TreeSum kept = new TreeSum(shards);
            for (int i = 0; i < shards; i++) {
                int shard = i % 2 == 0 ? i / 2 : shards - 1 - i / 2;
                tree.add(
                        shard, shard % 5 == 3 ? GradientSum.EMPTY : sum(new float[] {shard, 1f / shard}, new float[0]));
                kept.add(
                        shard, shard % 5 == 3 ? GradientSum.EMPTY : sum(new float[] {shard, 1f / shard}, new float[0]));
            }
            int leaves = (int)
                    IntStream.range(0, shards).filter(shard -> shard % 5 != 3).count();
            assertEquals(leaves - 1, spent.size());
            assertArrayEquals(kept.total().gradient(), tree.total().gradient());
            assertTrue(spent.stream()
                    .noneMatch(sum -> sum.gradient() == tree.total().gradient()));
        }
    }

    /** Whatever is given back is spoilt first, and a run with new arrays for each sum is computed beside. */
    @Test
    void nothingReadsAnArrayAfterItWasGivenBack() {
        RunConfig config = RunConfig.defaults()
                .with("kernels", System.getProperty("kernels", "auto"))
                .with("model.name", "cnn")
                .with("data.mean", List.of(0.1307))
                .with("data.std", List.of(0.3081))
                .with("train.batch-size", 13)
                .with("train.shards", 7)
                .with("train.max-steps", 4)
                .with("train.micro-batch", 1)
                .with("optimizer.name", "lamb")
                .with("optimizer.clip-norm", 0.5);
        LocalWorkers reusing = new LocalWorkers(
                config, Samples.mnist("train"), Samples.mnist("t10k").slice(0, 20));
        LocalWorkers other = new LocalWorkers(
                config, Samples.mnist("train"), Samples.mnist("t10k").slice(0, 20));
        List<SumComparison> steps = new ArrayList<>();
        Workers both = new ComparingWorkers(
                reusing.network(), new Spoiling(reusing), new Forgetting(other), steps::add, (one, two) -> {});
        new Training(
                        config,
                        reusing.network(),
                        reusing.plan(),
                        both,
                        List.of(),
                        ModelState.initial(reusing.network(), 1))
                .run();
        assertEquals(4, steps.size());
        assertTrue(steps.stream().allMatch(SumComparison::isEqual), steps.toString());
    }

    private record Spoiling(Workers workers) implements Workers {
        @Override
        public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
            return workers.gradient(state, epoch, stepOfEpoch);
        }

        @Override
        public void takeBack(GradientSum sum) {
            Arrays.fill(Objects.requireNonNull(sum.gradient()), Float.NaN);
            Arrays.fill(Objects.requireNonNull(sum.bufferSums()), Float.NaN);
            workers.takeBack(sum);
        }

        @Override
        public Evaluation evaluate(ModelState state, Split split) {
            return workers.evaluate(state, split);
        }
    }

    private record Forgetting(Workers workers) implements Workers {
        @Override
        public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
            return workers.gradient(state, epoch, stepOfEpoch);
        }

        @Override
        public Evaluation evaluate(ModelState state, Split split) {
            return workers.evaluate(state, split);
        }
    }

    private static GradientSum sum(float[] gradient, float[] bufferSums) {
        return new GradientSum(1, 0, 0, gradient, bufferSums);
    }
}
