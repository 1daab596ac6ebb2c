package dev.convoy.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The embedded sample of MNIST. */
public final class Samples {
    private Samples() {}

    /** @param split {@code train} or {@code t10k} */
    public static ImageBlock mnist(String split) {
        String images = "mnist-sample/" + split + "-images-idx3-ubyte.gz";
        String labels = "mnist-sample/" + split + "-labels-idx1-ubyte.gz";
        try (InputStream pixels = IdxReader.class.getResourceAsStream(images);
                InputStream classes = IdxReader.class.getResourceAsStream(labels)) {
            return IdxReader.read(pixels, images, classes, labels, 10);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
