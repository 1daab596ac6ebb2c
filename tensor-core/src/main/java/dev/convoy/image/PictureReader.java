package dev.convoy.image;

import dev.convoy.data.DataException;
import dev.convoy.data.DataException.Problem;
import dev.convoy.tensor.Tensor;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads PNG and JPEG files by the JDK's decoders. Grey files become pictures of one channel with the levels in the file; all others
 * become red, green and blue as sRGB. Sixteen bits are reduced to eight; orientation tags are not looked at.
 */
public final class PictureReader {
    private static final Set<String> FORMATS = Set.of("png", "jpeg");

    private PictureReader() {}

    /**
     * @param largest the most pixels to accept; the header is asked before anything is decoded
     * @throws DataException for a file that is missing, no PNG or JPEG, damaged, cut short, or too large
     */
    public static Picture read(Path file, long largest) {
        if (!Files.exists(file)) {
            throw new DataException(Problem.MISSING, file + ": no such file");
        }
        if (Files.isDirectory(file)) {
            throw new DataException(Problem.MISSING, file + ": expected an image but this is a folder");
        }
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            ImageReader reader = reader(file, in);
            try {
                reader.setInput(in, true, true);
                return picture(decode(file, reader, largest));
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw new DataException(Problem.MISSING, file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static ImageReader reader(Path file, ImageInputStream in) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                return reader;
            }
        }
        throw new DataException(Problem.WRONG_FORMAT, file + ": expected a PNG or JPEG image, which this is not");
    }

    private static BufferedImage decode(Path file, ImageReader reader, long largest) {
        boolean[] endsEarly = {false};
        reader.addIIOReadWarningListener((source, text) -> endsEarly[0] |= text.startsWith("Truncated File"));
        try {
            long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
            if (pixels > largest) {
                throw new DataException(
                        Problem.TOO_LARGE,
                        file + ": " + reader.getWidth(0) + "x" + reader.getHeight(0) + " is more than the " + largest
                                + " pixels there may be; make it smaller first");
            }
            BufferedImage image = reader.read(0);
            // The JPEG decoder fills in what is missing and only warns.
            if (endsEarly[0]) {
                throw truncated(file, null);
            }
            return image;
        } catch (IOException | RuntimeException e) {
            if (e instanceof DataException known) {
                throw known;
            }
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof EOFException) {
                    throw truncated(file, e);
                }
            }
            // Damaged data make the decoders fail in every way there is.
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new DataException(
                    Problem.WRONG_FORMAT,
                    file + ": damaged, or of a kind that cannot be decoded: "
                            + reason.lines().findFirst().orElse(""),
                    e);
        }
    }

    private static DataException truncated(Path file, @Nullable Throwable cause) {
        return new DataException(Problem.TRUNCATED, file + ": truncated, the image ends early", cause);
    }

    private static Picture picture(BufferedImage image) {
        ColorModel colors = image.getColorModel();
        boolean isGrey =
                !(colors instanceof IndexColorModel) && colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        int height = image.getHeight();
        int width = image.getWidth();
        Tensor pixels = Tensor.zeros(1, height, width, isGrey ? 1 : 3);
        Tensor alpha = colors.hasAlpha() ? Tensor.zeros(1, height, width, 1) : null;
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            if (isGrey) {
                // getRGB would convert between gammas.
                samples(image.getRaster(), 0, colors, y, row);
                for (int x = 0; x < width; x++) {
                    pixels.array()[y * width + x] = row[x];
                }
                if (alpha != null) {
                    samples(image.getRaster(), 1, colors, y, row);
                    for (int x = 0; x < width; x++) {
                        alpha.array()[y * width + x] = row[x];
                    }
                }
                continue;
            }
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                pixels.array()[3 * at] = row[x] >> 16 & 0xff;
                pixels.array()[3 * at + 1] = row[x] >> 8 & 0xff;
                pixels.array()[3 * at + 2] = row[x] & 0xff;
                if (alpha != null) {
                    alpha.array()[at] = row[x] >>> 24;
                }
            }
        }
        return new Picture(pixels, alpha);
    }

    private static void samples(Raster raster, int band, ColorModel colors, int y, int[] row) {
        raster.getSamples(0, y, row.length, 1, band, row);
        int largest = (1 << colors.getComponentSize(band)) - 1;
        for (int x = 0; largest != 255 && x < row.length; x++) {
            row[x] = (int) ((row[x] * 255L + largest / 2) / largest);
        }
    }
}
