package dev.convoy.spark.checkpoint;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.checkpoint.CheckpointStore.Stored;
import dev.convoy.spark.checkpoint.Checkpointing.Maker;
import dev.convoy.train.LocalWorkers;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Training;
import dev.convoy.train.TrainingListener;
import dev.convoy.train.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** A run of two epochs of four steps on one thread, with checkpoints on a file system that can fail. */
final class CheckpointedRun {
    final Configuration hadoop = FaultyFileSystem.configuration("faulty");
    final List<String> notices = new CopyOnWriteArrayList<>();
    /** The steps of all checkpoints that ever lay there. */
    final TreeSet<Long> everSeen = new TreeSet<>();
    /** What the clock says. */
    long nanos;

    /** Of the values it begins with. */
    long firstSeed = 1;

    private final Path checkpoints;

    /** @param checkpoints their folder */
    CheckpointedRun(Path checkpoints) {
        this.checkpoints = checkpoints;
    }

    /** Hears of each step before its checkpoint is written. */
    interface Between extends TrainingListener {
        void steps(TrainingState state) throws IOException;

        @Override
        default void betweenSteps(TrainingState state) {
            try {
                steps(state);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    RunConfig config() {
        return RunConfig.defaults()
                .with("model.name", "mlp")
                .with("kernels", "scalar")
                .with("train.epochs", 2)
                .with("train.batch-size", 4)
                .with("train.shards", 1)
                .with("checkpoint.path", "faulty://" + checkpoints);
    }

    /** The failure of the last checkpoint. */
    Optional<String> start(RunConfig config, Between between) throws IOException {
        return run(config, Resume.NO, between);
    }

    /** The same from the newest checkpoint. */
    Optional<String> resume(RunConfig config, Between between) throws IOException {
        return run(config, new Resume("auto"), between);
    }

    Optional<String> run(RunConfig config, Resume resume, Between before) throws IOException {
        ImageBlock data = SmallMnist.sample("train").slice(0, 16);
        RunConfig divided =
                config.with("train.seed", 1L).with("train.batch-size", 4).with("train.shards", 1);
        LocalWorkers workers = new LocalWorkers(divided, data, data);
        ModelState first = ModelState.initial(workers.network(), firstSeed);
        try (Checkpointing checkpoints =
                new Checkpointing(config, resume, new Maker(Map.of(), "scalar"), hadoop, notices::add, () -> nanos)) {
            TrainingListener after = new TrainingListener() {
                @Override
                public void betweenSteps(TrainingState state) {
                    look();
                }
            };
            Training training = new Training(
                    config, workers.network(), workers.plan(), workers, List.of(before, checkpoints, after), first);
            checkpoints.begin(training, data.image(), Map.of("train", "16 images"));
            training.run();
            return checkpoints.failure();
        }
    }

    /** What {@code --resume auto} would go on from. */
    Stored newest() throws IOException {
        return new CheckpointStore("faulty://" + checkpoints, hadoop)
                .newest(notices::add)
                .orElseThrow();
    }

    /** The names in the folder, hidden ones too. */
    List<String> names() throws IOException {
        return names(checkpoints);
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private void look() {
        try {
            names().stream()
                    .filter(name -> name.startsWith("step-"))
                    .forEach(name -> everSeen.add(Long.parseLong(name.substring(5))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
