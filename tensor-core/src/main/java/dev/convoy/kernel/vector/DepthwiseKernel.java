package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a depthwise convolution, one vector of channels wide. Pixel i of the output reads the image at {@code rows[i] +
 * columns[t]} for tap t and lies at {@code places[i]}. What stays in registers is what does not change from pixel to pixel: weights going
 * forward, sums in the weight adjoint.
 *
 * <p>Nine, three or one tap at a time, so that every chain can be made of them: C2 keeps vectors in registers only through one loop, and a loop
 * over taps inside the one over pixels would be a second.
 */
final class DepthwiseKernel {
    /** Taps of the weight adjoint at a time. */
    static final int TAPS = 9;

    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private DepthwiseKernel() {}

    /**
     * {@code out[place(i)] = begin[place(i) * beginStep] + sum over t ascending of image[row(i) + column(t)] * w[t]} for {@code count}
     * pixels.
     *
     * @param w the weights {@code [taps, WIDTH]}
     * @param beginStep 1, or 0 where all sums begin from the same vector
     */
    static void multiply(
            int count,
            float[] image,
            int imageAt,
            int[] rows,
            int row,
            int[] columns,
            int taps,
            float[] w,
            int wAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] out,
            int outAt,
            int[] places,
            int place) {
        float[] from = begin;
        int fromAt = beginAt;
        int step = beginStep;
        int t = 0;
        while (t < taps) {
            int at = wAt + t * WIDTH;
            if (taps - t >= 9) {
                nine(
                        count, image, imageAt, rows, row, columns, t, w, at, from, fromAt, step, out, outAt, places,
                        place);
                t += 9;
            } else if (taps - t >= 3) {
                three(
                        count, image, imageAt, rows, row, columns, t, w, at, from, fromAt, step, out, outAt, places,
                        place);
                t += 3;
            } else {
                one(count, image, imageAt, rows, row, columns, t, w, at, from, fromAt, step, out, outAt, places, place);
                t++;
            }
            from = out;
            fromAt = outAt;
            step = 1;
        }
    }

    /** Nine taps, whose weights stay in registers. */
    static void nine(
            int count,
            float[] image,
            int imageAt,
            int[] rows,
            int row,
            int[] columns,
            int tap,
            float[] w,
            int wAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] out,
            int outAt,
            int[] places,
            int place) {
        int at0 = imageAt + columns[tap];
        int at1 = imageAt + columns[tap + 1];
        int at2 = imageAt + columns[tap + 2];
        int at3 = imageAt + columns[tap + 3];
        int at4 = imageAt + columns[tap + 4];
        int at5 = imageAt + columns[tap + 5];
        int at6 = imageAt + columns[tap + 6];
        int at7 = imageAt + columns[tap + 7];
        int at8 = imageAt + columns[tap + 8];
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(SPECIES, w, wAt + WIDTH);
        FloatVector w2 = FloatVector.fromArray(SPECIES, w, wAt + 2 * WIDTH);
        FloatVector w3 = FloatVector.fromArray(SPECIES, w, wAt + 3 * WIDTH);
        FloatVector w4 = FloatVector.fromArray(SPECIES, w, wAt + 4 * WIDTH);
        FloatVector w5 = FloatVector.fromArray(SPECIES, w, wAt + 5 * WIDTH);
        FloatVector w6 = FloatVector.fromArray(SPECIES, w, wAt + 6 * WIDTH);
        FloatVector w7 = FloatVector.fromArray(SPECIES, w, wAt + 7 * WIDTH);
        FloatVector w8 = FloatVector.fromArray(SPECIES, w, wAt + 8 * WIDTH);
        for (int i = 0; i < count; i++) {
            int from = rows[row + i];
            int to = places[place + i];
            FloatVector sum = FloatVector.fromArray(SPECIES, begin, beginAt + to * beginStep);
            sum = FloatVector.fromArray(SPECIES, image, from + at0).fma(w0, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at1).fma(w1, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at2).fma(w2, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at3).fma(w3, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at4).fma(w4, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at5).fma(w5, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at6).fma(w6, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at7).fma(w7, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at8).fma(w8, sum);
            sum.intoArray(out, outAt + to);
        }
    }

    /** Three taps, whose weights stay in registers. */
    static void three(
            int count,
            float[] image,
            int imageAt,
            int[] rows,
            int row,
            int[] columns,
            int tap,
            float[] w,
            int wAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] out,
            int outAt,
            int[] places,
            int place) {
        int at0 = imageAt + columns[tap];
        int at1 = imageAt + columns[tap + 1];
        int at2 = imageAt + columns[tap + 2];
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(SPECIES, w, wAt + WIDTH);
        FloatVector w2 = FloatVector.fromArray(SPECIES, w, wAt + 2 * WIDTH);
        for (int i = 0; i < count; i++) {
            int from = rows[row + i];
            int to = places[place + i];
            FloatVector sum = FloatVector.fromArray(SPECIES, begin, beginAt + to * beginStep);
            sum = FloatVector.fromArray(SPECIES, image, from + at0).fma(w0, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at1).fma(w1, sum);
            sum = FloatVector.fromArray(SPECIES, image, from + at2).fma(w2, sum);
            sum.intoArray(out, outAt + to);
        }
    }

    /** One tap, whose weights stay in registers. */
    static void one(
            int count,
            float[] image,
            int imageAt,
            int[] rows,
            int row,
            int[] columns,
            int tap,
            float[] w,
            int wAt,
            float[] begin,
            int beginAt,
            int beginStep,
            float[] out,
            int outAt,
            int[] places,
            int place) {
        int at0 = imageAt + columns[tap];
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, wAt);
        for (int i = 0; i < count; i++) {
            int from = rows[row + i];
            int to = places[place + i];
            FloatVector sum = FloatVector.fromArray(SPECIES, begin, beginAt + to * beginStep);
            sum = FloatVector.fromArray(SPECIES, image, from + at0).fma(w0, sum);
            sum.intoArray(out, outAt + to);
        }
    }

    /** {@code sums[t] += sum over i ascending of image[row(i) + column(t)] * dz[i * dzStep]} for nine taps. */
    static void weights(
            int count,
            float[] image,
            int imageAt,
            int[] rows,
            int row,
            int[] columns,
            int tap,
            float[] dz,
            int dzAt,
            int dzStep,
            float[] sums,
            int sumsAt) {
        int at0 = imageAt + columns[tap];
        int at1 = imageAt + columns[tap + 1];
        int at2 = imageAt + columns[tap + 2];
        int at3 = imageAt + columns[tap + 3];
        int at4 = imageAt + columns[tap + 4];
        int at5 = imageAt + columns[tap + 5];
        int at6 = imageAt + columns[tap + 6];
        int at7 = imageAt + columns[tap + 7];
        int at8 = imageAt + columns[tap + 8];
        FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, sumsAt);
        FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, sumsAt + WIDTH);
        FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * WIDTH);
        FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * WIDTH);
        FloatVector sum4 = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * WIDTH);
        FloatVector sum5 = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * WIDTH);
        FloatVector sum6 = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * WIDTH);
        FloatVector sum7 = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * WIDTH);
        FloatVector sum8 = FloatVector.fromArray(SPECIES, sums, sumsAt + 8 * WIDTH);
        for (int i = 0; i < count; i++) {
            int from = rows[row + i];
            FloatVector gradient = FloatVector.fromArray(SPECIES, dz, dzAt + i * dzStep);
            sum0 = FloatVector.fromArray(SPECIES, image, from + at0).fma(gradient, sum0);
            sum1 = FloatVector.fromArray(SPECIES, image, from + at1).fma(gradient, sum1);
            sum2 = FloatVector.fromArray(SPECIES, image, from + at2).fma(gradient, sum2);
            sum3 = FloatVector.fromArray(SPECIES, image, from + at3).fma(gradient, sum3);
            sum4 = FloatVector.fromArray(SPECIES, image, from + at4).fma(gradient, sum4);
            sum5 = FloatVector.fromArray(SPECIES, image, from + at5).fma(gradient, sum5);
            sum6 = FloatVector.fromArray(SPECIES, image, from + at6).fma(gradient, sum6);
            sum7 = FloatVector.fromArray(SPECIES, image, from + at7).fma(gradient, sum7);
            sum8 = FloatVector.fromArray(SPECIES, image, from + at8).fma(gradient, sum8);
        }
        sum0.intoArray(sums, sumsAt);
        sum1.intoArray(sums, sumsAt + WIDTH);
        sum2.intoArray(sums, sumsAt + 2 * WIDTH);
        sum3.intoArray(sums, sumsAt + 3 * WIDTH);
        sum4.intoArray(sums, sumsAt + 4 * WIDTH);
        sum5.intoArray(sums, sumsAt + 5 * WIDTH);
        sum6.intoArray(sums, sumsAt + 6 * WIDTH);
        sum7.intoArray(sums, sumsAt + 7 * WIDTH);
        sum8.intoArray(sums, sumsAt + 8 * WIDTH);
    }
}
