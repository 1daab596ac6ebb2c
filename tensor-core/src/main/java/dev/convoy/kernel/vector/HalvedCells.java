package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost product of {@link HalvedInput}: the sums of some cells, 2 x 2 pixels each, by a vector of channels stay in registers while
 * filters go by. A pixel of a cell is named for its line and column, even or odd; a weight for its tap. Cell i reads four pixels of dz,
 * {@code i}, {@code i + 1} and those below, so that a step of four cells has ten broadcasts and nine vectors of weights for 36 products.
 *
 * <p>Distances in dz are constants of the code: one address serves all. The ninth weight lies apart, as C2 drops the check of an index only
 * if it is scaled by a power of two, and without spare registers spills addresses to where the products are computed.
 */
final class HalvedCells {
    /** Filters of a pixel, one chunk. */
    static final int PIXEL = 32;
    /** The most cells of a line. */
    static final int MOST = 32;
    /** Floats from one line to the next: one pixel more than cells, and another that is read beside a single last cell. */
    static final int LINE = (MOST + 2) * PIXEL;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;
    private static final Class<? extends FloatVector> VECTOR = MicroKernel.VECTOR;

    private HalvedCells() {}

    /**
     * Adds {@code depth} filters to four cells.
     *
     * @param w where eight of the taps lie, {@code [filter, tap, lane]}
     * @param lastAt where the ninth lies, {@code [filter, lane]}
     * @param beginCell from one cell's sums to the next's in begin; beginPixel and beginLine: to those of the next pixel and line
     * @param cell the same distances in dx
     */
    static void four(
            int depth,
            float[] dz,
            int dzAt,
            float[] w,
            int wAt,
            int lastAt,
            float[] begin,
            int beginAt,
            int beginCell,
            int beginPixel,
            int beginLine,
            float[] dx,
            int dxAt,
            int cell,
            int pixel,
            int line) {
        FloatVector ee0 = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector eo0 = FloatVector.fromArray(SPECIES, begin, beginAt + beginPixel);
        FloatVector oe0 = FloatVector.fromArray(SPECIES, begin, beginAt + beginLine);
        FloatVector oo0 = FloatVector.fromArray(SPECIES, begin, beginAt + beginLine + beginPixel);
        FloatVector ee1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell);
        FloatVector eo1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell + beginPixel);
        FloatVector oe1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell + beginLine);
        FloatVector oo1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell + beginLine + beginPixel);
        FloatVector ee2 = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginCell);
        FloatVector eo2 = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginCell + beginPixel);
        FloatVector oe2 = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginCell + beginLine);
        FloatVector oo2 = FloatVector.fromArray(SPECIES, begin, beginAt + 2 * beginCell + beginLine + beginPixel);
        FloatVector ee3 = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginCell);
        FloatVector eo3 = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginCell + beginPixel);
        FloatVector oe3 = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginCell + beginLine);
        FloatVector oo3 = FloatVector.fromArray(SPECIES, begin, beginAt + 3 * beginCell + beginLine + beginPixel);
        for (int k = 0; k < depth; k++) {
            int at = dzAt + k;
            int here = wAt + k * (8 * WIDTH);
            FloatVector w11 = FloatVector.fromArray(SPECIES, w, here);
            FloatVector w12 = FloatVector.fromArray(SPECIES, w, here + WIDTH);
            FloatVector w21 = FloatVector.fromArray(SPECIES, w, here + 2 * WIDTH);
            FloatVector w22 = FloatVector.fromArray(SPECIES, w, here + 3 * WIDTH);
            FloatVector w10 = FloatVector.fromArray(SPECIES, w, here + 4 * WIDTH);
            FloatVector w20 = FloatVector.fromArray(SPECIES, w, here + 5 * WIDTH);
            FloatVector g0 = FloatVector.broadcast(SPECIES, dz[at]);
            ee0 = g0.fma(w11, ee0);
            eo0 = g0.fma(w12, eo0);
            oe0 = g0.fma(w21, oe0);
            oo0 = g0.fma(w22, oo0);
            FloatVector g1 = FloatVector.broadcast(SPECIES, dz[at + PIXEL]);
            eo0 = g1.fma(w10, eo0);
            oo0 = g1.fma(w20, oo0);
            ee1 = g1.fma(w11, ee1);
            eo1 = g1.fma(w12, eo1);
            oe1 = g1.fma(w21, oe1);
            oo1 = g1.fma(w22, oo1);
            FloatVector g2 = FloatVector.broadcast(SPECIES, dz[at + 2 * PIXEL]);
            eo1 = g2.fma(w10, eo1);
            oo1 = g2.fma(w20, oo1);
            ee2 = g2.fma(w11, ee2);
            eo2 = g2.fma(w12, eo2);
            oe2 = g2.fma(w21, oe2);
            oo2 = g2.fma(w22, oo2);
            FloatVector g3 = FloatVector.broadcast(SPECIES, dz[at + 3 * PIXEL]);
            eo2 = g3.fma(w10, eo2);
            oo2 = g3.fma(w20, oo2);
            ee3 = g3.fma(w11, ee3);
            eo3 = g3.fma(w12, eo3);
            oe3 = g3.fma(w21, oe3);
            oo3 = g3.fma(w22, oo3);
            FloatVector g4 = FloatVector.broadcast(SPECIES, dz[at + 4 * PIXEL]);
            eo3 = g4.fma(w10, eo3);
            oo3 = g4.fma(w20, oo3);
            FloatVector w01 = FloatVector.fromArray(SPECIES, w, here + 6 * WIDTH);
            FloatVector w02 = FloatVector.fromArray(SPECIES, w, here + 7 * WIDTH);
            FloatVector w00 = FloatVector.fromArray(SPECIES, w, lastAt + k * WIDTH);
            FloatVector h0 = FloatVector.broadcast(SPECIES, dz[at + LINE]);
            oe0 = h0.fma(w01, oe0);
            oo0 = h0.fma(w02, oo0);
            FloatVector h1 = FloatVector.broadcast(SPECIES, dz[at + LINE + PIXEL]);
            oo0 = h1.fma(w00, oo0);
            oe1 = h1.fma(w01, oe1);
            oo1 = h1.fma(w02, oo1);
            FloatVector h2 = FloatVector.broadcast(SPECIES, dz[at + LINE + 2 * PIXEL]);
            oo1 = h2.fma(w00, oo1);
            oe2 = h2.fma(w01, oe2);
            oo2 = h2.fma(w02, oo2);
            FloatVector h3 = FloatVector.broadcast(SPECIES, dz[at + LINE + 3 * PIXEL]);
            oo2 = h3.fma(w00, oo2);
            oe3 = h3.fma(w01, oe3);
            oo3 = h3.fma(w02, oo3);
            FloatVector h4 = FloatVector.broadcast(SPECIES, dz[at + LINE + 4 * PIXEL]);
            oo3 = h4.fma(w00, oo3);
        }
        VECTOR.cast(ee0).intoArray(dx, dxAt);
        VECTOR.cast(eo0).intoArray(dx, dxAt + pixel);
        VECTOR.cast(oe0).intoArray(dx, dxAt + line);
        VECTOR.cast(oo0).intoArray(dx, dxAt + line + pixel);
        VECTOR.cast(ee1).intoArray(dx, dxAt + cell);
        VECTOR.cast(eo1).intoArray(dx, dxAt + cell + pixel);
        VECTOR.cast(oe1).intoArray(dx, dxAt + cell + line);
        VECTOR.cast(oo1).intoArray(dx, dxAt + cell + line + pixel);
        VECTOR.cast(ee2).intoArray(dx, dxAt + 2 * cell);
        VECTOR.cast(eo2).intoArray(dx, dxAt + 2 * cell + pixel);
        VECTOR.cast(oe2).intoArray(dx, dxAt + 2 * cell + line);
        VECTOR.cast(oo2).intoArray(dx, dxAt + 2 * cell + line + pixel);
        VECTOR.cast(ee3).intoArray(dx, dxAt + 3 * cell);
        VECTOR.cast(eo3).intoArray(dx, dxAt + 3 * cell + pixel);
        VECTOR.cast(oe3).intoArray(dx, dxAt + 3 * cell + line);
        VECTOR.cast(oo3).intoArray(dx, dxAt + 3 * cell + line + pixel);
    }

    /** The same for two cells. */
    static void two(
            int depth,
            float[] dz,
            int dzAt,
            float[] w,
            int wAt,
            int lastAt,
            float[] begin,
            int beginAt,
            int beginCell,
            int beginPixel,
            int beginLine,
            float[] dx,
            int dxAt,
            int cell,
            int pixel,
            int line) {
        FloatVector ee0 = FloatVector.fromArray(SPECIES, begin, beginAt);
        FloatVector eo0 = FloatVector.fromArray(SPECIES, begin, beginAt + beginPixel);
        FloatVector oe0 = FloatVector.fromArray(SPECIES, begin, beginAt + beginLine);
        FloatVector oo0 = FloatVector.fromArray(SPECIES, begin, beginAt + beginLine + beginPixel);
        FloatVector ee1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell);
        FloatVector eo1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell + beginPixel);
        FloatVector oe1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell + beginLine);
        FloatVector oo1 = FloatVector.fromArray(SPECIES, begin, beginAt + beginCell + beginLine + beginPixel);
        for (int k = 0; k < depth; k++) {
            int at = dzAt + k;
            int here = wAt + k * (8 * WIDTH);
            FloatVector w11 = FloatVector.fromArray(SPECIES, w, here);
            FloatVector w12 = FloatVector.fromArray(SPECIES, w, here + WIDTH);
            FloatVector w21 = FloatVector.fromArray(SPECIES, w, here + 2 * WIDTH);
            FloatVector w22 = FloatVector.fromArray(SPECIES, w, here + 3 * WIDTH);
            FloatVector w10 = FloatVector.fromArray(SPECIES, w, here + 4 * WIDTH);
            FloatVector w20 = FloatVector.fromArray(SPECIES, w, here + 5 * WIDTH);
            FloatVector g0 = FloatVector.broadcast(SPECIES, dz[at]);
            ee0 = g0.fma(w11, ee0);
            eo0 = g0.fma(w12, eo0);
            oe0 = g0.fma(w21, oe0);
            oo0 = g0.fma(w22, oo0);
            FloatVector g1 = FloatVector.broadcast(SPECIES, dz[at + PIXEL]);
            eo0 = g1.fma(w10, eo0);
            oo0 = g1.fma(w20, oo0);
            ee1 = g1.fma(w11, ee1);
            eo1 = g1.fma(w12, eo1);
            oe1 = g1.fma(w21, oe1);
            oo1 = g1.fma(w22, oo1);
            FloatVector g2 = FloatVector.broadcast(SPECIES, dz[at + 2 * PIXEL]);
            eo1 = g2.fma(w10, eo1);
            oo1 = g2.fma(w20, oo1);
            FloatVector w01 = FloatVector.fromArray(SPECIES, w, here + 6 * WIDTH);
            FloatVector w02 = FloatVector.fromArray(SPECIES, w, here + 7 * WIDTH);
            FloatVector w00 = FloatVector.fromArray(SPECIES, w, lastAt + k * WIDTH);
            FloatVector h0 = FloatVector.broadcast(SPECIES, dz[at + LINE]);
            oe0 = h0.fma(w01, oe0);
            oo0 = h0.fma(w02, oo0);
            FloatVector h1 = FloatVector.broadcast(SPECIES, dz[at + LINE + PIXEL]);
            oo0 = h1.fma(w00, oo0);
            oe1 = h1.fma(w01, oe1);
            oo1 = h1.fma(w02, oo1);
            FloatVector h2 = FloatVector.broadcast(SPECIES, dz[at + LINE + 2 * PIXEL]);
            oo1 = h2.fma(w00, oo1);
        }
        VECTOR.cast(ee0).intoArray(dx, dxAt);
        VECTOR.cast(eo0).intoArray(dx, dxAt + pixel);
        VECTOR.cast(oe0).intoArray(dx, dxAt + line);
        VECTOR.cast(oo0).intoArray(dx, dxAt + line + pixel);
        VECTOR.cast(ee1).intoArray(dx, dxAt + cell);
        VECTOR.cast(eo1).intoArray(dx, dxAt + cell + pixel);
        VECTOR.cast(oe1).intoArray(dx, dxAt + cell + line);
        VECTOR.cast(oo1).intoArray(dx, dxAt + cell + line + pixel);
    }
}
