package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver's loop, with workers that return what the test wants. */
class TrainingTest {
    private static final Shape IMAGE = Shape.of(8, 8, 1);
    private final Network network = ModelZoo.build("cnn", IMAGE, 10);

    /** Every sample contributes a gradient of 2, a batch mean of 5 and so on. */
    private final class Constant implements Workers {
        private final float gradient;

        Constant(float gradient) {
            this.gradient = gradient;
        }

        @Override
        public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
            int count = 4;
            float[] sum = new float[network.weights().size()];
            float[] buffers = new float[network.buffers().size()];
            Arrays.fill(sum, count * gradient);
            Arrays.fill(buffers, count * 5f);
            return new GradientSum(count, count * 0.5, 3, sum, buffers);
        }

        @Override
        public Evaluation evaluate(ModelState state) {
            return new Evaluation(10, 1, 9);
        }
    }

    @Test
    void aStepDividesByTheCountAndAveragesTheBuffers() {
        ModelState before = ModelState.initial(network, 1);
        ModelState after = training(0.5, 1, 0, new Constant(2), List.of()).run();
        float[] weights = before.weights().clone();
        float[] buffers = before.buffers().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= 0.5f * 2;
        }
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = 0.9f * buffers[i] + 0.1f * 5;
        }
        assertArrayEquals(weights, after.weights(), 1e-6f);
        assertArrayEquals(buffers, after.buffers(), 1e-6f);
    }

    @Test
    void listenersHearEverythingInOrder() {
        List<String> heard = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void started(RunConfig config, long samples, long steps, int stepsPerEpoch) {
                heard.add("started " + samples + " " + steps + " " + stepsPerEpoch);
            }

            @Override
            public void stepFinished(StepReport report) {
                heard.add("step " + report.step() + " of epoch " + report.epoch() + " loss " + report.loss()
                        + " accuracy " + report.accuracy());
            }

            @Override
            public void evaluated(long step, int epoch, Evaluation evaluation) {
                heard.add("evaluated after " + step);
            }

            @Override
            public void finished(ModelState state, Evaluation evaluation) {
                heard.add("finished " + evaluation.accuracy());
            }
        };
        training(0.5, 0, 1, new Constant(0), List.of(listener)).run();
        assertEquals(
                List.of(
                        "started 8 4 2",
                        "step 0 of epoch 0 loss 0.5 accuracy 0.75",
                        "step 1 of epoch 0 loss 0.5 accuracy 0.75",
                        "evaluated after 2",
                        "step 2 of epoch 1 loss 0.5 accuracy 0.75",
                        "step 3 of epoch 1 loss 0.5 accuracy 0.75",
                        "evaluated after 4",
                        "finished 0.9"),
                heard);
    }

    @Test
    void weightsThatTheLastStepMadeInfiniteAreNoResult() {
        assertThrows(DivergedException.class, () -> training(100, 1, 0, new Constant(8e37f), List.of())
                .run());
    }

    private Training training(
            double rate, int maxSteps, int evaluateEvery, Workers workers, List<TrainingListener> listeners) {
        RunConfig d = RunConfig.defaults();
        RunConfig config = new RunConfig(
                "auto",
                new RunConfig.Model("cnn"),
                d.data(),
                new RunConfig.Train(2, maxSteps, 4, 1, 1, evaluateEvery, "unused"),
                new RunConfig.Optimizer("sgd", 0, false, 0, 0.9, 0.999, 1e-8),
                new RunConfig.Schedule("constant", rate, 0, List.of(), 1));
        return new Training(config, network, new BatchPlan(1, 8, 4, 1), workers, listeners);
    }
}
