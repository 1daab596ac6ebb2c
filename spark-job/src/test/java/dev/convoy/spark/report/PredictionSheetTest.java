package dev.convoy.spark.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionSheetTest {
    private static final int WRONG = 0xcf222e;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aSheetShowsItsImagesAndFramesTheWrongOnes(int channels, @TempDir Path folder) throws IOException {
        byte[] pixels = new byte[2 * 28 * 28 * channels];
        Arrays.fill(pixels, (byte) 200);
        ImageBlock block = new ImageBlock(Shape.of(28, 28, channels), pixels, new int[] {7, 3}, new long[] {0, 1});
        List<Prediction> predictions =
                Prediction.of(block.ids(), block.labels(), new float[][] {one(10, 7), one(10, 9)});
        Path file = folder.resolve("deep/sheet.png");

        PredictionSheet.write(block, predictions, file);

        BufferedImage sheet = ImageIO.read(file.toFile());
        assertEquals(0xc8c8c8, sheet.getRGB(20, 20) & 0xffffff);
        assertTrue(predictions.get(0).isRight());
        assertEquals(
                "sample  predicted  probability  label\n"
                        + "     0          7       1.0000      7\n"
                        + "     1          9       1.0000      3  wrong\n",
                Prediction.table(predictions));
        int wrong = 0;
        for (int y = 0; y < sheet.getHeight(); y++) {
            for (int x = 0; x < sheet.getWidth(); x++) {
                if ((sheet.getRGB(x, y) & 0xffffff) == WRONG) {
                    wrong++;
                    assertTrue(x > sheet.getWidth() / 2, "the right image has no frame");
                }
            }
        }
        assertTrue(wrong > 4 * 84 * 3, "a frame of three pixels and a text");
    }

    @Test
    void everyPrintableCharacterHasAGlyphOfItsOwn() {
        Set<String> seen = new HashSet<>();
        for (char c = ' '; c <= '~'; c++) {
            assertTrue(seen.add(drawn(c)), "no glyph of its own: " + c);
        }
        assertEquals(drawn('?'), drawn('é'));
        assertEquals(
                String.join("\n", ".####.", "#.....", "#.....", ".###..", "....#.", "....#.", "####..", ""),
                drawn('S'));
    }

    @Test
    void textBeyondTheEdgeIsCut() {
        PixelFont.draw(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "WW", -3, -3, 2, 0xffffff);
    }

    private static String drawn(char c) {
        BufferedImage image = new BufferedImage(6, 7, BufferedImage.TYPE_INT_RGB);
        PixelFont.draw(image, String.valueOf(c), 0, 0, 1, 0xffffff);
        StringBuilder rows = new StringBuilder();
        for (int y = 0; y < 7; y++) {
            for (int x = 0; x < 6; x++) {
                rows.append((image.getRGB(x, y) & 0xffffff) == 0 ? '.' : '#');
            }
            rows.append('\n');
        }
        return rows.toString();
    }

    private static float[] one(int classes, int at) {
        float[] row = new float[classes];
        row[at] = 1;
        return row;
    }
}
