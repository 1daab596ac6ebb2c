package dev.convoy.spark;

import dev.convoy.data.IdxReader;
import dev.convoy.data.ImageBlock;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The first images of the embedded sample as IDX files of their own, for tests that need little data or break it. */
public final class SmallMnist {
    private static final String SAMPLE = "dev/convoy/data/mnist-sample/";

    private SmallMnist() {}

    /** Writes the four files. */
    public static void write(Path folder, int train, int test) throws IOException {
        write(folder, sample("train").slice(0, train), sample("t10k").slice(0, test));
    }

    /** The same of other images. */
    public static void write(Path folder, ImageBlock train, ImageBlock test) throws IOException {
        write(folder, "train", train);
        write(folder, "t10k", test);
    }

    /** A split of the embedded sample. */
    public static ImageBlock sample(String split) throws IOException {
        String images = split + "-images-idx3-ubyte.gz";
        String labels = split + "-labels-idx1-ubyte.gz";
        ClassLoader loader = SmallMnist.class.getClassLoader();
        try (InputStream pixels = loader.getResourceAsStream(SAMPLE + images);
                InputStream classes = loader.getResourceAsStream(SAMPLE + labels)) {
            return IdxReader.read(pixels, images, classes, labels, 10);
        }
    }

    private static void write(Path folder, String split, ImageBlock block) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(folder.resolve(split + "-images-idx3-ubyte")))) {
            out.writeInt(0x0803);
            out.writeInt(block.count());
            out.writeInt(block.image().extent(0));
            out.writeInt(block.image().extent(1));
            out.write(block.pixels());
        }
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(folder.resolve(split + "-labels-idx1-ubyte")))) {
            out.writeInt(0x0801);
            out.writeInt(block.count());
            for (int label : block.labels()) {
                out.writeByte(label);
            }
        }
    }
}
