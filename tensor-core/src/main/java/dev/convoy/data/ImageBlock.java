package dev.convoy.data;

import dev.convoy.tensor.Shape;
import java.util.Arrays;

/**
 * Samples in a few primitive arrays, never one object per image.
 *
 * @param image the shape of one image, {@code [H, W, C]}
 * @param pixels uint8, NHWC, {@code count * H * W * C} bytes
 * @param labels one class per sample, from 0
 * @param ids one number per sample, unique within the data set: its position in the source
 */
public record ImageBlock(Shape image, byte[] pixels, int[] labels, long[] ids) {
    /** @throws IllegalArgumentException if the arrays do not hold the same number of samples */
    public ImageBlock {
        if (labels.length != ids.length || (long) labels.length * image.size() != pixels.length) {
            throw new IllegalArgumentException("image block: " + labels.length + " labels, " + ids.length + " ids and "
                    + pixels.length + " pixel bytes do not belong together; one image is " + image + " (HWC)");
        }
    }

    /** The number of samples. */
    public int count() {
        return labels.length;
    }

    /** The samples at {@code positions}, in that order, as a block of their own. */
    public ImageBlock select(int[] positions) {
        int size = image.size();
        byte[] somePixels = new byte[positions.length * size];
        int[] someLabels = new int[positions.length];
        long[] someIds = new long[positions.length];
        for (int i = 0; i < positions.length; i++) {
            System.arraycopy(pixels, positions[i] * size, somePixels, i * size, size);
            someLabels[i] = labels[positions[i]];
            someIds[i] = ids[positions[i]];
        }
        return new ImageBlock(image, somePixels, someLabels, someIds);
    }

    /** The samples {@code from} (inclusive) to {@code to} (exclusive). */
    public ImageBlock slice(int from, int to) {
        return new ImageBlock(
                image,
                Arrays.copyOfRange(pixels, from * image.size(), to * image.size()),
                Arrays.copyOfRange(labels, from, to),
                Arrays.copyOfRange(ids, from, to));
    }
}
