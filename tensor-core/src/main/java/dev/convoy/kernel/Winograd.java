package dev.convoy.kernel;

/**
 * Minimal filtering {@code F(4x4, 3x3)} and {@code F(2x2, 5x5)}: convolutions of stride 1 by 36 multiplications for every 4 x 4 outputs
 * of a 3x3 window, or 2 x 2 of a 5x5 window, and pair of channels, instead of 144 and 100. With d a tile of 6 x 6 inputs, g a filter and y
 * the outputs,
 *
 * <pre>
 *   y  = A^T [ (B^T d B) * (G g G^T) ] A          * element by element, summed over the channels
 *   dg = G^T [ (B^T d B) * (A dy A^T) ] G         summed over the tiles
 * </pre>
 *
 * and dd is y of dy with the filter flipped. The matrices interpolate polynomials at 0, +-a, +-b and infinity; here {@code a = 3/4},
 * {@code b = 3/2}, which are exact in float, and of the points tried those with the least error: two to 3.5 times that of the direct sum with
 * 3x3 windows, where 0, +-1, +-2 have five times; with 5x5 windows one and a half to two and a half times, four to five in dg
 * (docs/decisions/0009-winograd.md). B is the same for both; A and G hold the first m and r powers of the points ({@link WinogradForm}).
 *
 * <p>Sources: Winograd, "Arithmetic complexity of computations", 1980; Lavin and Gray, "Fast algorithms for convolutional neural
 * networks", 2016; Barabasz et al., "Error analysis and improving the accuracy of Winograd convolution", 2020.
 */
public final class Winograd {
    /** Inputs of a tile, and points of interpolation, per axis. */
    public static final int INPUTS = 6;
    /** Points of a tile: {@code INPUTS^2}. */
    public static final int POINTS = INPUTS * INPUTS;

    /** The points of interpolation, their squares p and q, and their cubes. */
    public static final float A = 3f / 4;

    public static final float B = 3f / 2;
    public static final float P = A * A;
    public static final float Q = B * B;
    public static final float A3 = A * A * A;
    public static final float B3 = B * B * B;
    /** The coefficients of {@code (x^2 - p)(x^2 - q) = x^4 - (p+q) x^2 + pq}. */
    public static final float PQ = P * Q;

    public static final float P_PLUS_Q = P + Q;
    /** One over the product of the differences of each point to the others: of 0, of +-a, of +-b. */
    public static final float WEIGHT_0 = 64f / 81;

    public static final float WEIGHT_A = -128f / 243;
    public static final float WEIGHT_B = 32f / 243;

    /** The fewest channels, and the fewest filters: a vector of any width. */
    private static final int FEWEST_CHANNELS = 16;
    /** From so many channels on the products outweigh the transforms, and tiles may hang over further. */
    private static final int MANY_CHANNELS = 64;
    /** The most channels, and the most filters: the transformed filter is up to four times the filter, and the error grows with the channels. */
    private static final int MOST_CHANNELS = 512;

    private static final int MOST_CHANNELS_OF_FIVE_TAPS = 256;
    /** The most tiles of a row, which is not divided. */
    private static final int MOST_TILES = 1 << 12;

    private Winograd() {}

    /**
     * Whether a convolution is computed so, all three passes of it: a 3x3 or 5x5 window of stride and dilation 1, one group, 16 to 512
     * channels and filters (5x5: 256), and tiles that cover at most 8/5 as many pixels as there are, 9/5 from 64 channels on; of 5x5 windows 7/5, and
     * 3/2 from 64 channels on. The size of the batch does not matter, so that a sample's bits do not depend on its company.
     */
    public static boolean fits(ConvGeometry g) {
        Window w = g.window();
        int most = w.height() == 3 ? MOST_CHANNELS : MOST_CHANNELS_OF_FIVE_TAPS;
        return (w.height() == 3 || w.height() == 5)
                && w.width() == w.height()
                && w.strideHeight() == 1
                && w.strideWidth() == 1
                && w.dilationHeight() == 1
                && w.dilationWidth() == 1
                && g.groups() == 1
                && g.channels() >= FEWEST_CHANNELS
                && g.filters() >= FEWEST_CHANNELS
                && g.channels() <= most
                && g.filters() <= most
                && wastesLittle(g, g.outputHeight(), g.outputWidth())
                && wastesLittle(g, g.height(), g.width());
    }

    private static boolean wastesLittle(ConvGeometry g, int height, int width) {
        WinogradForm form = WinogradForm.of(g.window());
        boolean many = Math.min(g.channels(), g.filters()) >= MANY_CHANNELS;
        int tenths = form == WinogradForm.FOUR_BY_THREE ? (many ? 18 : 16) : (many ? 15 : 14);
        long covered = (long) form.tiles(height) * form.tiles(width) * form.outputs() * form.outputs();
        return form.tiles(width) <= MOST_TILES && 10 * covered <= (long) tenths * height * width;
    }
}
