package dev.convoy.spark.checkpoint;

import dev.convoy.io.Checkpoint;
import dev.convoy.io.Origin;
import dev.convoy.io.TrainedModel;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.optim.Plateau;
import dev.convoy.tensor.Shape;
import dev.convoy.train.EarlyStopping;
import dev.convoy.train.Evaluation;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingState;
import dev.convoy.train.TrainingState.Progress;
import java.util.List;
import java.util.Map;

/** A checkpoint of a small network, for tests that only store it: every value follows from its step. */
final class SmallCheckpoint {
    private static final Shape IMAGE = Shape.of(4, 4, 1);

    private SmallCheckpoint() {}

    static Checkpoint of(String run, long step) {
        return of(run, step, 0);
    }

    /** @param best the step of the best evaluation so far */
    static Checkpoint of(String run, long step, long best) {
        RunConfig config = RunConfig.defaults().with("model.name", "mlp");
        Network network = ModelZoo.build("mlp", IMAGE, 10);
        ModelState live = ModelState.initial(network, step);
        ModelState slow = ModelState.initial(network, 1000 + step);
        TrainingState state = new TrainingState(
                step,
                live,
                Map.of("optimizer.slow", slow.weights(), "optimizer.ahead", new float[] {step}),
                new Progress(
                        new Plateau.State(Double.POSITIVE_INFINITY, 2, 0.1 + step),
                        0.25,
                        List.of(5L, 5L),
                        new EarlyStopping.Best(Double.NEGATIVE_INFINITY, best, 3)));
        return new Checkpoint(
                new TrainedModel(config, IMAGE, state.evaluated(), new Evaluation(10, 1.25, 9)),
                (int) step / 10,
                state,
                new Origin(run, Map.of("train", "3 images"), Map.of("convoy", "test"), "scalar"));
    }
}
