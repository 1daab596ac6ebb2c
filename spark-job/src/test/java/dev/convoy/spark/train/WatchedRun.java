package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.data.BatchPlan;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.train.Watcher.Decision;
import dev.convoy.spark.train.Watcher.Seen;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A run of two epochs of a {@link WatchedNetwork} on a cluster, next to the same run of the local trainer.
 *
 * @param seen every forward pass, failed ones included
 * @param tasks every task
 */
record WatchedRun(Case of, List<Seen> seen, EndedTasks tasks) {
    private static final long SEED = 7;
    private static final int TEST_SAMPLES = 13;

    /** What the local trainer did, kept from one cluster to the next. */
    private static final Map<Case, Trajectory> UNDISTURBED = new HashMap<>();

    /**
     * What is trained.
     *
     * @param network its name
     * @param folder of the data
     * @param samples of the training set
     */
    record Case(String network, Path folder, int samples, int shards, int batchSize, int microBatch) {
        /** The first images of the sample, numbered. */
        static Case of(Path parent, int samples, int shards, int batchSize, int microBatch) throws IOException {
            Path folder = parent.resolve("of" + samples);
            if (!Files.exists(folder)) {
                SmallMnist.write(
                        Files.createDirectory(folder),
                        Watcher.numbered(SmallMnist.sample("train").slice(0, samples)),
                        Watcher.numbered(SmallMnist.sample("t10k").slice(0, TEST_SAMPLES)));
            }
            return new Case("watched", folder, samples, shards, batchSize, microBatch);
        }

        /** The same with a network whose weights and gradients travel as blocks. */
        Case large() {
            return new Case("watched-large", folder, samples, shards, batchSize, microBatch);
        }

        BatchPlan plan() {
            return new BatchPlan(SEED, samples, batchSize, shards);
        }

        RunConfig config() {
            return RunConfig.defaults()
                    .with("model.name", network)
                    .with("data.path", folder.toString())
                    .with("data.mean", List.of(0.0))
                    .with("data.std", List.of(1.0))
                    .with("train.epochs", 2)
                    .with("train.batch-size", batchSize)
                    .with("train.micro-batch", microBatch)
                    .with("train.shards", shards)
                    .with("train.evaluate-every", 0)
                    .with("train.seed", SEED);
        }
    }

    /** Runs it under the eyes of {@code decision}, and asserts that the state after every step is that of the local trainer. */
    static WatchedRun agrees(JavaSparkContext spark, Case each, Decision decision, TrainingListener... others)
            throws IOException {
        EndedTasks tasks = EndedTasks.of(spark);
        List<TrainingListener> listeners = new ArrayList<>(List.of(others));
        listeners.add(Watcher.stepsOf(spark));
        try (Watcher watcher = Watcher.watch(spark, decision)) {
            Trajectory trajectory;
            try {
                trajectory = Trajectory.on(spark, each.config(), listeners.toArray(TrainingListener[]::new));
            } catch (RuntimeException e) {
                watcher.mistakes().forEach(e::addSuppressed);
                throw e;
            }
            assertEquals(
                    UNDISTURBED.computeIfAbsent(each, any -> Trajectory.local(each.config())),
                    trajectory,
                    each.toString());
            assertEquals(List.of(), watcher.mistakes());
            return new WatchedRun(each, watcher.seen(), tasks);
        }
    }

    /** How many tasks, failed ones included, made passes over one partition in a training step. */
    long attempts(long step, int partition) {
        return seen.stream()
                .filter(pass -> pass.training() && pass.step() == step && pass.partition() == partition)
                .map(Seen::task)
                .distinct()
                .count();
    }

    /** How many partitions a step had, and how many executors worked on them. */
    Shape shape(long step) throws Exception {
        List<EndedTasks.Ended> of = tasks.of(step);
        return new Shape(
                (int) of.stream().map(EndedTasks.Ended::partition).distinct().count(),
                (int) of.stream().map(EndedTasks.Ended::executor).distinct().count());
    }

    /** The cluster as a step used it. */
    record Shape(int partitions, int executors) {}

    /**
     * Asserts that each step had as many samples as the plan says, each epoch every sample once, and so the evaluation at the end. A
     * partition whose result was lost after it had succeeded counts once, if it had the same samples each time.
     */
    void assertEverySampleCountsOnce() throws Exception {
        BatchPlan plan = of.plan();
        int stepsPerEpoch = plan.stepsPerEpoch();
        Set<Long> succeeded = tasks.succeeded();
        for (int epoch = 0; epoch < 2; epoch++) {
            List<Long> all = new ArrayList<>();
            for (int stepOfEpoch = 0; stepOfEpoch < stepsPerEpoch; stepOfEpoch++) {
                long step = (long) epoch * stepsPerEpoch + stepOfEpoch;
                List<Long> ids = ids(step, true, succeeded);
                assertEquals(plan.batchSize(stepOfEpoch), ids.size(), of + ", step " + step);
                all.addAll(ids);
            }
            assertCount(of.samples(), all, of + ", epoch " + epoch);
        }
        assertCount(TEST_SAMPLES, ids(2L * stepsPerEpoch, false, succeeded), of + ", evaluation");
    }

    private static void assertCount(int samples, List<Long> ids, String message) {
        assertArrayEquals(
                LongStream.range(0, samples).toArray(),
                ids.stream().mapToLong(id -> id).sorted().toArray(),
                message);
    }

    private List<Long> ids(long step, boolean training, Set<Long> succeeded) {
        Map<Integer, Map<Long, List<Long>>> ofTasks = new HashMap<>();
        seen.stream()
                .filter(pass -> pass.training() == training && pass.step() == step && succeeded.contains(pass.task()))
                .forEach(pass -> LongStream.of(pass.ids())
                        .forEach(id -> ofTasks.computeIfAbsent(pass.partition(), any -> new HashMap<>())
                                .computeIfAbsent(pass.task(), any -> new ArrayList<>())
                                .add(id)));
        List<Long> ids = new ArrayList<>();
        ofTasks.forEach((partition, attempts) -> {
            List<List<Long>> distinct = attempts.values().stream().distinct().toList();
            assertEquals(1, distinct.size(), of + ", step " + step + ", partition " + partition + ": " + distinct);
            ids.addAll(distinct.get(0));
        });
        return ids;
    }
}
