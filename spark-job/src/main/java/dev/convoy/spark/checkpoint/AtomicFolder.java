package dev.convoy.spark.checkpoint;

import dev.convoy.io.FileSum;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder on its way to its place. Its files are written under a hidden name beside it, forced to disk, read back, and then the folder is
 * renamed: a reader finds the old folder, the new one or none, never half of one. Where renaming a folder means to copy it object by
 * object, files are written in place instead, and the last one, which a reader asks for first, completes the folder.
 */
final class AtomicFolder implements Closeable {
    /** Object stores, where a folder is only a part of names. */
    private static final Set<String> WITHOUT_RENAME =
            Set.of("s3", "s3a", "s3n", "gs", "oss", "obs", "cosn", "ks3", "bos", "tos", "swift", "wasb", "wasbs");

    /** {@code .NAME.OWNER.TAG.ENDING}; names have no dot at their end, owners and tags none at all. */
    private static final Pattern HIDDEN = Pattern.compile("\\.(.+)\\.([^.]*)\\.[^.]+\\.(new|old|deleted)");

    interface Content {
        void write(OutputStream out) throws IOException;
    }

    private final FileSystem files;
    private final Path target;
    private final Path old;
    private final Path fresh;
    private final boolean inPlace;
    private final boolean replaces;
    private boolean committed;

    /**
     * Begins a folder that will replace what is at {@code target}, if anything is.
     *
     * @param owner names the run that writes; without dots
     * @param tag that no other writer uses at the same time; without dots
     */
    AtomicFolder(FileSystem files, Path target, String owner, String tag) throws IOException {
        this.files = files;
        this.target = target;
        this.old = hidden(target, owner, tag, "old");
        this.inPlace = WITHOUT_RENAME.contains(String.valueOf(files.getUri().getScheme()));
        this.fresh = inPlace ? target : hidden(target, owner, tag, "new");
        this.replaces = files.exists(target);
        if (inPlace && replaces && !files.getFileStatus(target).isDirectory()) {
            throw new IOException(target + " is there already and is a file");
        }
        if (!files.mkdirs(fresh)) {
            throw new IOException("could not create " + fresh);
        }
    }

    /**
     * The file system of a path. Local files without Hadoop's {@code .crc} files: its class for those cannot force data to disk.
     */
    static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
        FileSystem files = path.getFileSystem(hadoop);
        return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
    }

    static Path path(String folder) throws IOException {
        try {
            return new Path(folder);
        } catch (IllegalArgumentException e) {
            throw new IOException("'" + folder + "' is not a path: " + e.getMessage(), e);
        }
    }

    /** The one name of a folder that may be given relative or without its file system. */
    static Path qualified(String folder, Configuration hadoop) throws IOException {
        Path path = path(folder);
        FileSystem files = path.getFileSystem(hadoop);
        return path.makeQualified(files.getUri(), files.getWorkingDirectory());
    }

    /**
     * Writes a file, and reads it back.
     *
     * @throws IOException also if what is read is not what was written
     */
    FileSum write(String name, Content content) throws IOException {
        Path file = new Path(fresh, name);
        FileSum written;
        try (FSDataOutputStream out = files.create(file, true)) {
            CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
            content.write(checked);
            written = FileSum.of(out.getPos(), checked.getChecksum());
            if (!inPlace) { // an object is there when its stream is closed
                out.hsync();
            }
        }
        try (InputStream in = files.open(file)) {
            FileSum read = FileSum.of(in);
            if (!read.equals(written)) {
                throw new IOException(file + ": " + written + " was written but " + read + " is there");
            }
        }
        return written;
    }

    /** Gives the folder its name, and only then deletes what had it before. */
    void commit() throws IOException {
        if (!inPlace) {
            if (replaces) {
                rename(files, target, old);
            }
            rename(files, fresh, target);
        }
        committed = true;
        if (replaces && !inPlace) {
            try {
                files.delete(old, true);
            } catch (IOException e) {
                // What was to be written is there; this is hidden, and goes when the next run tidies up.
            }
        }
    }

    /** Without a commit before it: takes away what was written, and gives an old folder its name back. */
    @Override
    public void close() throws IOException {
        if (committed) {
            return;
        }
        if (!inPlace && replaces && !files.exists(target)) {
            rename(files, old, target);
        }
        if (!inPlace || !replaces) {
            files.delete(fresh, true);
        }
    }

    /** Deletes a folder so that no reader finds a part of it. */
    static void delete(FileSystem files, Path target, String owner, String tag) throws IOException {
        Path doomed = target;
        if (!WITHOUT_RENAME.contains(String.valueOf(files.getUri().getScheme()))) {
            doomed = hidden(target, owner, tag, "deleted");
            rename(files, target, doomed);
        }
        if (!files.delete(doomed, true)) {
            throw new IOException("could not delete " + doomed);
        }
    }

    /**
     * Tidies up after writers that were killed: an old folder in whose place nothing came gets its name back, everything else is deleted.
     *
     * @param owner whose; no other's are touched
     */
    static void tidy(FileSystem files, Path parent, String owner) throws IOException {
        for (Hidden hidden : hidden(files, parent, owner)) {
            if (hidden.ending.equals("old") && !files.exists(hidden.target)) {
                rename(files, hidden.path, hidden.target);
            } else {
                files.delete(hidden.path, true);
            }
        }
    }

    /** Gives the folder that was at {@code target} its name back, if a writer was killed before it put the new one there. */
    static void recover(FileSystem files, Path target, String owner) throws IOException {
        Optional<Path> orphan = orphan(files, target, owner);
        if (orphan.isPresent()) {
            rename(files, orphan.get(), target);
        }
    }

    /** The folder that was at {@code target} before such a writer was killed; empty if there is something, or never was. */
    static Optional<Path> orphan(FileSystem files, Path target, String owner) throws IOException {
        Path parent = target.getParent();
        if (parent == null || files.exists(target)) {
            return Optional.empty();
        }
        return hidden(files, parent, owner).stream()
                .filter(hidden -> hidden.ending.equals("old"))
                .filter(hidden -> hidden.target.getName().equals(target.getName()))
                .map(Hidden::path)
                .findFirst();
    }

    private record Hidden(Path path, Path target, String ending) {}

    private static List<Hidden> hidden(FileSystem files, Path parent, String owner) throws IOException {
        FileStatus[] all;
        try {
            all = files.listStatus(parent);
        } catch (FileNotFoundException e) {
            return List.of();
        }
        List<Hidden> own = new ArrayList<>();
        for (FileStatus status : all) {
            Matcher name = HIDDEN.matcher(status.getPath().getName());
            if (name.matches() && name.group(2).equals(owner)) {
                own.add(new Hidden(
                        new Path(parent, status.getPath().getName()), new Path(parent, name.group(1)), name.group(3)));
            }
        }
        return own;
    }

    private static Path hidden(Path target, String owner, String tag, String ending) {
        return new Path(target.getParent(), "." + target.getName() + "." + owner + "." + tag + "." + ending);
    }

    private static void rename(FileSystem files, Path from, Path to) throws IOException {
        if (files.exists(to)) { // a folder would take the other in, instead of being replaced
            throw new IOException("could not rename " + from + " to " + to + ", which is there");
        }
        // A request that Hadoop had to send twice says no the second time, because the first has done it.
        if (!files.rename(from, to) && (files.exists(from) || !files.exists(to))) {
            throw new IOException("could not rename " + from + " to " + to);
        }
    }
}
