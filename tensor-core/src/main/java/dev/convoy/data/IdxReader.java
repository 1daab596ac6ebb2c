package dev.convoy.data;

import dev.convoy.data.DataException.Problem;
import dev.convoy.tensor.Shape;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the IDX files of MNIST, plain or gzipped (told apart by their first bytes, not by their names).
 *
 * <p>Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database": big-endian magic {@code 0x0803} (images, uint8 {@code [N, H, W]})
 * or {@code 0x0801} (labels, uint8 {@code [N]}), the extents, then the bytes.
 */
public final class IdxReader {
    private static final int IMAGES = 0x0803;
    private static final int LABELS = 0x0801;
    private static final String IMAGES_TITLE = "images (magic 0x00000803)";
    private static final String LABELS_TITLE = "labels (magic 0x00000801)";

    private IdxReader() {}

    /**
     * A pair of IDX files as one block; ids are positions in the files. Closes neither stream.
     *
     * @param imagesName for messages
     * @param classes labels must be below
     * @throws DataException for a wrong magic number, a file that ends early or is longer than it says, a damaged gzip, different
     *     counts, or a label out of range
     */
    public static ImageBlock read(
            InputStream images, String imagesName, InputStream labels, String labelsName, int classes) {
        Idx pixels = read(images, imagesName, IMAGES, 3, IMAGES_TITLE);
        Idx classesOf = read(labels, labelsName, LABELS, 1, LABELS_TITLE);
        int count = pixels.extents[0];
        if (classesOf.extents[0] != count) {
            throw new DataException(
                    Problem.WRONG_FORMAT,
                    imagesName + " holds " + count + " images but " + labelsName + " " + classesOf.extents[0]
                            + " labels; they are not of one data set");
        }
        int[] values = new int[count];
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = classesOf.bytes[i] & 0xff;
            ids[i] = i;
            if (values[i] >= classes) {
                throw new DataException(
                        Problem.LABEL_OUT_OF_RANGE,
                        labelsName + ": sample " + i + " has label " + values[i] + " but data.classes is " + classes
                                + ", so labels run from 0 to " + (classes - 1));
            }
        }
        return new ImageBlock(Shape.of(pixels.extents[1], pixels.extents[2], 1), pixels.bytes, values, ids);
    }

    /**
     * What an images file says of itself, read without its pixels.
     *
     * @param count images
     * @param image the shape of one, {@code [H, W, 1]}
     */
    public record Header(int count, Shape image) {}

    /** Reads the head of an images file; does not close the stream. */
    public static Header header(InputStream images, String imagesName) {
        try {
            int[] extents = header(new DataInputStream(unzipped(images)), imagesName, IMAGES, 3, IMAGES_TITLE);
            return new Header(extents[0], Shape.of(extents[1], extents[2], 1));
        } catch (IOException e) {
            throw unreadable(imagesName, e);
        }
    }

    private record Idx(int[] extents, byte[] bytes) {}

    private static Idx read(InputStream raw, String name, int magic, int rank, String title) {
        try {
            DataInputStream in = new DataInputStream(unzipped(raw));
            int[] extents = header(in, name, magic, rank, title);
            int size = Shape.of(extents).size();
            byte[] bytes = in.readNBytes(size);
            if (bytes.length < size) {
                throw truncated(name, size + " bytes of data expected, " + bytes.length + " found", null);
            }
            if (in.read() >= 0) {
                throw new DataException(
                        Problem.WRONG_FORMAT, name + ": holds more than the " + size + " bytes its header states");
            }
            return new Idx(extents, bytes);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static int[] header(DataInputStream in, String name, int magic, int rank, String title) throws IOException {
        int found = in.readInt();
        if (found != magic) {
            throw new DataException(
                    Problem.WRONG_FORMAT,
                    String.format("%s: expected an IDX file of %s but it begins with 0x%08x", name, title, found));
        }
        int[] extents = new int[rank];
        long size = 1;
        for (int axis = 0; axis < rank; axis++) {
            extents[axis] = in.readInt();
            if (extents[axis] < 1 || (size *= extents[axis]) > Integer.MAX_VALUE) {
                throw new DataException(
                        Problem.WRONG_FORMAT,
                        name + ": its header states an extent of " + extents[axis] + ", or 2 GB and more of data");
            }
        }
        return extents;
    }

    private static DataException unreadable(String name, IOException e) {
        if (e instanceof EOFException) {
            return truncated(name, "it ends in the middle", e);
        }
        if (e instanceof ZipException) {
            return new DataException(
                    Problem.WRONG_FORMAT,
                    name + ": damaged gzip data (" + e.getMessage() + "); fetch the file again",
                    e);
        }
        return new DataException(Problem.MISSING, name + ": cannot be read: " + e.getMessage(), e);
    }

    private static InputStream unzipped(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static DataException truncated(String name, String how, @Nullable Throwable cause) {
        return new DataException(Problem.TRUNCATED, name + ": truncated, " + how + "; fetch the file again", cause);
    }
}
