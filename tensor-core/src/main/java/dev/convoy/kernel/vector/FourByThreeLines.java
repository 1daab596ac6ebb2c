package dev.convoy.kernel.vector;

import jdk.incubator.vector.FloatVector;

/** {@code F(4, 3)}: four outputs of three taps. */
final class FourByThreeLines extends WinogradLines {
    static final WinogradLines INSTANCE = new FourByThreeLines();

    private FourByThreeLines() {}

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
            FloatVector sumA = m1.add(m2);
            FloatVector sumB = m3.add(m4);
            m0.add(sumA.add(sumB)).intoArray(to, out);
            sumB.fma(Q, sumA.mul(P)).intoArray(to, out + 2 * toStep);
            FloatVector differenceA = m1.sub(m2);
            FloatVector differenceB = m3.sub(m4);
            differenceB.fma(B, differenceA.mul(A)).intoArray(to, out + toStep);
            differenceB.fma(B3, differenceA.fma(A3, m5)).intoArray(to, out + 3 * toStep);
        }
    }

    /** The first number and the third, then the others: C2 does not always inline so many vector operations in one loop. */
    @Override
    void outputAdd(int vectors, float[] from, int fromAt, int step, int[] lines, float[] to, int toAt, int toStep) {
        outputSumsAdd(vectors, from, fromAt, step, lines, to, toAt, toAt + 2 * toStep);
        outputDifferencesAdd(vectors, from, fromAt, step, lines, to, toAt + toStep, toAt + 3 * toStep);
    }

    private static void outputSumsAdd(
            int vectors, float[] from, int fromAt, int step, int[] lines, float[] to, int firstAt, int thirdAt) {
        for (int v = 0; v < vectors; v++) {
            int at = fromAt + v * WIDTH;
            int first = firstAt + lines[v];
            int third = thirdAt + lines[v];
            FloatVector sumA = FloatVector.fromArray(SPECIES, from, at + step)
                    .add(FloatVector.fromArray(SPECIES, from, at + 2 * step));
            FloatVector sumB = FloatVector.fromArray(SPECIES, from, at + 3 * step)
                    .add(FloatVector.fromArray(SPECIES, from, at + 4 * step));
            FloatVector.fromArray(SPECIES, from, at)
                    .add(sumA.add(sumB))
                    .add(FloatVector.fromArray(SPECIES, to, first))
                    .intoArray(to, first);
            sumB.fma(Q, sumA.mul(P))
                    .add(FloatVector.fromArray(SPECIES, to, third))
                    .intoArray(to, third);
        }
    }

    private static void outputDifferencesAdd(
            int vectors, float[] from, int fromAt, int step, int[] lines, float[] to, int secondAt, int fourthAt) {
        for (int v = 0; v < vectors; v++) {
            int at = fromAt + v * WIDTH;
            int second = secondAt + lines[v];
            int fourth = fourthAt + lines[v];
            FloatVector differenceA = FloatVector.fromArray(SPECIES, from, at + step)
                    .sub(FloatVector.fromArray(SPECIES, from, at + 2 * step));
            FloatVector differenceB = FloatVector.fromArray(SPECIES, from, at + 3 * step)
                    .sub(FloatVector.fromArray(SPECIES, from, at + 4 * step));
            differenceB
                    .fma(B, differenceA.mul(A))
                    .add(FloatVector.fromArray(SPECIES, to, second))
                    .intoArray(to, second);
            differenceB
                    .fma(B3, differenceA.fma(A3, FloatVector.fromArray(SPECIES, from, at + 5 * step)))
                    .add(FloatVector.fromArray(SPECIES, to, fourth))
                    .intoArray(to, fourth);
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
            g0.mul(WEIGHT_0).intoArray(to, out);
            FloatVector even = g2.fma(P, g0);
            g1.fma(A, even).mul(WEIGHT_A).intoArray(to, out + toStep);
            g1.fma(MINUS_A, even).mul(WEIGHT_A).intoArray(to, out + 2 * toStep);
            FloatVector evenB = g2.fma(Q, g0);
            g1.fma(B, evenB).mul(WEIGHT_B).intoArray(to, out + 3 * toStep);
            g1.fma(MINUS_B, evenB).mul(WEIGHT_B).intoArray(to, out + 4 * toStep);
            g2.intoArray(to, out + 5 * toStep);
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
            FloatVector m5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
            sumB.fma(Q, sumA.fma(P, m5)).intoArray(to, out + 2 * toStep);
            FloatVector differenceA = m1.sub(m2).mul(WEIGHT_A);
            FloatVector differenceB = m3.sub(m4).mul(WEIGHT_B);
            differenceB.fma(B, differenceA.mul(A)).intoArray(to, out + toStep);
        }
    }
}
