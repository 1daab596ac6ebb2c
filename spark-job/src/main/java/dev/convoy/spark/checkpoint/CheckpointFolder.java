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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The folder {@code step-000000123} of one checkpoint: its name, and how it is read. */
final class CheckpointFolder {
    private static final Pattern NAME = Pattern.compile("step-(\\d{9,18})");

    private CheckpointFolder() {}

    static Path of(Path folder, long step) {
        return new Path(folder, String.format(Locale.ROOT, "step-%09d", step));
    }

    /** The folders named like checkpoints, the newest first. */
    static List<Path> in(FileSystem files, Path folder) throws IOException {
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
        names.sort(Comparator.comparingLong(CheckpointFolder::step).reversed());
        return names;
    }

    /** The step in its name; -1 if it has none. */
    static long step(Path place) {
        Matcher name = NAME.matcher(place.getName());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    /** @throws ModelException if there is none, or it is damaged */
    static Checkpoint read(FileSystem files, Path place) {
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

    /** @throws ModelException if there is none that can be used */
    static Manifest manifest(FileSystem files, Path place) throws IOException {
        Path file = new Path(place, Manifest.NAME);
        if (!files.exists(place)) {
            throw new ModelException(Problem.MISSING, place + ": no checkpoint there");
        } else if (!files.getFileStatus(place).isDirectory()) {
            throw new ModelException(Problem.CORRUPT, place + ": is a file, not the folder of a checkpoint");
        } else if (!files.exists(file) && !in(files, place).isEmpty()) {
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
}
