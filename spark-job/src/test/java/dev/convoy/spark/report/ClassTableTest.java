package dev.convoy.spark.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.metric.ConfusionMatrix;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A confusion matrix as people see it. */
class ClassTableTest {
    private static ConfusionMatrix three() {
        ConfusionMatrix confusion = new ConfusionMatrix(3);
        for (int i = 0; i < 1200; i++) {
            confusion.add(0, 0);
        }
        confusion.add(0, 2);
        confusion.add(1, 0);
        return confusion;
    }

    @Test
    void fewClassesComeWithTheWholeMatrix() {
        assertEquals("""
                class  samples  precision  recall      F1
                0        1,201     0.9992  0.9992  0.9992
                1            1     0.0000  0.0000  0.0000
                2            0     0.0000  0.0000  0.0000
                mean     1,202     0.3331  0.3331  0.3331

                labels down, predictions across

                       0  1  2
                0  1,200  .  1
                1      1  .  .
                2      .  .  .
                """, ClassTable.of(three()));
    }

    @Test
    void ofManyClassesTheWorstAreShown() {
        ConfusionMatrix confusion = new ConfusionMatrix(100);
        for (int c = 0; c < 90; c++) {
            for (int i = 0; i < 100; i++) {
                confusion.add(c, i < c ? c : i % 2 == 0 || c % 3 == 0 ? 95 : 96);
            }
        }
        String table = ClassTable.of(confusion);
        List<String> lines = table.lines().toList();
        assertTrue(lines.get(0).startsWith("mean over classes: precision 0.9"), table);
        assertEquals("the 10 classes of lowest F1", lines.get(2));
        assertEquals("class  samples  precision  recall      F1  taken for  times", lines.get(4));
        assertEquals("    0      100     0.0000  0.0000  0.0000         95    100", lines.get(5));
        assertEquals("    1      100     1.0000  0.0100  0.0198         96     50", lines.get(6));
        assertEquals(5 + 10, lines.size());
    }

    @Test
    void theMeanLeavesOutClassesThatNeverCome() {
        ConfusionMatrix confusion = new ConfusionMatrix(50);
        confusion.add(7, 7);
        String table = ClassTable.of(confusion);
        assertTrue(table.startsWith("mean over classes: precision 1.0000, recall 1.0000, F1 1.0000\n"), table);
        assertTrue(table.endsWith("    7        1     1.0000  1.0000  1.0000\n"), table);
    }

    @Test
    void thePictureIsBlueWhereRightAndRedWhereWrong(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("deep/confusion.png");
        ConfusionPicture.write(three(), file);
        BufferedImage picture = ImageIO.read(file.toFile());
        int blue = 0;
        int red = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int rgb = picture.getRGB(x, y) & 0xffffff;
                blue += rgb == 0x0969da || rgb == 0x0a69da ? 1 : 0;
                red += rgb == 0xcf222e ? 1 : 0;
            }
        }
        // Nearly all of label 0 is right, all of label 1 wrong: a cell each.
        assertTrue(blue > 1000, blue + " blue pixels");
        assertTrue(red > 1000, red + " red pixels");
    }

    @Test
    void aPictureOfManyClassesStaysOfAUsefulSize() {
        for (int classes : new int[] {1, 2, 10, 20, 100, 300}) {
            ConfusionMatrix confusion = new ConfusionMatrix(classes);
            for (int c = 0; c < classes; c++) {
                confusion.add(c, c);
            }
            BufferedImage picture = ConfusionPicture.draw(confusion).image();
            assertTrue(picture.getWidth() >= 80 && picture.getWidth() <= 1200, classes + ": " + picture.getWidth());
        }
    }
}
