package dev.convoy.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.convoy.kernel.KernelProvider;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** However rows are told to be final, in pieces of any length, nothing beyond them is read and the moments have the same bits. */
@EnabledIfSystemProperty(named = "kernels", matches = "vector")
class ChannelMomentsInPiecesTest {
    private static final int[] ROWS = {1, 5, 8, 63, 64, 65, 71, 128, 200, 511, 1024, 1025, 2048, 3000, 5003};

    @Test
    void anySplitGivesTheSameBits() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int rows = ROWS[random.nextInt(ROWS.length)];
            int channels = random.nextInt(4) == 0 ? 8 * random.nextInt(1, 10) : random.nextInt(1, 40);
            int longest = random.nextInt(4) == 0 ? rows : random.nextInt(1, 300);
            float[] x = new float[3 + rows * channels];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextDouble(-1, 1);
            }
            float[] mean = new float[channels];
            float[] variance = new float[channels];
            KernelProvider.SCALAR.kernels().channelMoments(rows, channels, x, 3, mean, variance);

            float[] there = new float[x.length];
            float[] meanOfPieces = new float[channels];
            float[] varianceOfPieces = new float[channels];
            ChannelMoments moments =
                    Scratch.ofThread().moments.begin(rows, channels, there, 3, meanOfPieces, varianceOfPieces);
            for (int row = 0; row < rows; ) {
                int next = Math.min(rows, row + random.nextInt(longest + 1));
                System.arraycopy(x, 3 + row * channels, there, 3 + row * channels, (next - row) * channels);
                moments.upTo(next);
                row = next;
            }
            String what = "seed " + seed + ": " + rows + " rows of " + channels + " channels";
            assertArrayEquals(mean, meanOfPieces, what);
            assertArrayEquals(variance, varianceOfPieces, what);
        }
    }
}
