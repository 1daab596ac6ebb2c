package dev.convoy.spark.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.tensor.Shape;
import dev.convoy.train.RunConfig;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Each warning on both sides of the line where it begins. */
class PlanWarningsTest {
    private static final Shape IMAGE = Shape.of(28, 28, 1);
    private static final SparkMemory PLENTY = new SparkMemory(8L << 30, 0.6, 1L << 30);
    private static final double SLOW = 0.01; // seconds per image: executors are worth their messages

    private static TrainingPlan plan(int executors, int batch, int shards, double secondsPerImage, String... settings) {
        RunConfig config = RunConfig.defaults()
                .with("model.name", settings.length == 0 ? "lenet5" : settings[0])
                .with("train.batch-size", batch)
                .with("train.shards", shards);
        return TrainingPlan.of(config, IMAGE, 60_000, new ClusterShape(executors, 1, 1, 1, 1.25e9), secondsPerImage);
    }

    @Test
    void aGoodPlanHasNone() {
        assertEquals(List.of(), PlanWarnings.of(plan(4, 256, 8, SLOW, "cnn"), PLENTY));
    }

    @Test
    void theResultsOfAStepAgainstTheirBound() {
        TrainingPlan plan = plan(4, 256, 8, SLOW);
        long needed = 4 * plan.work().stateBytes() + 4 * 4096; // four aligned runs: four sums

        assertEquals(4 * plan.work().stateBytes(), plan.resultBytes());
        assertEquals(List.of(), PlanWarnings.of(plan, new SparkMemory(8L << 30, 0.6, needed)));
        assertEquals(List.of(), PlanWarnings.of(plan, new SparkMemory(8L << 30, 0.6, 0)), "0 is no bound");
        assertOnly("--conf spark.driver.maxResultSize=1m", plan, new SparkMemory(8L << 30, 0.6, needed - 1));
    }

    @Test
    void groupsOfTasksSendTheDriverLess() {
        TrainingPlan plan = plan(64, 1024, 64, SLOW);
        assertEquals(8 * plan.work().stateBytes(), plan.resultBytes());
    }

    @Test
    void theTasksOfAnExecutorAgainstItsMemory() {
        TrainingPlan plan = plan(4, 256, 8, SLOW);
        long needed = SparkMemory.heapFor(plan.workPerExecutor() + plan.cachedPerExecutor());
        double allStorage = 1;

        assertEquals(List.of(), PlanWarnings.of(plan, new SparkMemory(needed, allStorage, 0)));
        assertOnly("its tasks need", plan, new SparkMemory(needed - 1, allStorage, 0));
    }

    @Test
    void theDataAgainstTheCache() {
        TrainingPlan plan = plan(4, 256, 8, SLOW);
        assertEquals(15_000L * (784 + 12), plan.cachedPerExecutor());
        long heap = SparkMemory.heapFor(10 * plan.cachedPerExecutor());
        SparkMemory enough = new SparkMemory(heap, 0.1001, 0);

        assertEquals(List.of(), PlanWarnings.of(plan, enough));
        assertOnly("too small to cache the data", plan, new SparkMemory(heap, 0.0999, 0));
    }

