package dev.convoy.spark.checkpoint;

import dev.convoy.io.Checkpoint;
import dev.convoy.io.FileSum;
import dev.convoy.io.Manifest;
import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.io.TrainedModel;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingState.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a run, each a folder {@code step-000000123} in a folder of theirs, on any Hadoop file system. A checkpoint exists only
 * if its manifest can be read and all sums in it hold.
 */
public final class CheckpointStore {
    private final FileSystem files;
    private final Path folder;

    /**
     * @param folder of the checkpoints; need not be there yet
     * @throws IOException if it is no path, or of no known file system
     */
    public CheckpointStore(String folder, Configuration hadoop) throws IOException {
        this.folder = AtomicFolder.path(folder);
        this.files = AtomicFolder.fileSystem(this.folder, hadoop);
    }

    /**
     * A checkpoint that was read.
     *
     * @param place its folder
     */
    public record Stored(String place, Checkpoint checkpoint) {}

    /** Whether there is any, valid or not. */
    public boolean isEmpty() throws IOException {
        return names().isEmpty();
    }

    /**
     * The newest one that is valid; empty if none is. Not one that its run has left, by a return to an earlier step, and could not
     * delete: another one is newer, though of fewer steps.
     *
     * @param skipped hears of each newer one, or one of more steps, that is not: which, and why
     */
    public Optional<Stored> newest(Consumer<String> skipped) throws IOException {
        return newest(names(), skipped);
    }

    private Optional<Stored> newest(List<Path> places, Consumer<String> skipped) throws IOException {
        for (int place = 0; place < places.size(); place++) {
            Optional<Stored> read = readNamed(places.get(place), skipped);
            if (read.isEmpty()) {
                continue;
            }
            Stored stored = read.get();
            List<Path> since = new ArrayList<>();
            for (Path other : places.subList(place + 1, places.size())) {
                if (hasLeft(other, stored.checkpoint())) {
                    since.add(other);
                }
            }
            Optional<Stored> newer = newest(since, skipped);
            newer.ifPresent(than -> skipped.accept(stored.place() + ": the run has left it, when it returned to "
                    + "step " + than.checkpoint().state().progress().lastReturn() + "; newer is " + than.place()));
            return newer.or(() -> read);
        }
        return Optional.empty();
    }

    private boolean hasLeft(Path place, Checkpoint earlier) {
        return manifest(place)
                .filter(manifest ->
                        manifest.origin().run().equals(earlier.origin().run()))
                .filter(manifest -> manifest.progress()
                        .hasLeft(earlier.state().step(), earlier.state().progress()))
                .isPresent();
    }

    /**
     * That of a run after so many steps; empty if there is none that is valid, and by which the run came.
     *
     * @param now where the run is
     * @param skipped hears of one that is not: which, and why
     */
    public Optional<Stored> after(long step, String run, Progress now, Consumer<String> skipped) throws IOException {
        for (Path place : names()) {
            if (CheckpointFolder.step(place) != step) {
                continue;
            }
            Optional<Stored> stored = readNamed(place, skipped)
                    .filter(read -> read.checkpoint().origin().run().equals(run));
            if (stored.isEmpty()) {
                return stored;
            }
            Progress then = stored.get().checkpoint().state().progress();
            if (!now.cameBy(step, then)) {
                skipped.accept(place + ": the run did not come by it: it has returned to the steps " + now.returns()
                        + ", this one to " + then.returns());
                return Optional.empty();
            }
            return stored;
        }
        return Optional.empty();
    }

