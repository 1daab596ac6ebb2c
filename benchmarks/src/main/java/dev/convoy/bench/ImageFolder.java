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

    /** The names of the class folders. */
    static List<String> classes(Path folder) throws IOException {
        return list(folder, "class folders").stream()
                .map(each -> each.getFileName().toString())
                .toList();
    }

    /** @throws UsageException naming an image of another shape than the first, or a folder that is missing or empty */
    static ImageBlock read(Path folder) throws IOException {
        List<Path> classes = list(folder, "class folders");
        int[] labels = new int[0];
        byte[] pixels = new byte[0];
        Shape shape = Shape.of(0, 0, 0);
        int count = 0;
        for (int label = 0; label < classes.size(); label++) {
            List<Path> images = list(classes.get(label), "images");
            for (int i = 0; i < images.size(); i++) {
                Picture picture = PictureReader.read(images.get(i), MOST_PIXELS);
                Shape found = Shape.of(picture.height(), picture.width(), picture.channels());
                if (count == 0) {
                    shape = found;
                } else if (!found.equals(shape)) {
                    throw new UsageException(
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

    private static List<Path> list(Path folder, String what) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UsageException(folder + ": expected a folder with " + what + " but there is "
                    + (Files.exists(folder) ? "a file" : "nothing"));
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> sorted = entries.sorted().toList();
            if (sorted.isEmpty()) {
                throw new UsageException(folder + ": expected " + what + " but the folder is empty");
            }
            return sorted;
        }
    }
}
