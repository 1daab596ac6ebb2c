package dev.convoy.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The committed picture, by every sixteenth of its rows. {@code mvn test -pl tensor-core -Dtest=SceneTest -Dscene.write=true} draws it anew. */
class SceneTest {
    private static final Path FILE = Path.of("..", "docs", "scene.png");

    @Test
    void theDocumentationsPictureIsTheOneDrawnHere() throws IOException {
        if (Boolean.getBoolean("scene.write")) {
            PictureWriter.write(PictureWriter.image(Scene.draw()), FILE);
        }
        Picture scene = PictureReader.read(FILE, 1 << 20);

        for (int row = 0; row < Scene.SIZE; row += 16) {
            float[] expected = Scene.row(row);
            int first = row * expected.length;
            assertArrayEquals(
                    expected,
                    Arrays.copyOfRange(scene.pixels().toArray(), first, first + expected.length),
                    "row " + row);
        }
    }
}
