package dev.convoy.spark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A hidden folder beside the one it stands for: of an {@link AtomicFolder} at work, or left by one that was killed.
 *
 * @param target what it was to become, or was
 * @param owner whose
 * @param tag that no other writer had
 * @param ending {@code new}: half written; {@code old}: moved aside for a new one; {@code deleted}: about to be
 */
record Leftover(Path path, Path target, String owner, String tag, String ending) {
    /** {@code .NAME.OWNER.TAG.ENDING}; names have no dot at their end, owners and tags none at all. */
    private static final Pattern NAME = Pattern.compile("\\.(.+)\\.([^.]*)\\.([^.]+)\\.(new|old|deleted)");

    static Path name(Path target, String owner, String tag, String ending) {
        return new Path(target.getParent(), "." + target.getName() + "." + owner + "." + tag + "." + ending);
    }

    /** All in a folder, whoever owns them. */
    static List<Leftover> in(FileSystem files, Path folder) throws IOException {
        FileStatus[] all;
        try {
            all = files.listStatus(folder);
        } catch (FileNotFoundException e) {
            return List.of();
        }
        List<Leftover> found = new ArrayList<>();
        for (FileStatus status : all) {
            Matcher name = NAME.matcher(status.getPath().getName());
            if (name.matches()) {
                found.add(new Leftover(
                        new Path(folder, status.getPath().getName()),
                        new Path(folder, name.group(1)),
                        name.group(2),
                        name.group(3),
                        name.group(4)));
            }
        }
        return found;
    }

    /** The folder that was at {@code target} before its writer was killed between two renames; empty if there is something, or never was. */
    static Optional<Leftover> orphan(FileSystem files, Path target, String owner) throws IOException {
        if (target.getParent() != null) {
            for (Leftover left : in(files, target.getParent())) {
                if (left.owner.equals(owner)
                        && left.target.getName().equals(target.getName())
                        && left.isOrphan(files)) {
                    return Optional.of(left);
                }
            }
        }
        return Optional.empty();
    }

    /** Whether it was moved aside, and nothing came in its place. */
    boolean isOrphan(FileSystem files) throws IOException {
        return ending.equals("old") && !files.exists(target);
    }

    /** Gives an orphan its name back. */
    void recover(FileSystem files) throws IOException {
        AtomicFolder.rename(files, path, target);
    }

    /**
     * Tidies up after writers that were killed: orphans get their names back, everything else is deleted.
     *
     * @param owner whose; no other's are touched
     */
    static void tidy(FileSystem files, Path folder, String owner) throws IOException {
        for (Leftover left : in(files, folder)) {
            if (!left.owner.equals(owner)) {
                continue;
            } else if (left.isOrphan(files)) {
                left.recover(files);
            } else if (left.ending.equals("new")) {
                // By way of another name: a writer that lives after all finds nothing, instead of adding files to what
                // is left.
                AtomicFolder.delete(files, left.path, name(left.target, owner, left.tag, "deleted"));
            } else {
                files.delete(left.path, true);
            }
        }
    }

    /**
     * The same for one folder, whose writers all have one name and may live still: what is half written goes only if nobody has touched
     * it for long, an orphan not at all.
     *
     * @param before milliseconds of the epoch; whoever still writes has done so since, however the clocks differ
     */
    static void tidy(FileSystem files, Path target, String owner, long before) throws IOException {
        for (Leftover left : in(files, target.getParent())) {
            boolean ours = left.owner.equals(owner) && left.target.getName().equals(target.getName());
            boolean over = left.ending.equals("new") ? left.lastWritten(files) < before : !left.isOrphan(files);
            if (ours && over) {
                files.delete(left.path, true);
            }
        }
    }

    private long lastWritten(FileSystem files) throws IOException {
        long last = files.getFileStatus(path).getModificationTime();
        for (FileStatus file : files.listStatus(path)) {
            last = Math.max(last, file.getModificationTime());
        }
        return last;
    }
}
