package dev.convoy.spark.plan;

import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;

/** Images of no meaning, of class 0: as heavy as real ones. */
final class SyntheticImages {
    private static final int STRIDE = 97; // neighbouring pixels differ, none is special

    private SyntheticImages() {}

    static ImageBlock of(Shape image, int count) {
        byte[] pixels = new byte[Math.multiplyExact(count, image.size())];
        long[] ids = new long[count];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * STRIDE);
        }
        for (int i = 0; i < count; i++) {
            ids[i] = i;
        }
        return new ImageBlock(image, pixels, new int[count], ids);
    }
}
