package dev.convoy.kernel.vector;

import static dev.convoy.kernel.vector.MicroKernel.VECTOR;
import static dev.convoy.kernel.vector.WinogradLines.A;
import static dev.convoy.kernel.vector.WinogradLines.A3;
import static dev.convoy.kernel.vector.WinogradLines.B;
import static dev.convoy.kernel.vector.WinogradLines.B3;
import static dev.convoy.kernel.vector.WinogradLines.MINUS_A;
import static dev.convoy.kernel.vector.WinogradLines.MINUS_B;
import static dev.convoy.kernel.vector.WinogradLines.P;
import static dev.convoy.kernel.vector.WinogradLines.Q;
import static dev.convoy.kernel.vector.WinogradLines.SPECIES;
import static dev.convoy.kernel.vector.WinogradLines.WIDTH;

import dev.convoy.kernel.WinogradForm;
import jdk.incubator.vector.FloatVector;

/** {@link WinogradLines} of outputs: four of {@code F(4, 3)}, two of {@code F(2, 5)}. */
final class WinogradOutputLines {
    private WinogradOutputLines() {}

    /** {@code A^T m}: m numbers of six. Line v begins at {@code fromAt + v * fromStride} and goes to {@code toAt + lines[v]}. */
    static void output(
            WinogradForm form,
            int vectors,
            float[] from,
            int fromAt,
            int fromStride,
            int step,
            int[] lines,
            float[] to,
            int toAt,
            int toStep) {
        if (form == WinogradForm.FOUR_BY_THREE) {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * fromStride;
                int out = toAt + lines[v];
                FloatVector m0 = FloatVector.fromArray(SPECIES, from, at);
                FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
                FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
                FloatVector sumA = m1.add(m2);
                FloatVector sumB = m3.add(m4);
                m0.add(sumA.add(sumB)).intoArray(to, out);
                sumB.fma(Q, sumA.mul(P)).intoArray(to, out + 2 * toStep);
                FloatVector differenceA = m1.sub(m2);
                FloatVector differenceB = m3.sub(m4);
                differenceB.fma(B, differenceA.mul(A)).intoArray(to, out + toStep);
                differenceB.fma(B3, differenceA.fma(A3, m5)).intoArray(to, out + 3 * toStep);
            }

        } else {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * fromStride;
                int out = toAt + lines[v];
                FloatVector m0 = FloatVector.fromArray(SPECIES, from, at);
                FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
                FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
                m0.add(m1.add(m2).add(m3.add(m4))).intoArray(to, out);
                m3.sub(m4).fma(B, m1.sub(m2).fma(A, m5)).intoArray(to, out + toStep);
            }
        }
    }

    /** Adds {@code A^T m}. Line v begins at {@code fromAt + v * WIDTH} and goes to {@code toAt + lines[v]}. */
    static void outputAdd(
            WinogradForm form,
            int vectors,
            float[] from,
            int fromAt,
            int step,
            int[] lines,
            float[] to,
            int toAt,
            int toStep) {
        if (form == WinogradForm.FOUR_BY_THREE) {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * WIDTH;
                int out = toAt + lines[v];
                FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
                FloatVector sumA = m1.add(m2);
                FloatVector sumB = m3.add(m4);
                VECTOR.cast(FloatVector.fromArray(SPECIES, from, at)
                                .add(sumA.add(sumB))
                                .add(FloatVector.fromArray(SPECIES, to, out)))
                        .intoArray(to, out);
                VECTOR.cast(sumB.fma(Q, sumA.mul(P)).add(FloatVector.fromArray(SPECIES, to, out + 2 * toStep)))
                        .intoArray(to, out + 2 * toStep);
                FloatVector differenceA = m1.sub(m2);
                FloatVector differenceB = m3.sub(m4);
                VECTOR.cast(differenceB
                                .fma(B, differenceA.mul(A))
                                .add(FloatVector.fromArray(SPECIES, to, out + toStep)))
                        .intoArray(to, out + toStep);
                FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
                VECTOR.cast(differenceB
                                .fma(B3, differenceA.fma(A3, m5))
                                .add(FloatVector.fromArray(SPECIES, to, out + 3 * toStep)))
                        .intoArray(to, out + 3 * toStep);
            }
        } else {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * WIDTH;
                int out = toAt + lines[v];
                FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
                VECTOR.cast(FloatVector.fromArray(SPECIES, from, at)
                                .add(m1.add(m2).add(m3.add(m4)))
                                .add(FloatVector.fromArray(SPECIES, to, out)))
                        .intoArray(to, out);
                FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
                VECTOR.cast(m3.sub(m4)
                                .fma(B, m1.sub(m2).fma(A, m5))
                                .add(FloatVector.fromArray(SPECIES, to, out + toStep)))
                        .intoArray(to, out + toStep);
            }
        }
    }

    /** {@code A y}: six numbers of m. Line v begins at {@code fromAt + lines[v]} and goes to {@code toAt + v * toStride}. */
    static void outputAdjoint(
            WinogradForm form,
            int vectors,
            int[] lines,
            float[] from,
            int fromAt,
            int step,
            float[] to,
            int toAt,
            int toStride,
            int toStep) {
        if (form == WinogradForm.FOUR_BY_THREE) {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + lines[v];
                int out = toAt + v * toStride;
                FloatVector y0 = FloatVector.fromArray(SPECIES, from, at);
                FloatVector y1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector y2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector y3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                y0.intoArray(to, out);
                FloatVector even = y2.fma(P, y0);
                FloatVector odd = y3.fma(A3, y1.mul(A));
                even.add(odd).intoArray(to, out + toStep);
                even.sub(odd).intoArray(to, out + 2 * toStep);
                FloatVector evenB = y2.fma(Q, y0);
                FloatVector oddB = y3.fma(B3, y1.mul(B));
                evenB.add(oddB).intoArray(to, out + 3 * toStep);
                evenB.sub(oddB).intoArray(to, out + 4 * toStep);
                y3.intoArray(to, out + 5 * toStep);
            }

        } else {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + lines[v];
                int out = toAt + v * toStride;
                FloatVector y0 = FloatVector.fromArray(SPECIES, from, at);
                FloatVector y1 = FloatVector.fromArray(SPECIES, from, at + step);
                y0.intoArray(to, out);
                y1.fma(A, y0).intoArray(to, out + toStep);
                y1.fma(MINUS_A, y0).intoArray(to, out + 2 * toStep);
                y1.fma(B, y0).intoArray(to, out + 3 * toStep);
                y1.fma(MINUS_B, y0).intoArray(to, out + 4 * toStep);
                y1.intoArray(to, out + 5 * toStep);
            }
        }
    }
}
