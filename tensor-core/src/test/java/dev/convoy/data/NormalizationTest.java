package dev.convoy.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    private static final List<Double> MEAN = List.of(0.4914, 0.4822, 0.4465);
    private static final List<Double> STD = List.of(0.247, 0.2435, 0.2616);

    @Test
    void everyPixelOfEveryChannelIsOneFma() {
        ImageBlock block = everyPixel(3);
        float[] batch = apply(new Normalization(3, MEAN, STD), block);
        for (int i = 0; i < batch.length; i++) {
            int c = i % 3;
            float scale = (float) (1 / (255 * STD.get(c)));
            float shift = (float) (-MEAN.get(c) / STD.get(c));
            int pixel = block.pixels()[i] & 0xff;
            assertEquals(Math.fma((float) pixel, scale, shift), batch[i], "pixel " + pixel + ", channel " + c);
            assertEquals((pixel / 255.0 - MEAN.get(c)) / STD.get(c), batch[i], 1e-6);
        }
    }

    @Test
    void oneMeanIsThatOfAllChannels() {
        ImageBlock block = everyPixel(3);
        assertArrayEquals(
                apply(new Normalization(3, List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25)), block),
                apply(new Normalization(3, List.of(0.5), List.of(0.25)), block));
    }

    @Test
    void imagesComeInTheOrderOfTheirPositionsWhereverTheBatchBegins() {
        ImageBlock block = everyPixel(1);
        Normalization normalization = new Normalization(1, List.of(0.1), List.of(0.3));
        float[] all = apply(normalization, block);
        float[] some = new float[5 + 2 * 4];
        normalization.apply(block, new int[] {9, 2}, new Tensor(some, 5, Shape.of(2, 2, 2, 1)));
        for (int i = 0; i < 4; i++) {
            assertEquals(all[9 * 4 + i], some[5 + i]);
            assertEquals(all[2 * 4 + i], some[9 + i]);
        }
        assertArrayEquals(new float[5], Arrays.copyOf(some, 5), "before the batch");
    }

    @Test
    void asManyMeansAsChannels() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new Normalization(3, List.of(0.1, 0.2), List.of(0.3, 0.3)));
        assertTrue(e.getMessage().startsWith("data.mean: expected one number or one per channel (3)"), e.getMessage());
    }

    private static float[] apply(Normalization normalization, ImageBlock block) {
        int size = block.image().size();
        float[] batch = new float[block.count() * size];
        int[] all = new int[block.count()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        Shape image = block.image();
        Shape shape = Shape.of(all.length, image.extent(0), image.extent(1), image.extent(2));
        normalization.apply(block, all, new Tensor(batch, 0, shape));
        return batch;
    }

    /** 64 images of 2 x 2 pixels, in which each channel has all 256 values. */
    private static ImageBlock everyPixel(int channels) {
        byte[] pixels = new byte[256 * channels];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / channels * 37 + i % channels);
        }
        return new ImageBlock(Shape.of(2, 2, channels), pixels, new int[64], new long[64]);
    }
}
