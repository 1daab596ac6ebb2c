package dev.convoy.spark.checkpoint;

import dev.convoy.io.Checkpoint;
import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.io.Origin;
import dev.convoy.io.TrainedModel;
import dev.convoy.spark.checkpoint.CheckpointStore.Stored;
import dev.convoy.tensor.Shape;
import dev.convoy.train.CheckpointSettings;
import dev.convoy.train.Evaluation;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.SettingsTree;
import dev.convoy.train.Training;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import dev.convoy.train.TrainingState.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's checkpoints when the settings, a signal or the run's end ask for one, and goes on from one. A checkpoint that cannot be
 * written is reported and costs nothing but itself, unless it is the last one.
 */
public final class Checkpointing implements TrainingListener, AutoCloseable {
    /**
     * What a checkpoint says of the programs that made it.
     *
     * @param versions of Convoy, Spark and Java
     */
    public record Maker(Map<String, String> versions, String kernels) {}

    private final RunConfig config;
    private final CheckpointSettings settings;
    private final Maker maker;
    private final Consumer<String> notices;
    private final LongSupplier nanoTime;
    private final @Nullable CheckpointStore store;
    private @Nullable Stored from;

    private Origin origin = new Origin("", Map.of(), Map.of(), "");
    private Shape image = Shape.of();
    private @Nullable StopSignals signals;
    private long steps;
    private int stepsPerEpoch = 1;
    private long lastWritten;
    private long evaluatedStep = -1;
    private Evaluation evaluation = Evaluation.EMPTY;
    private String newest = "";
    private @Nullable String failure;

    /**
     * Finds the checkpoint to go on from, before any data is read.
     *
     * @param notices what a user should read, a line each
     * @param nanoTime a clock as {@link System#nanoTime()}
     * @throws dev.convoy.train.InvalidSettingException if {@code checkpoint.path} does not suit
     * @throws ModelException if the checkpoint to go on from is not there, damaged or another run's
     * @throws IOException if no checkpoint could be written there
     */
    public Checkpointing(
            RunConfig config,
            Resume resume,
            Maker maker,
            Configuration hadoop,
            Consumer<String> notices,
            LongSupplier nanoTime)
            throws IOException {
        this.config = config;
        this.settings = config.checkpoint();
        this.maker = maker;
        this.notices = notices;
        this.nanoTime = nanoTime;
        this.from = resume.find(config, hadoop, notices).orElse(null);
        this.store = settings.path().isBlank() ? null : new CheckpointStore(settings.path(), hadoop);
        if (store != null) {
            store.requireWritable();
        }
    }

    /** Whether there is anything to do; if not, the data need not be known. */
    public boolean isActive() {
        return store != null || from != null;
    }

    /** Whether a checkpoint holds all that the run needs, so that it can do without the values it once began with. */
    public boolean isIndependentOfFirstValues() {
        return from != null && config.guard().onDivergence().equals("stop");
    }

    /**
     * Makes the training go on from the checkpoint, if there is one.
     *
     * @param parts what the parts of the data are known by
     * @throws ModelException if the checkpoint was made with other data or first values, or of another network
     */
    public void begin(Training training, Shape image, Map<String, String> parts) {
        Map<String, String> data = new TreeMap<>(parts);
        training.firstValues()
                .ifPresent(first -> data.put("the first model", first.weightsSha256() + " " + first.buffersSha256()));
        this.image = image;
        this.origin = new Origin(
                from == null ? name(data) : from.checkpoint().origin().run(), data, maker.versions(), maker.kernels());
        if (store != null) {
            try {
                store.tidy(origin.run());
            } catch (IOException e) {
                notices.accept("warning: what an earlier run left in " + settings.path() + " stays: " + reason(e));
            }
        }
        training.rollBackTo(this::after);
        if (from != null) {
            restore(training, from, data);
            from = null; // its arrays have been copied
        }
    }

    private Optional<TrainingState> after(long step, Progress now) {
        if (store == null) {
            return Optional.empty();
        }
        try {
            return store.after(
                            step,
                            origin.run(),
                            now,
                            reason -> notices.accept("warning: skipped a checkpoint: " + reason))
                    .map(stored -> stored.checkpoint().state());
        } catch (IOException e) {
            throw new ModelException(
                    Problem.MISSING, settings.path() + ": the checkpoints cannot be listed: " + reason(e), e);
        }
    }

    @Override
    public void rolledBack(RollBack rollBack) {
        try {
            if (store != null) {
                newest =
                        rollBack.step() == 0 ? "" : store.place(rollBack.step()).toString();
                store.deleteAfter(origin.run(), rollBack.step());
            }
        } catch (IOException | RuntimeException e) { // the store knows them as left
            notices.accept("warning: a checkpoint after step " + rollBack.step() + " stays: " + reason(e));
        }
    }