    private Optional<Stored> readNamed(Path place, Consumer<String> skipped) {
        try {
            Checkpoint checkpoint = CheckpointFolder.read(files, place);
            if (checkpoint.state().step() != CheckpointFolder.step(place)) {
                throw new ModelException(
                        Problem.CORRUPT,
                        place + ": holds step " + checkpoint.state().step() + ", not the one of its name");
            }
            return Optional.of(new Stored(place.toString(), checkpoint));
        } catch (ModelException e) {
            skipped.accept(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * Reads the checkpoint in a folder of any name.
     *
     * @throws ModelException if there is none, or it is damaged
     */
    public static Stored read(String place, Configuration hadoop) {
        try {
            Path path = AtomicFolder.path(place);
            return new Stored(place, CheckpointFolder.read(AtomicFolder.fileSystem(path, hadoop), path));
        } catch (IOException e) {
            throw new ModelException(Problem.CORRUPT, place + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a checkpoint, replacing one of the same run and step, or what is none. It has been read back when this returns.
     *
     * @return its folder
     * @throws IOException also if another run's is there
     */
    public String save(Checkpoint checkpoint) throws IOException {
        Path target = place(checkpoint.state().step());
        String run = checkpoint.origin().run();
        Optional<String> other =
                manifest(target).map(there -> there.origin().run()).filter(name -> !name.equals(run));
        if (other.isPresent()) {
            throw new IOException(target + " is a checkpoint of another run, " + other.get()
                    + "; give each run a checkpoint.path of its own");
        }
        try (AtomicFolder fresh = new AtomicFolder(files, target, run, tag())) {
            Map<String, FileSum> sums = new TreeMap<>();
            TrainedModel model = checkpoint.model();
            sums.put(TrainedModel.WEIGHTS, fresh.write(TrainedModel.WEIGHTS, model::writeWeights));
            sums.put(TrainedModel.DESCRIPTION, fresh.write(TrainedModel.DESCRIPTION, model::writeDescription));
            sums.put(Checkpoint.STATE, fresh.write(Checkpoint.STATE, checkpoint::writeState));
            fresh.write(Manifest.NAME, checkpoint.manifest(sums)::write);
            fresh.commit();
        }
        return target.toString();
    }

    /**
     * Deletes what a run no longer needs, and what it has left by a return; what another run made stays.
     *
     * @param written the one just written; it stays, and that of the best evaluation
     * @param newest how many of the newest stay
     * @param returnedTo the steps to which the run may have to return
     * @param returns how many of the newest of those stay
     */
    public void deleteAllBut(Checkpoint written, int newest, LongPredicate returnedTo, int returns) throws IOException {
        String run = written.origin().run();
        Progress now = written.state().progress();
        Set<Long> always =
                new HashSet<>(List.of(written.state().step(), now.best().step()));
        List<Path> doomed = new ArrayList<>();
        int kept = 0;
        int keptToReturn = 0;
        for (Own own : own(run)) {
            boolean left = now.hasLeft(own.step, own.progress);
            boolean isNew = !left && kept++ < newest;
            boolean toReturn =
                    returnedTo.test(own.step) && now.cameBy(own.step, own.progress) && keptToReturn++ < returns;
            if (left || !(isNew || toReturn || always.contains(own.step))) {
                doomed.add(own.place);
            }
        }
        delete(doomed, run);
    }

    /** Deletes the checkpoints of a run after a step to which it has returned. */
    public void deleteAfter(String run, long step) throws IOException {
        delete(own(run).stream().filter(own -> own.step > step).map(Own::place).toList(), run);
    }

    /** In this order, up to one that cannot be: as long as a later one stays, so does an earlier one, to which it may have to return. */
    private void delete(List<Path> newestFirst, String run) throws IOException {
        for (Path place : newestFirst) {
            AtomicFolder.delete(files, place, run, tag());
        }
    }

    private record Own(Path place, long step, Progress progress) {}

    /** The newest first. */
    private List<Own> own(String run) throws IOException {
        List<Own> own = new ArrayList<>();
        for (Path place : names()) {
            manifest(place)
                    .filter(manifest -> manifest.origin().run().equals(run))
                    .ifPresent(manifest -> own.add(new Own(place, CheckpointFolder.step(place), manifest.progress())));
        }
        return own;
    }

    /** Empty if there is none that can be read: whose it is cannot be known. */
    private Optional<Manifest> manifest(Path place) {
        try {
            return Optional.of(CheckpointFolder.manifest(files, place));
        } catch (IOException | ModelException e) {
            return Optional.empty();
        }
    }

    /**
     * Gives checkpoints their names back that a killed writer had moved aside for new ones.
     *
     * @param config of the run; no other's are touched
     */
    public void recover(RunConfig config) throws IOException {
        for (Leftover left : Leftover.in(files, folder)) {
            boolean ours = manifest(left.path())
                    .filter(manifest -> manifest.origin().run().equals(left.owner()))
                    .filter(manifest -> config.differences(manifest.config()).isEmpty())
                    .isPresent();
            if (ours && left.isOrphan(files)) {
                left.recover(files);
            }
        }
    }

    /** The folder of the checkpoint after so many steps. */
    Path place(long step) {
        return CheckpointFolder.of(folder, step);
    }

    /** Takes away what a killed process of this run has left half written. */
    public void tidy(String run) throws IOException {
        Leftover.tidy(files, folder, run);
    }

    /**
     * That {@link #save} will be able to write.
     *
     * @throws IOException if nothing can be created in the folder
     */
    public void requireWritable() throws IOException {
        AtomicFolder.trial(files, new Path(folder, "checkpoint")).close();
    }

    /** The folders named like checkpoints, the newest first. */
    private List<Path> names() throws IOException {
        return CheckpointFolder.in(files, folder);
    }

    private static String tag() {
        return UUID.randomUUID().toString();
    }
}
