package dev.convoy.kernel.vector;

import static dev.convoy.kernel.vector.MicroKernel.VECTOR;
import static dev.convoy.kernel.vector.WinogradLines.A;
import static dev.convoy.kernel.vector.WinogradLines.A3;
import static dev.convoy.kernel.vector.WinogradLines.B;
import static dev.convoy.kernel.vector.WinogradLines.B3;
import static dev.convoy.kernel.vector.WinogradLines.MINUS_A;
import static dev.convoy.kernel.vector.WinogradLines.MINUS_B;
import static dev.convoy.kernel.vector.WinogradLines.P;
import static dev.convoy.kernel.vector.WinogradLines.P2;
import static dev.convoy.kernel.vector.WinogradLines.Q;
import static dev.convoy.kernel.vector.WinogradLines.Q2;
import static dev.convoy.kernel.vector.WinogradLines.SPECIES;
import static dev.convoy.kernel.vector.WinogradLines.WEIGHT_0;
import static dev.convoy.kernel.vector.WinogradLines.WEIGHT_A;
import static dev.convoy.kernel.vector.WinogradLines.WEIGHT_B;
import static dev.convoy.kernel.vector.WinogradLines.WIDTH;

import dev.convoy.kernel.WinogradForm;
import jdk.incubator.vector.FloatVector;

/** {@link WinogradLines} of taps: three of {@code F(4, 3)}, five of {@code F(2, 5)}. */
final class WinogradWeightLines {
    private WinogradWeightLines() {}

    /** {@code G g}: six numbers of r. */
    static void weight(
            WinogradForm form,
            int vectors,
            float[] from,
            int fromAt,
            int fromStride,
            int step,
            float[] to,
            int toAt,
            int toStride,
            int toStep) {
        if (form == WinogradForm.FOUR_BY_THREE) {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * fromStride;
                int out = toAt + v * toStride;
                FloatVector g0 = FloatVector.fromArray(SPECIES, from, at);
                FloatVector g1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector g2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                g0.mul(WEIGHT_0).intoArray(to, out);
                FloatVector even = g2.fma(P, g0);
                g1.fma(A, even).mul(WEIGHT_A).intoArray(to, out + toStep);
                g1.fma(MINUS_A, even).mul(WEIGHT_A).intoArray(to, out + 2 * toStep);
                FloatVector evenB = g2.fma(Q, g0);
                g1.fma(B, evenB).mul(WEIGHT_B).intoArray(to, out + 3 * toStep);
                g1.fma(MINUS_B, evenB).mul(WEIGHT_B).intoArray(to, out + 4 * toStep);
                g2.intoArray(to, out + 5 * toStep);
            }

        } else {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * fromStride;
                int out = toAt + v * toStride;
                FloatVector g0 = FloatVector.fromArray(SPECIES, from, at);
                FloatVector g1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector g2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector g3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                FloatVector g4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
                g0.mul(WEIGHT_0).intoArray(to, out);
                FloatVector even = g4.fma(P, g2).fma(P, g0);
                FloatVector odd = g3.fma(P, g1);
                odd.fma(A, even).mul(WEIGHT_A).intoArray(to, out + toStep);
                odd.fma(MINUS_A, even).mul(WEIGHT_A).intoArray(to, out + 2 * toStep);
                FloatVector evenB = g4.fma(Q, g2).fma(Q, g0);
                FloatVector oddB = g3.fma(Q, g1);
                oddB.fma(B, evenB).mul(WEIGHT_B).intoArray(to, out + 3 * toStep);
                oddB.fma(MINUS_B, evenB).mul(WEIGHT_B).intoArray(to, out + 4 * toStep);
                g4.intoArray(to, out + 5 * toStep);
            }
        }
    }

    /** {@code G^T m}: r numbers of six, the lines side by side. */
    static void weightAdjoint(
            WinogradForm form, int vectors, float[] from, int fromAt, int step, float[] to, int toAt, int toStep) {
        if (form == WinogradForm.FOUR_BY_THREE) {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * WIDTH;
                int out = toAt + v * WIDTH;
                FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
                FloatVector sumA = m1.add(m2).mul(WEIGHT_A);
                FloatVector sumB = m3.add(m4).mul(WEIGHT_B);
                VECTOR.cast(FloatVector.fromArray(SPECIES, from, at).fma(WEIGHT_0, sumA.add(sumB)))
                        .intoArray(to, out);
                FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
                VECTOR.cast(sumB.fma(Q, sumA.fma(P, m5))).intoArray(to, out + 2 * toStep);
                FloatVector differenceA = m1.sub(m2).mul(WEIGHT_A);
                FloatVector differenceB = m3.sub(m4).mul(WEIGHT_B);
                VECTOR.cast(differenceB.fma(B, differenceA.mul(A))).intoArray(to, out + toStep);
            }

        } else {
            for (int v = 0; v < vectors; v++) {
                int at = fromAt + v * WIDTH;
                int out = toAt + v * WIDTH;
                FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
                FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
                FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
                FloatVector sumA = m1.add(m2).mul(WEIGHT_A);
                FloatVector sumB = m3.add(m4).mul(WEIGHT_B);
                VECTOR.cast(FloatVector.fromArray(SPECIES, from, at).fma(WEIGHT_0, sumA.add(sumB)))
                        .intoArray(to, out);
                VECTOR.cast(sumB.fma(Q, sumA.mul(P))).intoArray(to, out + 2 * toStep);
                FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
                VECTOR.cast(sumB.fma(Q2, sumA.fma(P2, m5))).intoArray(to, out + 4 * toStep);
                FloatVector differenceA = m1.sub(m2).mul(WEIGHT_A);
                FloatVector differenceB = m3.sub(m4).mul(WEIGHT_B);
                VECTOR.cast(differenceB.fma(B, differenceA.mul(A))).intoArray(to, out + toStep);
                VECTOR.cast(differenceB.fma(B3, differenceA.mul(A3))).intoArray(to, out + 3 * toStep);
            }
        }
    }
}
