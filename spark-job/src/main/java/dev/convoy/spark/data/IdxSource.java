package dev.convoy.spark.data;

import dev.convoy.data.IdxReader;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A split of MNIST: an images and a labels file in IDX format, plain or gzipped, with either of the usual spellings
 * ({@code train-images-idx3-ubyte}, {@code train-images.idx3-ubyte}).
 *
 * @param images the images file
 * @param labels the labels file
 * @param count of samples
 * @param image the shape of one, {@code [H, W, 1]}
 * @param classes labels must be below
 */
public record IdxSource(String images, String labels, int count, int[] image, int classes) implements Serializable {

    /**
     * Finds the files of a split and reads what they say of themselves.
     *
     * @param split {@code train} or {@code t10k}
     * @throws dev.convoy.data.DataException if a file is missing or is not one
     */
    public static IdxSource find(String folder, String split, int classes, Configuration hadoop) {
        DataFolder files = new DataFolder(folder);
        String images = files.find(spellings(split + "-images", "idx3-ubyte"), hadoop);
        String labels = files.find(spellings(split + "-labels", "idx1-ubyte"), hadoop);
        try (InputStream in = DataFolder.open(images, hadoop)) {
            IdxReader.Header header = IdxReader.header(in, images);
            return new IdxSource(images, labels, header.count(), header.image().toArray(), classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shape of one image, {@code [H, W, 1]}. */
    public Shape shape() {
        return Shape.of(image);
    }

    /** Reads all samples; ids are positions in the files. */
    public ImageBlock read(Configuration hadoop) {
        try (InputStream pixels = DataFolder.open(images, hadoop);
                InputStream classesOf = DataFolder.open(labels, hadoop)) {
            return IdxReader.read(pixels, images, classesOf, labels, classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> spellings(String stem, String kind) {
        return List.of(stem + "-" + kind, stem + "-" + kind + ".gz", stem + "." + kind, stem + "." + kind + ".gz");
    }
}
