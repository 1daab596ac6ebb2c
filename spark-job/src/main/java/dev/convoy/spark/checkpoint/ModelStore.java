package dev.convoy.spark.checkpoint;

import dev.convoy.io.Manifest;
import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.io.TrainedModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A trained model in a folder of its own, written as an {@link AtomicFolder}. A checkpoint is read as a model too, but never replaced by
 * one.
 */
public final class ModelStore {
    /** Of the hidden folders on their way to a model's. */
    private static final String OWNER = "model";

    /** Nobody writes a model for so long: what has not been touched since was left by a process that was killed. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private ModelStore() {}

    /**
     * Writes the model to {@code folder}, replacing a model already there.
     *
     * @throws IOException if it cannot be written, or {@code folder} is something else than a model
     */
    public static void save(TrainedModel model, String folder, Configuration hadoop) throws IOException {
        Path target = AtomicFolder.path(folder);
        FileSystem files = AtomicFolder.fileSystem(target, hadoop);
        recover(files, target);
        requireFree(files, target);
        try (AtomicFolder fresh =
                new AtomicFolder(files, target, OWNER, UUID.randomUUID().toString())) {
            fresh.write(TrainedModel.WEIGHTS, model::writeWeights);
            fresh.write(TrainedModel.DESCRIPTION, model::writeDescription);
            fresh.commit();
        }
    }

    /**
     * That {@link #save} will be able to write to {@code folder}: to be asked before a long training, not only after it. Tidies up
     * what killed writers of this model have left beside it.
     *
     * @return whether a model is there, which it will replace
     * @throws IOException if something else than a model is there, or nothing can be created beside it
     */
    public static boolean requireWritable(String folder, Configuration hadoop) throws IOException {
        Path target = AtomicFolder.path(folder);
        FileSystem files = AtomicFolder.fileSystem(target, hadoop);
        recover(files, target);
        requireFree(files, target);
        AtomicFolder.trial(files, target).close();
        Leftover.tidy(files, target, OWNER, System.currentTimeMillis() - ABANDONED.toMillis());
        return files.exists(target);
    }

    /** Gives a model its name back, if a writer was killed before it put the new one there. */
    private static void recover(FileSystem files, Path target) throws IOException {
        Optional<Leftover> orphan = Leftover.orphan(files, target, OWNER);
        if (orphan.isPresent()) {
            orphan.get().recover(files);
        }
    }

    /** That nothing is there but a model; anything else must not be touched. */
    private static void requireFree(FileSystem files, Path target) throws IOException {
        if (files.exists(new Path(target, Manifest.NAME))) {
            throw new IOException(target + " is a checkpoint; choose another train.output");
        }
        if (files.exists(target) && !files.exists(new Path(target, TrainedModel.DESCRIPTION))) {
            throw new IOException(target + " is there already and is not a model; choose another train.output");
        }
        if (!files.exists(target)) {
            return;
        }
        for (FileStatus status : files.listStatus(target)) {
            String name = status.getPath().getName();
            boolean traceOfATool = status.isFile() && name.startsWith("."); // .DS_Store, Hadoop's .crc
            if (!traceOfATool && !name.equals(TrainedModel.DESCRIPTION) && !name.equals(TrainedModel.WEIGHTS)) {
                throw new IOException(target + " holds " + name
                        + " besides a model, which would be lost; choose another train.output");
            }
        }
    }

    /**
     * Reads a model.
     *
     * @throws ModelException if there is none, it is damaged, or its files do not belong together
     */
    public static TrainedModel load(String folder, Configuration hadoop) {
        try {
            Path place = AtomicFolder.path(folder);
            FileSystem files = AtomicFolder.fileSystem(place, hadoop);
            try (InputStream description = files.open(new Path(place, TrainedModel.DESCRIPTION));
                    InputStream weights = files.open(new Path(place, TrainedModel.WEIGHTS))) {
                return TrainedModel.read(description, weights, folder);
            } catch (FileNotFoundException e) {
                String left = Leftover.orphan(files, place, OWNER)
                        .map(old -> "; a run that was killed while it replaced the model has left the old one as "
                                + old.path())
                        .orElse("");
                throw new ModelException(
                        Problem.MISSING,
                        folder + ": no model there; expected a folder with " + TrainedModel.DESCRIPTION + " and "
                                + TrainedModel.WEIGHTS + left,
                        e);
            }
        } catch (IOException e) {
            throw new ModelException(Problem.CORRUPT, folder + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
