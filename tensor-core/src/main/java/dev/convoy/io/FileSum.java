package dev.convoy.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.Checksum;

/**
 * By which a file is known again.
 *
 * @param length in bytes
 * @param crc32c of all of them, in 8 hex digits
 */
public record FileSum(long length, String crc32c) {
    public static FileSum of(long length, Checksum crc32c) {
        return new FileSum(length, hex(crc32c));
    }

    /** Reads to the end; does not close the stream. */
    public static FileSum of(InputStream in) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
        long length = checked.transferTo(OutputStream.nullOutputStream());
        return of(length, checked.getChecksum());
    }

    static String hex(Checksum crc32c) {
        return String.format(Locale.ROOT, "%08x", crc32c.getValue());
    }
}