    private void restore(Training training, Stored from, Map<String, String> data) {
        Origin made = from.checkpoint().origin();
        new TreeMap<>(data).forEach((part, samples) -> {
            String then = made.data().get(part);
            if (!samples.equals(then)) {
                throw new ModelException(
                        Problem.MISFIT,
                        from.place() + ": made with other data: " + part + " was " + then + " but is " + samples
                                + "; check data.path and train.initial");
            }
        });
        String then = made.versions().get("convoy");
        String now = origin.versions().get("convoy");
        if (then != null && !then.equals(now)) {
            notices.accept("warning: " + from.place() + " was made by convoy " + then + ", this is " + now
                    + ": the same bits are promised within one version only");
        }
        try {
            training.restore(from.checkpoint().state());
        } catch (IllegalArgumentException e) {
            throw new ModelException(Problem.MISFIT, from.place() + ": " + e.getMessage(), e);
        }
        newest = from.place();
        notices.accept("resuming from " + from.place());
    }

    @Override
    public void started(RunConfig config, long samples, long taken, long steps, int stepsPerEpoch) {
        this.steps = steps;
        this.stepsPerEpoch = stepsPerEpoch;
        this.lastWritten = nanoTime.getAsLong();
        if (store != null && taken < steps) {
            signals = new StopSignals(signal -> notices.accept(
                    signal + ": the run ends with a checkpoint after this step; a second one ends it at once"));
        }
    }

    @Override
    public void evaluated(long step, int epoch, Evaluation evaluation) {
        this.evaluatedStep = step;
        this.evaluation = evaluation;
    }

    @Override
    public void betweenSteps(TrainingState state) {
        if (store == null) {
            return;
        }
        boolean over = state.step() == steps
                || config.earlyStopping().isOver(state.progress().best());
        String stop = signals == null ? null : signals.stop();
        boolean asked = signals != null && signals.save();
        if (over || stop != null || asked || state.isBest() || isDue(state.step())) {
            write(state, store);
        }
        if (over) {
            close(); // nothing that comes is worth more than what is written
        } else if (stop != null) {
            close();
            String which = "stopped by " + stop + " after step " + state.step();
            throw new StoppedException(
                    failure == null
                            ? which + "; --resume auto goes on from " + newest
                            : which + ", but no checkpoint could be written: " + failure + remaining(),
                    failure == null);
        }
    }

    private boolean isDue(long step) {
        double minutes = settings.everyMinutes();
        return settings.isDueAfter(step, stepsPerEpoch)
                || (minutes > 0 && nanoTime.getAsLong() - lastWritten >= minutes * 60e9);
    }

    private void write(TrainingState state, CheckpointStore to) {
        long step = state.step();
        ModelState values = state.evaluated();
        TrainedModel model =
                new TrainedModel(config, image, values, step == evaluatedStep ? evaluation : Evaluation.EMPTY);
        int epoch = (int) ((step - 1) / stepsPerEpoch);
        Checkpoint checkpoint = new Checkpoint(model, epoch, state, origin);
        try {
            newest = to.save(checkpoint);
            failure = null;
        } catch (IOException | RuntimeException e) { // whatever a file system throws: training must not end by it
            failure = reason(e);
            notices.accept("warning: no checkpoint after step " + step + ": " + failure + remaining());
        }
        lastWritten = nanoTime.getAsLong();
        if (failure == null) {
            // To what a run may return must not hang on what the clock or a signal wrote. Each return may lead one
            // further back, and the first of them skips the one that the last before led to.
            boolean rollsBack = config.guard().onDivergence().equals("roll-back");
            try {
                to.deleteAllBut(
                        checkpoint,
                        settings.keep(),
                        at -> rollsBack && at <= step && settings.isDueAfter(at, stepsPerEpoch),
                        config.guard().rollBacks() + 1);
            } catch (IOException | RuntimeException e) {
                notices.accept("warning: an old checkpoint stays: " + reason(e));
            }
        }
    }

    private String remaining() {
        return newest.isEmpty() ? "; there is none yet" : "; the newest is " + newest;
    }

    private static String reason(Exception e) {
        String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return line.isBlank() || e.getMessage() == null ? e.getClass().getSimpleName() : line;
    }

    /** Why the checkpoint of the last step could not be written; empty if it was, or none was asked for. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure).map(reason -> reason + remaining());
    }

    /** Gives the signals back. */
    @Override
    public void close() {
        if (signals != null) {
            signals.close();
            signals = null;
        }
    }

    /** Runs that return the same bits have the same name: it stands for the settings that matter, and the data. */
    private String name(Map<String, String> data) {
        StringBuilder text = new StringBuilder(new TreeMap<>(data).toString());
        Map<String, SettingsTree.Setting> all = SettingsTree.flatten(config);
        config.differences(RunConfig.defaults())
                .forEach(key -> text.append('\n').append(key).append('=').append(all.get(key)));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
