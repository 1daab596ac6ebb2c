package dev.convoy.spark.checkpoint;

import dev.convoy.io.FileSum;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
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

    interface Content {
        void write(OutputStream out) throws IOException;
    }

    private final FileSystem files;
    private final Path target;
    private final Path old;
    private final Path fresh;
    private final boolean inPlace;
    private final boolean replaces;
    private final Map<String, FileSum> written = new TreeMap<>();
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
        this.old = Leftover.name(target, owner, tag, "old");
        this.inPlace = WITHOUT_RENAME.contains(String.valueOf(files.getUri().getScheme()));
        this.fresh = inPlace ? target : Leftover.name(target, owner, tag, "new");
        this.replaces = files.exists(target);
        if (inPlace && replaces && !files.getFileStatus(target).isDirectory()) {
            throw new IOException(target + " is there already and is a file");
        }
        if (!files.mkdirs(fresh)) {
            throw new IOException("could not create " + fresh);
        }
    }

    /**
     * Begins a folder that is only a trial, to be closed without a commit. All have one name: what a killed process has left of one goes
     * with the next.
     */
    static AtomicFolder trial(FileSystem files, Path target) throws IOException {
        return new AtomicFolder(files, target, "trial", "trial");
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
        FileSum sum;
        try (FSDataOutputStream out = files.create(file, true)) {
            CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
            content.write(checked);
            sum = FileSum.of(out.getPos(), checked.getChecksum());
            if (!inPlace) { // an object is there when its stream is closed
                out.hsync();
            }
        }
        try (InputStream in = files.open(file)) {
            FileSum read = FileSum.of(in);
            if (!read.equals(sum)) {
                throw new IOException(file + ": " + sum + " was written but " + read + " is there");
            }
        }
        written.put(name, sum);
        return sum;
    }

    /**
     * Gives the folder its name, and only then deletes what had it before.
     *
     * @throws IOException also if something that was written is not there any more
     */
    void commit() throws IOException {
        for (Map.Entry<String, FileSum> file : written.entrySet()) {
            Path path = new Path(fresh, file.getKey());
            if (!files.exists(path)
                    || files.getFileStatus(path).getLen() != file.getValue().length()) {
                throw new IOException(
                        path + " was taken away while " + target + " was written: does another process write there?");
            }
        }
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
        delete(files, target, Leftover.name(target, owner, tag, "deleted"));
    }

    /** The same by way of a given name. */
    static void delete(FileSystem files, Path path, Path renamed) throws IOException {
        Path doomed = path;
        if (!WITHOUT_RENAME.contains(String.valueOf(files.getUri().getScheme()))) {
            doomed = renamed;
            rename(files, path, doomed);
        }
        if (!files.delete(doomed, true)) {
            throw new IOException("could not delete " + doomed);
        }
    }

    /** Renames what is there to a name that is free. */
    static void rename(FileSystem files, Path from, Path to) throws IOException {
        if (files.exists(to)) { // a folder would take the other in, instead of being replaced
            throw new IOException("could not rename " + from + " to " + to + ", which is there");
        }
        // A request that Hadoop had to send twice says no the second time, because the first has done it.
        if (!files.rename(from, to) && (files.exists(from) || !files.exists(to))) {
            throw new IOException("could not rename " + from + " to " + to);
        }
    }
}
