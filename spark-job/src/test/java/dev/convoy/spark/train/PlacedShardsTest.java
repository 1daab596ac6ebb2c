package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.train.WatchedRun.Case;
import dev.convoy.spark.train.Watcher.Answer;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import dev.convoy.train.SplitPlan;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose cores change is stood in for by the setting that says how many there are; a real one is in StandaloneFailureTest. */
class PlacedShardsTest {
    private static final String CORES = "spark.default.parallelism";
    private static final int STEADY = PlacedShards.STEADY_STEPS;

    @TempDir
    Path folder;

    @Test
    void aChangeThatStaysDividesAnewOnceAndAPassingOneDoesNot() throws Exception {
        try (JavaSparkContext spark = LocalSpark.start("local[3]")) {
            List<Integer> persisted = new ArrayList<>();
            WatchedRun run = agrees(spark, step -> {
                persisted.add(spark.getPersistentRDDs().size());
                if (step == 2) {
                    spark.sc().conf().set(CORES, "7");
                } else if (step == 5) {
                    spark.sc().conf().set(CORES, "3");
                } else if (step == 16) {
                    spark.sc().conf().set(CORES, "2");
                }
            });
            run.assertEverySampleCountsOnce();
            for (int step = 0; step < 40; step++) {
                int partitions = step < 16 + STEADY ? 3 : 2;
                assertEquals(partitions, run.shape(step).partitions(), "step " + step);
                long fetching = run.tasks().of(step).stream()
                        .filter(task -> task.bytesFetched() > 0)
                        .count();
                assertEquals(step == 0 || step == 16 + STEADY ? partitions : 0, fetching, "step " + step);
            }
            assertEquals(List.of(2), persisted.stream().distinct().toList(), "the training and the test set");
            assertEquals(0, spark.getPersistentRDDs().size(), "afterwards");
        }
    }

    /** Nobody else would: steps divide the training set alone. */
    @Test
    void anEvaluationDividesItsSplitOverTheExecutorsThereAre() throws Exception {
        SmallMnist.write(folder, 30, 20);
        RunConfig config = RunConfig.defaults().with("data.path", folder.toString());
        try (JavaSparkContext spark = LocalSpark.start("local[2]")) {
            IdxSource source = SyncSgdTrainer.source(spark, config, Split.TEST);
            try (PlacedShards test = new PlacedShards(spark, source, SplitPlan.of(config, Split.TEST, 20))) {
                JavaPairRDD<Integer, ImageBlock> two = test.forEvaluation();
                assertEquals(2, two.getNumPartitions());
                assertSame(two, test.forEvaluation(), "nothing has changed");
                spark.sc().conf().set(CORES, "5");
                assertEquals(5, test.forEvaluation().getNumPartitions());
                assertEquals(1, spark.getPersistentRDDs().size());
            }
        }
    }

    /** Twenty steps in each of two epochs. */
    private WatchedRun agrees(JavaSparkContext spark, LongConsumer between) throws Exception {
        return WatchedRun.agrees(spark, Case.of(folder, 60, 8, 3, 0), pass -> Answer.GO_ON, new TrainingListener() {
            @Override
            public void betweenSteps(TrainingState state) {
                between.accept(state.step());
            }
        });
    }
}
