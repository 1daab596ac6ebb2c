package dev.convoy.spark.checkpoint;

import dev.convoy.io.ModelException;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.io.TrainedModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A trained model in a folder of its own. It is written whole under another name and then renamed, so that a reader finds the old
 * model, the new one or none, never half of one; the old one is deleted only afterwards.
 */
public final class ModelStore {
    private ModelStore() {}

    private interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /**
     * Writes the model to {@code folder}, replacing a model already there.
     *
     * @throws IOException if it cannot be written, or {@code folder} is something else than a model
     */
    public static void save(TrainedModel model, String folder, Configuration hadoop) throws IOException {
        Path target = path(folder);
        FileSystem files = target.getFileSystem(hadoop);
        boolean replaces = requireFree(files, target);
        Path fresh = hidden(target, ".new");
        Path old = hidden(target, ".old");
        try {
            createFolder(files, fresh);
            write(files, new Path(fresh, TrainedModel.WEIGHTS), model::writeWeights);
            write(files, new Path(fresh, TrainedModel.DESCRIPTION), model::writeDescription);
            if (replaces) {
                rename(files, target, old);
            }
            rename(files, fresh, target);
        } catch (IOException | RuntimeException e) {
            files.delete(fresh, true);
            if (!files.exists(target) && files.exists(old)) {
                rename(files, old, target);
            }
            throw e;
        }
        if (replaces) {
            files.delete(old, true);
        }
    }

    /**
     * That {@link #save} will be able to write to {@code folder}: to be asked before a long training, not only after it.
     *
     * @return whether a model is there, which it will replace
     * @throws IOException if something else than a model is there, or nothing can be created beside it
     */
    public static boolean requireWritable(String folder, Configuration hadoop) throws IOException {
        Path target = path(folder);
        FileSystem files = target.getFileSystem(hadoop);
        boolean replaces = requireFree(files, target);
        Path trial = hidden(target, ".new");
        createFolder(files, trial);
        files.delete(trial, true);
        return replaces;
    }

    /** Whether a model is there already; anything else must not be touched. */
    private static boolean requireFree(FileSystem files, Path target) throws IOException {
        boolean there = files.exists(target);
        if (there && !files.exists(new Path(target, TrainedModel.DESCRIPTION))) {
            throw new IOException(target + " is there already and is not a model; choose another train.output");
        }
        return there;
    }

    private static Path path(String folder) throws IOException {
        try {
            return new Path(folder);
        } catch (IllegalArgumentException e) {
            throw new IOException("'" + folder + "' is not a path: " + e.getMessage(), e);
        }
    }

    /** A name beside the target that no other run uses and that listings pass over. */
    private static Path hidden(Path target, String ending) {
        return new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ending);
    }

    private static void createFolder(FileSystem files, Path folder) throws IOException {
        if (!files.mkdirs(folder)) {
            throw new IOException("could not create " + folder);
        }
    }

    /**
     * Reads a model.
     *
     * @throws ModelException if there is none, it is damaged, or its files do not belong together
     */
    public static TrainedModel load(String folder, Configuration hadoop) {
        try {
            Path place = path(folder);
            FileSystem files = place.getFileSystem(hadoop);
            try (InputStream description = files.open(new Path(place, TrainedModel.DESCRIPTION));
                    InputStream weights = files.open(new Path(place, TrainedModel.WEIGHTS))) {
                return TrainedModel.read(description, weights, folder);
            }
        } catch (FileNotFoundException e) {
            throw new ModelException(
                    Problem.MISSING,
                    folder + ": no model there; expected a folder with " + TrainedModel.DESCRIPTION + " and "
                            + TrainedModel.WEIGHTS,
                    e);
        } catch (IOException e) {
            throw new ModelException(Problem.CORRUPT, folder + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static void write(FileSystem files, Path file, Writer writer) throws IOException {
        try (FSDataOutputStream out = files.create(file, true)) {
            writer.write(out);
            out.hsync();
        }
    }

    private static void rename(FileSystem files, Path from, Path to) throws IOException {
        if (!files.rename(from, to)) {
            throw new IOException("could not rename " + from + " to " + to);
        }
    }
}
