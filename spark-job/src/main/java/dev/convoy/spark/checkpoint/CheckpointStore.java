package dev.convoy.spark.checkpoint;

import dev.convoy.io.Checkpoint;
import dev.convoy.io.FileSum;
import dev.convoy.io.Manifest;
import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.io.TrainedModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a run, each a folder {@code step-000000123} in a folder of theirs, on any Hadoop file system. A checkpoint exists only
 * if its manifest can be read and all sums in it hold.
 */
public final class CheckpointStore {
    private static final Pattern NAME = Pattern.compile("step-(\\d{9,18})");

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
     * The newest one that is valid; empty if none is.
     *
     * @param skipped hears of each newer one that is not: which, and why
     */
    public Optional<Stored> newest(Consumer<String> skipped) throws IOException {
        return newest(step -> true, skipped);
    }

    /**
     * The same among those after certain steps.
     *
     * @param steps which
     */
    public Optional<Stored> newest(LongPredicate steps, Consumer<String> skipped) throws IOException {
        for (Path place : names()) {
            if (!steps.test(step(place))) {
                continue;
            }
            try {
                Checkpoint checkpoint = read(files, place);
                if (checkpoint.state().step() != step(place)) {
                    throw new ModelException(
                            Problem.CORRUPT,
                            place + ": holds step " + checkpoint.state().step() + ", not the one of its name");
                }
                return Optional.of(new Stored(place.toString(), checkpoint));
            } catch (ModelException e) {
                skipped.accept(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    /**
     * Reads the checkpoint in a folder of any name.
     *
     * @throws ModelException if there is none, or it is damaged
     */
    public static Stored read(String place, Configuration hadoop) {
        try {
            Path path = AtomicFolder.path(place);
            return new Stored(place, read(AtomicFolder.fileSystem(path, hadoop), path));
        } catch (IOException e) {
            throw new ModelException(Problem.CORRUPT, place + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a checkpoint, replacing one of the same step. It has been read back when this returns.
     *
     * @return its folder
     */
    public String save(Checkpoint checkpoint) throws IOException {
        Path target = new Path(
                folder,
                String.format(Locale.ROOT, "step-%09d", checkpoint.state().step()));
        try (AtomicFolder fresh =
                new AtomicFolder(files, target, checkpoint.origin().run(), tag())) {
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
     * Deletes what a run no longer needs; what another run made stays.
     *
     * @param run whose
     * @param newest how many of the newest stay
     * @param returnedTo the steps to which the run may have to return
     * @param returns how many of the newest of those stay
     * @param others steps whose checkpoints stay in any case: the best one, and the one just written
     */
    public void deleteAllBut(String run, int newest, LongPredicate returnedTo, int returns, Set<Long> others)
            throws IOException {
        List<Path> own = own(run);
        Set<Path> stay = new HashSet<>(own.subList(0, Math.min(newest, own.size())));
        own.stream()
                .filter(place -> returnedTo.test(step(place)))
                .limit(returns)
                .forEach(stay::add);
        for (Path place : own) {
            if (!stay.contains(place) && !others.contains(step(place))) {
                AtomicFolder.delete(files, place, run, tag());
            }
        }
    }

    /** Deletes the checkpoints of a run after a step to which it has returned, so that nothing goes on from what it has left. */
    public void deleteAfter(String run, long step) throws IOException {
        for (Path place : own(run)) {
            if (step(place) > step) {
                AtomicFolder.delete(files, place, run, tag());
            }
        }
    }

    /** The newest first. */
    private List<Path> own(String run) throws IOException {
        List<Path> own = new ArrayList<>();
        for (Path place : names()) {
            if (isOf(run, place)) {
                own.add(place);
            }
        }
        return own;
    }

    private boolean isOf(String run, Path place) {
        try {
            return manifest(files, place).origin().run().equals(run);
        } catch (IOException | ModelException e) {
            return false; // whose it is cannot be known
        }
    }

    /** Takes away what a killed process of this run has left half written. */
    public void tidy(String run) throws IOException {
        AtomicFolder.tidy(files, folder, run);
    }

    /**
     * That {@link #save} will be able to write.
     *
     * @throws IOException if nothing can be created in the folder
     */
    public void requireWritable() throws IOException {
        new AtomicFolder(files, new Path(folder, "trial"), "trial", tag()).close();
    }

    /** The folders named like checkpoints, the newest first. */
    private List<Path> names() throws IOException {
        return names(files, folder);
    }

    private static List<Path> names(FileSystem files, Path folder) throws IOException {
        FileStatus[] all;
        try {
            all = files.listStatus(folder);
        } catch (FileNotFoundException e) {
            return List.of();
        }
        List<Path> names = new ArrayList<>();
        for (FileStatus status : all) {
            if (NAME.matcher(status.getPath().getName()).matches()) {
                names.add(new Path(folder, status.getPath().getName()));
            }
        }
        names.sort(Comparator.comparingLong(CheckpointStore::step).reversed());
        return names;
    }

    private static long step(Path place) {
        Matcher name = NAME.matcher(place.getName());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    private static Checkpoint read(FileSystem files, Path place) {
        try {
            Manifest manifest = manifest(files, place);
            for (Map.Entry<String, FileSum> file : manifest.files().entrySet()) {
                check(files, new Path(place, file.getKey()), file.getValue());
            }
            try (InputStream description = files.open(new Path(place, TrainedModel.DESCRIPTION));
                    InputStream weights = files.open(new Path(place, TrainedModel.WEIGHTS));
                    InputStream state = files.open(new Path(place, Checkpoint.STATE))) {
                return Checkpoint.read(manifest, description, weights, state, place.toString());
            }
        } catch (FileNotFoundException e) {
            throw new ModelException(Problem.CORRUPT, place + ": not a whole checkpoint: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelException(Problem.CORRUPT, place + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static Manifest manifest(FileSystem files, Path place) throws IOException {
        Path file = new Path(place, Manifest.NAME);
        if (!files.exists(place)) {
            throw new ModelException(Problem.MISSING, place + ": no checkpoint there");
        } else if (!files.getFileStatus(place).isDirectory()) {
            throw new ModelException(Problem.CORRUPT, place + ": is a file, not the folder of a checkpoint");
        } else if (!files.exists(file) && !names(files, place).isEmpty()) {
            throw new ModelException(
                    Problem.MISSING,
                    place + ": holds checkpoints but is none; name one of them, or give --resume auto");
        } else if (!files.exists(file)) {
            throw new ModelException(
                    Problem.CORRUPT, place + ": has no " + Manifest.NAME + ", so it was never completed");
        }
        try (InputStream in = files.open(file)) {
            return Manifest.read(in, file.toString());
        }
    }

    private static void check(FileSystem files, Path file, FileSum expected) throws IOException {
        long length = files.getFileStatus(file).getLen();
        if (length != expected.length()) {
            throw new ModelException(
                    Problem.CORRUPT, file + ": has " + length + " bytes but was written with " + expected.length());
        }
        try (InputStream in = files.open(file)) {
            FileSum sum = FileSum.of(in);
            if (!sum.equals(expected)) {
                throw new ModelException(
                        Problem.CORRUPT,
                        file + ": its CRC32C is " + sum.crc32c() + " but was written as " + expected.crc32c());
            }
        }
    }

    private static String tag() {
        return UUID.randomUUID().toString();
    }
}
