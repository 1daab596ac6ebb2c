package dev.convoy.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageFolderTest {
    @TempDir
    Path folder;

    @Test
    void classesAndImagesAreInAlphabeticalOrderAndPixelsRedFirst() throws IOException {
        write("b/1.png", 1, 0x0a0b0c);
        write("a/2.png", 1, 0x040506);
        write("a/1.png", 1, 0x010203);
        ImageBlock block = ImageFolder.read(folder);
        assertEquals(Shape.of(1, 1, 3), block.image());
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 10, 11, 12}, block.pixels());
        assertArrayEquals(new int[] {0, 0, 1}, block.labels());
        assertArrayEquals(new long[] {0, 1, 2}, block.ids());
    }

    @Test
    void anImageOfAnotherSizeIsNamed() throws IOException {
        write("a/1.png", 1, 0);
        write("a/2.png", 2, 0);
        UsageException e = assertThrows(UsageException.class, () -> ImageFolder.read(folder));
        assertEquals(
                folder.resolve("a/2.png") + ": expected an image [1, 1, 3] like the first but got [2, 2, 3]",
                e.getMessage());
    }

    @Test
    void aFolderThatIsMissingOrEmptyIsNamed() throws IOException {
        Path none = folder.resolve("none");
        assertEquals(none + ": expected a folder with class folders but there is nothing", mistake(none));
        assertEquals(folder + ": expected class folders but the folder is empty", mistake(folder));
        Path empty = Files.createDirectory(folder.resolve("a"));
        assertEquals(empty + ": expected images but the folder is empty", mistake(folder));
        Files.writeString(folder.resolve("0"), "");
        assertEquals(folder.resolve("0") + ": expected a folder with images but there is a file", mistake(folder));
    }

    private static String mistake(Path folder) {
        return assertThrows(UsageException.class, () -> ImageFolder.read(folder))
                .getMessage();
    }

    private void write(String name, int side, int colour) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, colour);
        Files.createDirectories(folder.resolve(name).getParent());
        ImageIO.write(image, "png", folder.resolve(name).toFile());
    }
}
