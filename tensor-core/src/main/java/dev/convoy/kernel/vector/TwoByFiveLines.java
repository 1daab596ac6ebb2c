package dev.convoy.kernel.vector;

import dev.convoy.kernel.Winograd;
import jdk.incubator.vector.FloatVector;

/** {@code F(2, 5)}: two outputs of five taps. */
final class TwoByFiveLines extends WinogradLines {
    static final WinogradLines INSTANCE = new TwoByFiveLines();

    private static final FloatVector P2 = all(Winograd.P * Winograd.P);
    private static final FloatVector Q2 = all(Winograd.Q * Winograd.Q);

    private TwoByFiveLines() {}

    @Override
    void outputAdjoint(
            int vectors,
            int[] lines,
            float[] from,
            int fromAt,
            int step,
            float[] to,
            int toAt,
            int toStride,
            int toStep) {
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

    @Override
    void output(
            int vectors,
            float[] from,
            int fromAt,
            int fromStride,
            int step,
            int[] lines,
            float[] to,
            int toAt,
            int toStep) {
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

    @Override
    void outputAdd(int vectors, float[] from, int fromAt, int step, int[] lines, float[] to, int toAt, int toStep) {
        for (int v = 0; v < vectors; v++) {
            int at = fromAt + v * WIDTH;
            int out = toAt + lines[v];
            FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
            FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
            FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
            FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
            FloatVector.fromArray(SPECIES, from, at)
                    .add(m1.add(m2).add(m3.add(m4)))
                    .add(FloatVector.fromArray(SPECIES, to, out))
                    .intoArray(to, out);
            FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
            m3.sub(m4)
                    .fma(B, m1.sub(m2).fma(A, m5))
                    .add(FloatVector.fromArray(SPECIES, to, out + toStep))
                    .intoArray(to, out + toStep);
        }
    }

    @Override
    void weight(
            int vectors,
            float[] from,
            int fromAt,
            int fromStride,
            int step,
            float[] to,
            int toAt,
            int toStride,
            int toStep) {
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

    @Override
    void weightAdjoint(int vectors, float[] from, int fromAt, int step, float[] to, int toAt, int toStep) {
        for (int v = 0; v < vectors; v++) {
            int at = fromAt + v * WIDTH;
            int out = toAt + v * WIDTH;
            FloatVector m1 = FloatVector.fromArray(SPECIES, from, at + step);
            FloatVector m2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
            FloatVector m3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
            FloatVector m4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
            FloatVector sumA = m1.add(m2).mul(WEIGHT_A);
            FloatVector sumB = m3.add(m4).mul(WEIGHT_B);
            FloatVector.fromArray(SPECIES, from, at)
                    .fma(WEIGHT_0, sumA.add(sumB))
                    .intoArray(to, out);
            sumB.fma(Q, sumA.mul(P)).intoArray(to, out + 2 * toStep);
            FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
            sumB.fma(Q2, sumA.fma(P2, m5)).intoArray(to, out + 4 * toStep);
            FloatVector differenceA = m1.sub(m2).mul(WEIGHT_A);
            FloatVector differenceB = m3.sub(m4).mul(WEIGHT_B);
            differenceB.fma(B, differenceA.mul(A)).intoArray(to, out + toStep);
            differenceB.fma(B3, differenceA.mul(A3)).intoArray(to, out + 3 * toStep);
        }
    }
}
