package dev.convoy.spark.report;

import dev.convoy.data.DataException;
import dev.convoy.data.DataException.Problem;
import dev.convoy.image.PictureWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture drawn with rectangles and pixel text; what lies beyond its edge is cut. Colours are {@code 0xrrggbb}. */
final class Canvas {
    /** Pixels; four bytes each. */
    static final long LARGEST = 1L << 26;

    private final BufferedImage image;

    /** @throws DataException for more than {@link #LARGEST} pixels */
    Canvas(int width, int height, int background) {
        if ((long) width * height > LARGEST) {
            throw new DataException(
                    Problem.TOO_LARGE,
                    "a picture of " + width + "x" + height + " is more than the " + LARGEST
                            + " pixels there may be; draw less");
        }
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        fill(0, 0, width, height, background);
    }

    void fill(int x, int y, int width, int height, int color) {
        for (int row = Math.max(0, y); row < Math.min(y + height, image.getHeight()); row++) {
            for (int column = Math.max(0, x); column < Math.min(x + width, image.getWidth()); column++) {
                image.setRGB(column, row, color);
            }
        }
    }

    /** The text with its upper left corner at {@code (x, y)}. */
    void text(String text, int x, int y, int scale, int color) {
        PixelFont.draw(image, text, x, y, scale, color);
    }

    BufferedImage image() {
        return image;
    }

    /** Writes a PNG, and the folders it lies in. */
    void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        PictureWriter.write(image, file);
    }
}
