package dev.convoy.spark.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.train.Evaluation;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener.RollBack;
import dev.convoy.train.TrainingListener.StepReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final int STEPS_PER_EPOCH = 10;

    private final StringWriter text = new StringWriter();
    private long nanos;

    @Test
    void plainLinesComeEveryFiveSecondsAndAtTheEndOfEachEpoch() {
        train(Screen.plain(), 20, 1_000_000_000L);

        List<String> lines = text.toString().lines().toList();
        assertEquals(
                List.of(
                        "training lenet5 on 1,000 images: 20 steps of up to 128 images",
                        "epoch 1/2  step 5/20  ETA 0:15  loss 0.5000  accuracy 0.7500  images/s 100  rate 0.0500",
                        "epoch 1/2  step 10/20  ETA 0:10  loss 0.5000  accuracy 0.7500  images/s 100  rate 0.0500",
                        "epoch 2/2  step 15/20  ETA 0:05  loss 0.5000  accuracy 0.7500  images/s 100  rate 0.0500",
                        "epoch 2/2  step 20/20  ETA 0:00  loss 0.5000  accuracy 0.7500  images/s 100  rate 0.0500",
                        "epoch 2/2  test loss 0.2500  test accuracy 0.9000"),
                lines);
    }

    @Test
    void aShortRunStillShowsItsLastStep() {
        train(Screen.plain(), 3, 1_000_000L);

        assertEquals(3, text.toString().lines().count());
        assertTrue(text.toString().contains("step 3/3"), text.toString());
    }

    @Test
    void aTerminalsLineIsRewrittenAndKeptAtTheEndOfEachEpoch() {
        train(new Screen(true, false, 200), 20, 1_000_000_000L);

        String shown = text.toString();
        // Not after the first step: it also read the data, so it says nothing of the time left.
        assertEquals(19, shown.chars().filter(c -> c == '\r').count());
        assertEquals(4, shown.chars().filter(c -> c == '\n').count(), shown);
    }

    @Test
    void aWarningEndsTheLineThatIsBeingRewritten() {
        ProgressLine line = new ProgressLine(new PrintWriter(text, true), new Screen(true, false, 200), () -> nanos);
        line.started(RunConfig.defaults(), 1000, 0, 20, STEPS_PER_EPOCH);
        for (int step = 0; step < 2; step++) {
            nanos += 1_000_000_000L;
            line.stepFinished(new StepReport(0, step, 100, 0.5, 0.75, 0.05, 1));
        }
        line.rolledBack(new RollBack("step 3: the loss is NaN", 0, 0.25, 2, 3));

        String shown = text.toString();
        assertTrue(
                shown.endsWith("\nconvoy: warning: step 3: the loss is NaN: back to step 0 at 0.250 times the rate"
                        + " (return 2 of at most 3, guard.on-divergence)\n"),
                shown);
    }

    /** The loss on its way to infinity would stand in the average for hundreds of steps. */
    @Test
    void aRollBackForgetsTheLossThatLedToIt() {
        ProgressLine line = new ProgressLine(new PrintWriter(text, true), Screen.plain(), () -> nanos);
        line.started(RunConfig.defaults(), 1000, 0, 20, STEPS_PER_EPOCH);
        line.stepFinished(new StepReport(0, 0, 100, 0.5, 0.75, 0.05, 1));
        line.stepFinished(new StepReport(0, 1, 100, 1e30, 0.1, 0.05, 1));
        line.rolledBack(new RollBack("step 3: the loss is NaN", 1, 0.25, 1, 3));
        nanos += 6_000_000_000L;
        line.stepFinished(new StepReport(0, 1, 100, 0.4, 0.8, 0.05, 1));

        assertTrue(text.toString().contains("loss 0.4000  accuracy 0.8000"), text.toString());
    }

    /** The minute that went into the start and the data is not that of a step. */
    @Test
    void aRunThatGoesOnWithTheLastStepOfAnEpochDoesNotGuessItsTimeFromIt() {
        ProgressLine line = new ProgressLine(new PrintWriter(text, true), Screen.plain(), () -> nanos);
        line.started(RunConfig.defaults(), 1000, 9, 100, STEPS_PER_EPOCH);
        nanos += 60_000_000_000L;
        line.stepFinished(new StepReport(0, 9, 100, 0.5, 0.75, 0.05, 1));
        assertTrue(
                text.toString()
                        .endsWith(
                                "epoch 1/10  step 10/100  ETA -  loss 0.5000  accuracy 0.7500  images/s -  rate 0.0500\n"),
                text.toString());

        nanos += 5_000_000_000L;
        line.stepFinished(new StepReport(1, 10, 100, 0.5, 0.75, 0.05, 1));
        assertTrue(text.toString().contains("step 11/100  ETA 7:25 "), text.toString());
    }

    @Test
    void aNarrowTerminalLosesTheLeastImportantFirst() {
        train(new Screen(true, false, 40), 20, 1_000_000_000L);

        for (String shown : text.toString().split("[\r\n]")) {
            if (shown.startsWith("epoch 1/2  step")) {
                assertTrue(shown.replace("\033[K", "").length() < 40, shown);
                assertTrue(shown.contains("ETA"), shown);
            }
        }
    }

    @Test
    void colourOnlyWhereItIsWelcome() {
        Map<String, String> terminal = Map.of("CONVOY_TERMINAL_COLUMNS", "120");
        assertTrue(Screen.of(terminal, false).color());
        assertFalse(Screen.of(Map.of("CONVOY_TERMINAL_COLUMNS", "120", "NO_COLOR", "1"), true)
                .color());
        assertFalse(Screen.of(Map.of("CONVOY_TERMINAL_COLUMNS", "120", "TERM", "dumb"), true)
                .terminal());
        assertFalse(Screen.of(Map.of("CONVOY_TERMINAL_COLUMNS", ""), true).terminal());
        assertFalse(Screen.of(Map.of(), false).terminal());
        assertTrue(Screen.of(Map.of(), true).terminal());
    }

    private void train(Screen screen, int steps, long nanosPerStep) {
        ProgressLine progress = new ProgressLine(new PrintWriter(text), screen, () -> nanos);
        progress.started(RunConfig.defaults(), 1000, 0, steps, STEPS_PER_EPOCH);
        for (int step = 0; step < steps; step++) {
            nanos += nanosPerStep;
            progress.stepFinished(new StepReport(step / STEPS_PER_EPOCH, step, 100, 0.5, 0.75, 0.05, 1));
        }
        progress.evaluated(steps, (steps - 1) / STEPS_PER_EPOCH, new Evaluation(10, 2.5, 9));
        progress.close();
    }
}
