package dev.convoy.spark.report;

import dev.convoy.train.EarlyStopping;
import dev.convoy.train.Evaluation;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import dev.convoy.train.TrainingListener;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a run is: on a terminal one line, rewritten in place, that stays when its epoch ends; elsewhere a plain line every few
 * seconds and at the end of each epoch.
 */
public final class ProgressLine implements TrainingListener, AutoCloseable {
    /** Before every line about what is wrong but stops nothing. */
    public static final String WARNING = "convoy: warning: ";

    private static final long TERMINAL_INTERVAL = 100_000_000L;
    private static final long PLAIN_INTERVAL = 5_000_000_000L;

    private final PrintWriter out;
    private final Screen screen;
    private final LongSupplier nanoTime;

    private final Average loss = new Average(0.98);
    private final Average accuracy = new Average(0.98);
    private final Average secondsPerStep = new Average(0.95);
    private final Average samplesPerStep = new Average(0.95);

    private int epochs;
    private long steps;
    private int stepsPerEpoch;
    private long stepsSeen;
    private long stepBegan;
    private long lastShown;
    private long lastStep;
    private boolean lineOpen;
    private Split watched = Split.TEST;
    private EarlyStopping earlyStopping = RunConfig.defaults().earlyStopping();

    /** @param nanoTime a clock as {@link System#nanoTime()} */
    public ProgressLine(PrintWriter out, Screen screen, LongSupplier nanoTime) {
        this.out = out;
        this.screen = screen;
        this.nanoTime = nanoTime;
    }

    @Override
    public void started(RunConfig config, long samples, long taken, long steps, int stepsPerEpoch) {
        this.epochs = (int) ((steps + stepsPerEpoch - 1) / stepsPerEpoch);
        this.steps = steps;
        this.lastStep = taken;
        this.watched = config.watched();
        this.earlyStopping = config.earlyStopping();
        this.stepsPerEpoch = stepsPerEpoch;
        this.stepBegan = nanoTime.getAsLong();
        this.lastShown = stepBegan;
        out.println(String.format(
                Locale.ROOT,
                "training %s on %,d images: %,d steps of up to %,d images",
                config.model().name(),
                samples,
                steps,
                config.train().batchSize()));
        if (taken > 0) {
            out.println(String.format(Locale.ROOT, "going on after step %,d", taken));
        }
        out.flush();
    }

    @Override
    public synchronized void stepFinished(StepReport report) {
        long now = nanoTime.getAsLong();
        lastStep = report.step() + 1;
        if (stepsSeen++ == 1) {
            // The first step also read the data: it says nothing about the others.
            secondsPerStep.forget();
            samplesPerStep.forget();
        }
        loss.add(report.loss());
        accuracy.add(report.accuracy());
        secondsPerStep.add((now - stepBegan) * 1e-9);
        samplesPerStep.add(report.samples());
        stepBegan = now;

        boolean epochEnds = (report.step() + 1) % stepsPerEpoch == 0 || report.step() + 1 == steps;
        boolean due = now - lastShown >= (screen.terminal() ? TERMINAL_INTERVAL : PLAIN_INTERVAL);
        if (epochEnds || (due && stepsSeen > 1)) {
            lastShown = now;
            show(report, epochEnds);
        }
    }

    @Override
    public synchronized void warned(String line) {
        close();
        out.println(WARNING + line);
        out.flush();
    }

    @Override
    public synchronized void rolledBack(RollBack rollBack) {
        loss.forget(); // what diverges is large enough to hide all that follows
        accuracy.forget();
        warned(String.format(
                Locale.ROOT,
                "%s: back to step %,d at %.3g times the rate (return %d of at most %d, guard.on-divergence)",
                rollBack.reason(),
                rollBack.step(),
                rollBack.rateFactor(),
                rollBack.count(),
                rollBack.most()));
        stepBegan = nanoTime.getAsLong();
    }

    @Override
    public synchronized void evaluated(long step, int epoch, Evaluation evaluation) {
        close();
        out.println(String.format(
                Locale.ROOT,
                "epoch %d/%d  %s loss %.4f  %s accuracy %.4f",
                epoch + 1,
                epochs,
                watched,
                evaluation.loss(),
                watched,
                evaluation.accuracy()));
        out.flush();
        // The time of the evaluation belongs to no step.
        stepBegan = nanoTime.getAsLong();
    }

    @Override
    public void finished(ModelState state, Evaluation evaluation) {
        close();
        if (lastStep < steps) {
            out.println(String.format(
                    Locale.ROOT,
                    "stopped early after step %,d of %,d: the %s %s no longer improves",
                    lastStep,
                    steps,
                    watched,
                    earlyStopping.watch()));
        }
        if (earlyStopping.patience() > 0 || watched != Split.TEST) {
            out.println(String.format(
                    Locale.ROOT, "test loss %.4f  test accuracy %.4f", evaluation.loss(), evaluation.accuracy()));
        }
        out.flush();
    }

    /** Ends a line that is still being rewritten, so that something else can be printed. */
    @Override
    public synchronized void close() {
        if (lineOpen) {
            out.println();
            out.flush();
            lineOpen = false;
        }
    }

    private void show(StepReport report, boolean keep) {
        // The first step also read the data: it says nothing of the time left, in a run that goes on no more than in a
        // new one.
        boolean timed = stepsSeen > 1;
        double remaining = (steps - report.step() - 1) * secondsPerStep.value();
        double speed = samplesPerStep.value() / secondsPerStep.value();
        // In the order of importance: what a narrow terminal cannot hold is left away from the end.
        String line = screen.fit(List.of(
                new Screen.Field("epoch", (report.epoch() + 1) + "/" + epochs),
                new Screen.Field("step", (report.step() + 1) + "/" + steps),
                new Screen.Field("ETA", timed ? clock(remaining) : "-"),
                new Screen.Field("loss", String.format(Locale.ROOT, "%.4f", loss.value())),
                new Screen.Field("accuracy", String.format(Locale.ROOT, "%.4f", accuracy.value())),
                new Screen.Field("images/s", timed ? String.format(Locale.ROOT, "%,.0f", speed) : "-"),
                new Screen.Field("rate", String.format(Locale.ROOT, "%.3g", report.rate()))));
        if (screen.terminal()) {
            out.print("\r" + line + "\033[K");
            lineOpen = true;
            if (keep) {
                close();
            }
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** {@code 0:42}, {@code 1:02:03}. */
    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    /** Exponential moving average, without the pull towards zero of its first values. */
    private static final class Average {
        private final double decay;
        private double sum;
        private double weight;

        Average(double decay) {
            this.decay = decay;
        }

        void add(double value) {
            sum = decay * sum + (1 - decay) * value;
            weight = decay * weight + (1 - decay);
        }

        void forget() {
            sum = 0;
            weight = 0;
        }

        double value() {
            return sum / weight;
        }
    }
}
