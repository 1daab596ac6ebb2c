package dev.convoy.data;

import dev.convoy.tensor.Tensor;
import java.util.List;

/** From uint8 pixels to floats: {@code x = (pixel / 255 - mean[c]) / std[c]}, computed as one fma per pixel. */
public final class Normalization {
    private final float[] scale;
    private final float[] shift;

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
        scale = new float[channels];
        shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            int at = mean.size() == 1 ? 0 : c;
            scale[c] = (float) (1 / (255 * std.get(at)));
            shift[c] = (float) (-mean.get(at) / std.get(at));
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
            for (int i = 0, c = 0; i < size; i++) {
                to[at + i] = Math.fma((float) (pixels[from + i] & 0xff), scale[c], shift[c]);
                c = c + 1 == scale.length ? 0 : c + 1;
            }
        }
    }
}
