package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.io.TrainedModel;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.train.Evaluation;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What a run did, to the bit.
 *
 * @param steps the state after each
 * @param model what it returned
 * @param evaluation of that
 */
record Trajectory(List<Step> steps, Sums model, Evaluation evaluation) {
    /** SHA-256 of all values. */
    record Sums(String weights, String buffers) {
        static Sums of(ModelState state) {
            return new Sums(state.weightsSha256(), state.buffersSha256());
        }
    }

    record Step(long step, Sums state, double loss, double accuracy, double gradientNorm) {}

    /** The undisturbed one: of one thread, without Spark. */
    static Trajectory local(RunConfig config) {
        Recorder recorder = new Recorder();
        ModelState model = LocalTrainer.train(config, read(config, "train"), read(config, "t10k"), List.of(recorder));
        return recorder.trajectory(model);
    }

    /** The one of a cluster. */
    static Trajectory on(JavaSparkContext spark, RunConfig config, TrainingListener... others) {
        Recorder recorder = new Recorder();
        List<TrainingListener> listeners = new ArrayList<>(List.of(others));
        listeners.add(recorder);
        TrainedModel model = SyncSgdTrainer.train(spark, config, listeners);
        return recorder.trajectory(model.state());
    }

    private static ImageBlock read(RunConfig config, String split) {
        Configuration hadoop = new Configuration();
        return IdxSource.find(config.data().path(), split, config.data().classes(), hadoop)
                .read(hadoop);
    }

    private static final class Recorder implements TrainingListener {
        private final List<Step> steps = new ArrayList<>();
        private StepReport latest;
        private Evaluation evaluation = Evaluation.EMPTY;

        @Override
        public void stepFinished(StepReport report) {
            latest = report;
        }

        @Override
        public void betweenSteps(TrainingState state) {
            steps.add(new Step(
                    state.step(), Sums.of(state.values()), latest.loss(), latest.accuracy(), latest.gradientNorm()));
        }

        @Override
        public void finished(ModelState state, Evaluation last) {
            evaluation = last;
        }

        Trajectory trajectory(ModelState model) {
            return new Trajectory(steps, Sums.of(model), evaluation);
        }
    }
}
