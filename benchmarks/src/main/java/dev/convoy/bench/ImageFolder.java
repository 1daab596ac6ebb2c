package dev.convoy.bench;

import dev.convoy.data.ImageBlock;
import dev.convoy.image.Picture;
import dev.convoy.image.PictureReader;
import dev.convoy.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A folder of class folders of images, all of one shape: the classes and their images in alphabetical order. */
final class ImageFolder {
    private static final long MOST_PIXELS = 1 << 20;

    private ImageFolder() {}

    /** @throws IllegalArgumentException naming an image of another shape than the first */
    static ImageBlock read(Path folder) throws IOException {
        List<Path> classes = list(folder);
        int[] labels = new int[0];
        byte[] pixels = new byte[0];
        Shape shape = Shape.of(0, 0, 0);
        int count = 0;
        for (int label = 0; label < classes.size(); label++) {
            List<Path> images = list(classes.get(label));
            for (int i = 0; i < images.size(); i++) {
                Picture picture = PictureReader.read(images.get(i), MOST_PIXELS);
                Shape found = Shape.of(picture.height(), picture.width(), picture.channels());
                if (count == 0) {
                    shape = found;
                } else if (!found.equals(shape)) {
                    throw new IllegalArgumentException(
                            images.get(i) + ": expected an image " + shape + " like the first but got " + found);
                }
                if (i == 0) {
                    labels = Arrays.copyOf(labels, count + images.size());
                    pixels = Arrays.copyOf(pixels, (count + images.size()) * shape.size());
                }
                labels[count] = label;
                for (int v = 0; v < shape.size(); v++) {
                    pixels[count * shape.size() + v] =
                            (byte) Picture.level(picture.pixels().get(v));
                }
                count++;
            }
        }
        return new ImageBlock(shape, pixels, labels, LongStream.range(0, count).toArray());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
