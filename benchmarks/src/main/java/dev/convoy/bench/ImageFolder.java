package dev.convoy.bench;

import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** A folder of class folders of colour images, all of one size: the classes and their images in alphabetical order. */
final class ImageFolder {
    private static final int CHANNELS = 3;

    private ImageFolder() {}

    /** @throws IllegalArgumentException naming what is no image, or one of another size than the first */
    static ImageBlock read(Path folder) throws IOException {
        List<Path> classes = list(folder);
        int[] labels = new int[0];
        byte[] pixels = new byte[0];
        Shape shape = Shape.of(0, 0, CHANNELS);
        int count = 0;
        for (int label = 0; label < classes.size(); label++) {
            List<Path> images = list(classes.get(label));
            for (int i = 0; i < images.size(); i++) {
                BufferedImage image = ImageIO.read(images.get(i).toFile());
                if (image == null) {
                    throw new IllegalArgumentException(images.get(i) + ": expected a JPEG or PNG image");
                }
                Shape found = Shape.of(image.getHeight(), image.getWidth(), CHANNELS);
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
                put(image, pixels, count * shape.size());
                count++;
            }
        }
        return new ImageBlock(shape, pixels, labels, LongStream.range(0, count).toArray());
    }

    private static void put(BufferedImage image, byte[] pixels, int at) {
        int[] colours = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        for (int i = 0; i < colours.length; i++) {
            for (int c = 0; c < CHANNELS; c++) {
                pixels[at + i * CHANNELS + c] = (byte) (colours[i] >> (8 * (CHANNELS - 1 - c)));
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
