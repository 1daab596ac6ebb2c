package dev.convoy.spark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Local files under another scheme, with one fault that is set and met once, at the n-th chance: what disks, networks and name nodes do on
 * their bad days.
 */
public final class FaultyFileSystem extends FilterFileSystem {
    enum Fault {
        NONE,
        RENAME_SAYS_NO,
        RENAME_THROWS,
        RENAME_WORKS_BUT_SAYS_NO,
        RENAME_WORKS_BUT_THROWS,
        SHORT_WRITE,
        FLIPPED_BIT,
        DISK_FULL,
        SYNC_FAILS,
        CLOSE_FAILS,
        CREATE_FAILS,
        MKDIRS_SAYS_NO,
        DELETE_SAYS_NO,
        DELETE_THROWS,
        OPEN_FAILS
    }

    private static Fault fault = Fault.NONE;
    private static int chances;
    private static String scheme = "faulty";

    /** Hadoop makes them. */
    public FaultyFileSystem() {
        super(new RawLocalFileSystem());
    }

    /** @param chance which of the chances to meet it, counted from 0; of bytes for a full disk */
    static void arm(Fault next, int chance) {
        fault = next;
        chances = chance;
    }

    /** Whether the fault was met. */
    static boolean isMet() {
        return chances < 0;
    }

    static Configuration configuration(String name) {
        scheme = name;
        Configuration hadoop = new Configuration();
        hadoop.setClass("fs." + name + ".impl", FaultyFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
        hadoop.setBoolean("fs." + name + ".impl.disable.cache", true);
        return hadoop;
    }

    private static boolean meets(Fault one) {
        return fault == one && chances-- == 0;
    }

    @Override
    public void initialize(URI name, Configuration conf) throws IOException {
        super.initialize(URI.create("file:///"), conf);
    }

    @Override
    public URI getUri() {
        return URI.create(scheme + ":///");
    }

    @Override
    protected void checkPath(Path path) {}

    private static Path local(Path path) {
        return new Path("file", null, path.toUri().getPath());
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        if (meets(Fault.RENAME_SAYS_NO)) {
            return false;
        } else if (meets(Fault.RENAME_THROWS)) {
            throw new IOException("injected: rename");
        }
        boolean renamed = super.rename(local(from), local(to));
        if (meets(Fault.RENAME_WORKS_BUT_THROWS)) {
            throw new IOException("injected: the answer to a rename was lost");
        }
        return renamed && !meets(Fault.RENAME_WORKS_BUT_SAYS_NO);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        if (meets(Fault.DELETE_THROWS)) {
            throw new IOException("injected: delete");
        }
        return !meets(Fault.DELETE_SAYS_NO) && super.delete(local(path), recursive);
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
        return !meets(Fault.MKDIRS_SAYS_NO) && super.mkdirs(local(path), permission);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
        return !meets(Fault.MKDIRS_SAYS_NO) && super.mkdirs(local(path));
    }

    @Override
    public org.apache.hadoop.fs.FSDataInputStream open(Path path, int bufferSize) throws IOException {
        if (meets(Fault.OPEN_FAILS)) {
            throw new IOException("injected: open");
        }
        return super.open(local(path), bufferSize);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        return super.getFileStatus(local(path));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws FileNotFoundException, IOException {
        return super.listStatus(local(path));
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        if (meets(Fault.CREATE_FAILS)) {
            throw new IOException("injected: create");
        }
        FSDataOutputStream out =
                super.create(local(path), permission, overwrite, bufferSize, replication, blockSize, progress);
        return new FSDataOutputStream(new FaultyStream(out), null);
    }

    private static final class FaultyStream extends OutputStream implements Syncable {
        private final FSDataOutputStream out;

        FaultyStream(FSDataOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (fault == Fault.DISK_FULL && chances >= 0) {
                int fits = Math.min(chances, length);
                out.write(bytes, from, fits);
                chances -= length;
                if (fits < length) {
                    chances = -1;
                    throw new IOException("injected: no space left on device");
                }
            } else if (meets(Fault.SHORT_WRITE)) {
                out.write(bytes, from, length - 1);
            } else if (meets(Fault.FLIPPED_BIT)) {
                byte[] flipped = bytes.clone();
                flipped[from] ^= 4;
                out.write(flipped, from, length);
            } else {
                out.write(bytes, from, length);
            }
        }

        @Override
        public void hflush() throws IOException {
            out.hflush();
        }

        @Override
        public void hsync() throws IOException {
            if (meets(Fault.SYNC_FAILS)) {
                throw new IOException("injected: hsync");
            }
            out.hflush(); // no disk need be waited for here
        }

        @Override
        public void close() throws IOException {
            out.close();
            if (meets(Fault.CLOSE_FAILS)) {
                throw new IOException("injected: close");
            }
        }
    }
}
