package dev.convoy.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.DataException;
import dev.convoy.data.DataException.Problem;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
    private static final long ANY = 1 << 20;

    @TempDir
    private Path folder;

    /** Every level of every channel, and of the opacity. */
    private static Picture allLevels(int channels, boolean hasAlpha) {
        Tensor pixels = Tensor.zeros(1, 16, 16, channels);
        Tensor alpha = Tensor.zeros(1, 16, 16, 1);
        for (int i = 0; i < 256; i++) {
            for (int c = 0; c < channels; c++) {
                pixels.array()[i * channels + c] = (i * (2 * c + 1) + c) % 256;
            }
            alpha.array()[i] = 255 - i;
        }
        return new Picture(pixels, hasAlpha ? alpha : null);
    }

    private static Picture noise() {
        Tensor pixels = Tensor.zeros(1, 60, 70, 3);
        for (int i = 0; i < pixels.size(); i++) {
            pixels.array()[i] = RandomKey.of(1, "noise").bits(i) & 0xff;
        }
        return new Picture(pixels, null);
    }

    @ParameterizedTest
    @CsvSource({"1,false", "1,true", "3,false", "3,true"})
    void aPngComesBackAsItWasWritten(int channels, boolean hasAlpha) throws IOException {
        Picture picture = allLevels(channels, hasAlpha);
        Path file = folder.resolve("p.png");

        PictureWriter.write(PictureWriter.image(picture), file);
        Picture read = PictureReader.read(file, ANY);

        assertEquals(picture.pixels().shape(), read.pixels().shape());
        assertArrayEquals(picture.pixels().toArray(), read.pixels().toArray());
        if (hasAlpha) {
            assertArrayEquals(picture.alpha().toArray(), read.alpha().toArray());
        } else {
            assertNull(read.alpha());
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "no half-written file is left");
        }
    }

    @Test
    void valuesAreRoundedWhenWritten() throws IOException {
        Picture picture = new Picture(Tensor.of(Shape.of(1, 1, 4, 1), 0.4f, 0.5f, 254.6f, 99.49f), null);
        PictureWriter.write(PictureWriter.image(picture), folder.resolve("p.png"));

        assertArrayEquals(
                new float[] {0, 1, 255, 99},
                PictureReader.read(folder.resolve("p.png"), ANY).pixels().toArray());
    }

    @ParameterizedTest
    @CsvSource({"TYPE_BYTE_GRAY,1", "TYPE_3BYTE_BGR,3"})
    void aJpegIsReadAsGreyOrColour(String type, int channels) throws Exception {
        BufferedImage image =
                new BufferedImage(40, 30, BufferedImage.class.getField(type).getInt(null));
        for (int i = 0; i < 1200; i++) {
            int[] level = {90, 150, 200};
            image.getRaster().setPixel(i % 40, i / 40, Arrays.copyOf(level, channels));
        }
        Path file = folder.resolve("p.jpg");
        ImageIO.write(image, "jpeg", file.toFile());

        Picture picture = PictureReader.read(file, ANY);

        assertEquals(Shape.of(1, 30, 40, channels), picture.pixels().shape());
        float[] expected = {90, 150, 200};
        for (int i = 0; i < picture.pixels().size(); i++) {
            assertEquals(expected[i % channels], picture.pixels().get(i), 3);
        }
    }

    @Test
    void sixteenBitsAndPalettesAreReadToo() throws IOException {
        BufferedImage deep = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 0x8080, 0xffff});
        ImageIO.write(deep, "png", folder.resolve("deep.png").toFile());
        BufferedImage indexed = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED);
        indexed.setRGB(0, 0, 0xffff0000);
        indexed.setRGB(1, 0, 0xff00ff00);
        ImageIO.write(indexed, "png", folder.resolve("indexed.png").toFile());

        assertArrayEquals(
                new float[] {0, 128, 255},
                PictureReader.read(folder.resolve("deep.png"), ANY).pixels().toArray());
        assertArrayEquals(
                new float[] {255, 0, 0, 0, 255, 0},
                PictureReader.read(folder.resolve("indexed.png"), ANY).pixels().toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void aFileCutShortIsTruncatedWhereverItEnds(String format) throws IOException {
        Path file = folder.resolve("p." + format);
        BufferedImage image = PictureWriter.image(noise());
        ImageIO.write(image, format, file.toFile());
        byte[] whole = Files.readAllBytes(file);
        for (double share : new double[] {0.3, 0.6, 0.9}) {
            Files.write(file, Arrays.copyOf(whole, (int) (whole.length * share)));
            assertProblem(Problem.TRUNCATED, file + ": truncated, the image ends early", file, ANY);
        }
    }

    @Test
    void whatCannotBeReadIsSaidInALine() throws IOException {
        Path text = Files.writeString(folder.resolve("t.png"), "not an image");
        Path empty = Files.createFile(folder.resolve("e.png"));
        BufferedImage image = PictureWriter.image(allLevels(3, false));
        ImageIO.write(image, "gif", folder.resolve("p.gif").toFile());
        assertProblem(Problem.WRONG_FORMAT, text + ": expected a PNG or JPEG image, which this is not", text, ANY);
        assertProblem(Problem.WRONG_FORMAT, empty + ": expected a PNG or JPEG image, which this is not", empty, ANY);
        Path gif = folder.resolve("p.gif");
        assertProblem(Problem.WRONG_FORMAT, gif + ": expected a PNG or JPEG image, which this is not", gif, ANY);
        Path none = folder.resolve("none.png");
        assertProblem(Problem.MISSING, none + ": no such file", none, ANY);
        assertProblem(Problem.MISSING, folder + ": expected an image but this is a folder", folder, ANY);
    }

    @Test
    void damagedPixelsAreNoCrash() throws IOException {
        Path file = folder.resolve("p.png");
        PictureWriter.write(PictureWriter.image(allLevels(3, false)), file);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 16; at < whole.length; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x55;
            Files.write(file, damaged);
            try {
                PictureReader.read(file, ANY);
            } catch (DataException e) {
                assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
            }
        }
    }

    @Test
    void aHugeImageIsRefusedByItsHeader() throws IOException {
        Path file = folder.resolve("p.png");
        PictureWriter.write(PictureWriter.image(allLevels(1, false)), file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[17] = 0x7f; // the header's width, which now says 16 + 0x7f0000
        CRC32 sum = new CRC32();
        sum.update(bytes, 12, 17);
        for (int i = 0; i < 4; i++) {
            bytes[29 + i] = (byte) (sum.getValue() >> 24 - 8 * i);
        }
        Files.write(file, bytes);

        assertProblem(
                Problem.TOO_LARGE,
                file + ": 8323088x16 is more than the 1048576 pixels there may be; make it smaller first",
                file,
                ANY);
    }

    private static void assertProblem(Problem problem, String message, Path file, long largest) {
        DataException e = assertThrows(DataException.class, () -> PictureReader.read(file, largest));
        assertEquals(message, e.getMessage());
        assertEquals(problem, e.problem());
    }
}