    @Test
    void theHeapItAsksForIsEnough() {
        TrainingPlan plan = plan(1, 8192, 8, SLOW);
        SparkMemory small = new SparkMemory(400L << 20, 0.6, 0);
        for (String warning : PlanWarnings.of(plan, small)) {
            assertTrue(warning.contains("--executor-memory"), warning);
        }
        long asked = PlanWarnings.of(plan, small).stream()
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".*--executor-memory (\\d+)m.*", "$1")))
                .max()
                .orElseThrow();
        assertEquals(List.of(), PlanWarnings.of(plan, new SparkMemory(asked << 20, 0.6, 0)));
    }

    @Test
    void moreExecutorsThanTheWorkIsWorth() {
        TrainingPlan quick = plan(4, 256, 8, 1e-9);
        TrainingPlan slow = plan(4, 256, 8, SLOW);

        assertTrue(quick.time(4).total() > quick.time(1).total());
        assertTrue(PlanWarnings.of(quick, PLENTY).get(0).contains("one executor is faster"));
        assertTrue(slow.time(4).total() < slow.time(1).total());
        assertEquals(List.of(), PlanWarnings.of(slow, PLENTY));
        assertEquals(List.of(), PlanWarnings.of(plan(1, 256, 8, 1e-9), PLENTY), "one is one");
    }

    @Test
    void oneMachineFasterThanTheCluster() {
        RunConfig config = RunConfig.defaults()
                .with("model.name", "lenet5")
                .with("train.batch-size", 256)
                .with("train.shards", 8);
        // two executors of two cores, on a machine of their own each: of two processors, or of eight
        TrainingPlan small = TrainingPlan.of(config, IMAGE, 60_000, new ClusterShape(2, 2, 1, 2, 1.25e9), SLOW);
        TrainingPlan large = TrainingPlan.of(config, IMAGE, 60_000, new ClusterShape(2, 2, 1, 8, 1.25e9), SLOW);

        assertTrue(small.localTime().total() > small.time(2).total());
        assertEquals(List.of(), PlanWarnings.of(small, PLENTY));
        assertTrue(large.localTime().total() < large.time(2).total());
        assertOnly("--master local[8]", large, PLENTY);
    }

    @Test
    void moreCoresThanShards() {
        assertEquals(List.of(), PlanWarnings.of(plan(8, 256, 8, SLOW), PLENTY));
        assertOnly("1 of 9 cores have nothing to do", plan(9, 256, 8, SLOW), PLENTY);
    }

    @Test
    void fewerTasksThanCores() {
        RunConfig config = RunConfig.defaults()
                .with("model.name", "lenet5")
                .with("train.batch-size", 256)
                .with("train.shards", 8);
        assertEquals(List.of(), PlanWarnings.of(withParallelism(config, 4), PLENTY));
        assertOnly("spark.default.parallelism=3 bounds", withParallelism(config, 3), PLENTY);
    }

    private static TrainingPlan withParallelism(RunConfig config, int parallelism) {
        return TrainingPlan.of(config, IMAGE, 60_000, new ClusterShape(4, 1, 1, 1, 1.25e9, 1, parallelism), SLOW);
    }

    @Test
    void dynamicAllocationKeepsMoreDataThanItComputesAtOnce() {
        RunConfig config = RunConfig.defaults()
                .with("model.name", "lenet5")
                .with("train.batch-size", 256)
                .with("train.shards", 8);
        TrainingPlan fixed = TrainingPlan.of(config, IMAGE, 60_000, new ClusterShape(4, 1, 1, 1, 1.25e9), SLOW);
        TrainingPlan growing = TrainingPlan.of(config, IMAGE, 60_000, new ClusterShape(4, 1, 1, 1, 1.25e9, 2, 0), SLOW);

        assertEquals(8, growing.sums().tasks());
        assertEquals(fixed.cachedPerExecutor(), growing.cachedPerExecutor(), "two tasks of one shard for one of two");
        assertEquals(growing.memory().total() + 2 * growing.work().stateBytes(), growing.workPerExecutor());
    }

    @Test
    void fewerSamplesThanShards() {
        assertEquals(List.of(), PlanWarnings.of(plan(4, 8, 8, SLOW), PLENTY));
        assertOnly("leaves 1 of 8 shards empty", plan(4, 7, 8, SLOW), PLENTY);
    }

    @Test
    void batchNormalisationOfFewImages() {
        assertEquals(List.of(), PlanWarnings.of(plan(4, 128, 8, SLOW, "cnn"), PLENTY));
        assertOnly("= 15.9 images", plan(4, 127, 8, SLOW, "cnn"), PLENTY);
        assertEquals(List.of(), PlanWarnings.of(plan(4, 127, 8, SLOW, "lenet5"), PLENTY), "without it all is well");
    }

    @Test
    void batchNormalisationOfSmallPieces() {
        RunConfig config = RunConfig.defaults()
                .with("model.name", "cnn")
                .with("train.batch-size", 256)
                .with("train.shards", 8);
        ClusterShape cluster = new ClusterShape(4, 1, 1, 1, 1.25e9);
        TrainingPlan sixteen = TrainingPlan.of(config.with("train.micro-batch", 16), IMAGE, 60_000, cluster, SLOW);
        TrainingPlan fifteen = TrainingPlan.of(config.with("train.micro-batch", 15), IMAGE, 60_000, cluster, SLOW);

        assertEquals(List.of(), PlanWarnings.of(sixteen, PLENTY));
        assertOnly("train.micro-batch", fifteen, PLENTY);
    }

    @Test
    void sparksDefaults() {
        SparkMemory memory = SparkMemory.of(new SparkConf(false), 1L << 30);

        assertEquals(1L << 30, memory.maxResultSize());
        assertEquals((1L << 30) - (300L << 20), memory.usable());
        assertEquals((long) (0.6 * memory.usable()), memory.storage());
    }

    private static void assertOnly(String text, TrainingPlan plan, SparkMemory memory) {
        List<String> warnings = PlanWarnings.of(plan, memory);
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).contains(text), warnings.get(0));
    }
}
