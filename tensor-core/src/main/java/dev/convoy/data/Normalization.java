package dev.convoy.data;

import dev.convoy.tensor.Tensor;
import java.util.List;

/** From uint8 pixels to floats: {@code x = fma(pixel, 1 / (255 std[c]), -mean[c] / std[c])}, looked up: a pixel has 256 values. */
public final class Normalization {
    private static final int VALUES = 256;

    /** {@code [channels, VALUES]}. */
    private final float[] table;

    /**
     * @param channels of the images
     * @param mean one value, or one per channel
     * @param std as many
     * @throws IllegalArgumentException if their number is neither 1 nor that of the channels
     */
    public Normalization(int channels, List<Double> mean, List<Double> std) {
        if (mean.size() != 1 && mean.size() != channels) {
            throw new IllegalArgumentException(
                    "data.mean: expected one number or one per channel (" + channels + ") but got " + mean);
        }
        table = new float[channels * VALUES];
        for (int c = 0; c < channels; c++) {
            int at = mean.size() == 1 ? 0 : c;
            float scale = (float) (1 / (255 * std.get(at)));
            float shift = (float) (-mean.get(at) / std.get(at));
            for (int pixel = 0; pixel < VALUES; pixel++) {
                table[c * VALUES + pixel] = Math.fma((float) pixel, scale, shift);
            }
        }
    }

    /** Writes the images at {@code positions} of the block to {@code batch}, {@code [positions.length, H, W, C]}. */
    public void apply(ImageBlock block, int[] positions, Tensor batch) {
        int size = block.image().size();
        byte[] pixels = block.pixels();
        float[] to = batch.array();
        for (int n = 0; n < positions.length; n++) {
            int from = positions[n] * size;
            int at = batch.offset() + n * size;
            for (int i = 0, channel = 0; i < size; i++) {
                to[at + i] = table[channel + (pixels[from + i] & 0xff)];
                channel = channel + VALUES == table.length ? 0 : channel + VALUES;
            }
        }
    }
}
