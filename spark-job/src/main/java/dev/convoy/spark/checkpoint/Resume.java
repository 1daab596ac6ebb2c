package dev.convoy.spark.checkpoint;

import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.spark.checkpoint.CheckpointStore.Stored;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.RunConfig;
import dev.convoy.train.SettingsTree;
import dev.convoy.train.SettingsTree.Setting;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Whether a run goes on from a checkpoint, and from which. Nothing is ever overwritten that a run does not go on from.
 *
 * @param from {@code no}: from none, and there must be none in {@code checkpoint.path}; {@code auto}: from the newest valid one there, from
 *     none if none is; or the folder of one
 */
public record Resume(String from) {
    public static final Resume NO = new Resume("no");

    /**
     * The checkpoint, once its settings are known to be those of this run.
     *
     * @param notices hears of every checkpoint that is skipped, and why
     * @throws InvalidSettingException if {@code checkpoint.path} does not suit
     * @throws ModelException if the checkpoint is not there, damaged or another run's
     * @throws IOException if the folder cannot be listed, or a checkpoint in it not be given its name back
     */
    Optional<Stored> find(RunConfig config, Configuration hadoop, Consumer<String> notices) throws IOException {
        String path = config.checkpoint().path();
        requireOutside(path, config.train().output(), hadoop);
        if (!path.isBlank()) {
            new CheckpointStore(path, hadoop).recover(config); // before any is looked for
        }
        if (from.equals("auto")) {
            if (path.isBlank()) {
                throw new InvalidSettingException("checkpoint.path", "a folder where --resume is auto", "nothing");
            }
            Optional<Stored> newest = new CheckpointStore(path, hadoop)
                    .newest(reason -> notices.accept("warning: skipped a checkpoint: " + reason));
            newest.ifPresent(stored -> requireSame(stored, config));
            if (newest.isEmpty()) {
                notices.accept("no valid checkpoint in " + path + ": the run begins anew");
            }
            return newest;
        }
        boolean goesOn = !from.equals("no");
        Optional<Stored> named = goesOn ? Optional.of(CheckpointStore.read(from, hadoop)) : Optional.empty();
        named.ifPresent(stored -> requireSame(stored, config));
        boolean lies = goesOn
                && !path.isBlank()
                && AtomicFolder.qualified(path, hadoop)
                        .equals(AtomicFolder.qualified(from, hadoop).getParent());
        if (!path.isBlank() && !lies && !new CheckpointStore(path, hadoop).isEmpty()) {
            throw new InvalidSettingException(
                    "checkpoint.path",
                    "a folder without checkpoints",
                    "'" + path + "', which holds some; --resume auto goes on from the newest of them");
        }
        return named;
    }

    /** That checkpoints do not lie in the model's folder, which is replaced as a whole. */
    private static void requireOutside(String path, String output, Configuration hadoop) throws IOException {
        if (path.isBlank() || output.isBlank()) {
            return;
        }
        Path model = AtomicFolder.qualified(output, hadoop);
        for (Path place = AtomicFolder.qualified(path, hadoop); place != null; place = place.getParent()) {
            if (place.equals(model)) {
                throw new InvalidSettingException(
                        "checkpoint.path",
                        "a folder outside train.output, which the model replaces,",
                        "'" + path + "'");
            }
        }
    }

    private static void requireSame(Stored stored, RunConfig config) {
        RunConfig other = stored.checkpoint().model().config();
        int most = config.train().maxSteps();
        long taken = stored.checkpoint().state().step();
        Map<String, Setting> there = SettingsTree.flatten(other);
        Map<String, Setting> here = SettingsTree.flatten(config);
        String differences = config.differences(other).stream()
                .map(key -> key + " is " + value(there, key) + " there and " + value(here, key) + " here")
                .collect(Collectors.joining(", "));
        if (!differences.isEmpty()) {
            throw new ModelException(
                    Problem.MISFIT,
                    stored.place() + ": a checkpoint of another run: " + differences
                            + "; give the same settings, or choose another checkpoint.path");
        }
        if (most > 0 && most < taken) {
            throw new InvalidSettingException(
                    "train.max-steps", "at least " + taken + ", the steps that the checkpoint has taken, or 0", most);
        }
    }

    private static Object value(Map<String, Setting> settings, String key) {
        return Objects.requireNonNull(settings.get(key)).value();
    }
}
