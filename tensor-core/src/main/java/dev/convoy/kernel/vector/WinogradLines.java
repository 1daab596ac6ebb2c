package dev.convoy.kernel.vector;

import dev.convoy.kernel.Winograd;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one-dimensional transforms of {@link Winograd} on many lines at once, each lane a line of its own. A line's numbers lie
 * {@code step} apart; where the lines themselves lie is given by a stride, or by a table where tiles overlap.
 *
 * <p>Every method here, in {@link WinogradOutputLines} and in {@link WinogradWeightLines} has more than 325 bytes of code on purpose, the most that
 * C2 inlines: inlined where it has many nodes already, C2 would put off inlining the operations on vectors and box what lies between them
 * (docs/decisions/0009-winograd.md).
 */
final class WinogradLines {
    static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    static final int WIDTH = MicroKernel.WIDTH;

    static final FloatVector A = all(Winograd.A);
    static final FloatVector MINUS_A = all(-Winograd.A);
    static final FloatVector B = all(Winograd.B);
    static final FloatVector MINUS_B = all(-Winograd.B);
    static final FloatVector P = all(Winograd.P);
    static final FloatVector MINUS_P = all(-Winograd.P);
    static final FloatVector Q = all(Winograd.Q);
    static final FloatVector MINUS_Q = all(-Winograd.Q);
    static final FloatVector P2 = all(Winograd.P * Winograd.P);
    static final FloatVector Q2 = all(Winograd.Q * Winograd.Q);
    static final FloatVector A3 = all(Winograd.A3);
    static final FloatVector B3 = all(Winograd.B3);
    static final FloatVector PQ = all(Winograd.PQ);
    static final FloatVector MINUS_P_PLUS_Q = all(-Winograd.P_PLUS_Q);
    static final FloatVector WEIGHT_0 = all(Winograd.WEIGHT_0);
    static final FloatVector WEIGHT_A = all(Winograd.WEIGHT_A);
    static final FloatVector WEIGHT_B = all(Winograd.WEIGHT_B);

    private WinogradLines() {}

    private static FloatVector all(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    /** {@code B^T d}: six numbers of six. Line v begins at {@code fromAt + lines[v]} and goes to {@code toAt + v * toStride}. */
    static void input(
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
            FloatVector d0 = FloatVector.fromArray(SPECIES, from, at);
            FloatVector d1 = FloatVector.fromArray(SPECIES, from, at + step);
            FloatVector d2 = FloatVector.fromArray(SPECIES, from, at + 2 * step);
            FloatVector d3 = FloatVector.fromArray(SPECIES, from, at + 3 * step);
            FloatVector d4 = FloatVector.fromArray(SPECIES, from, at + 4 * step);
            FloatVector d5 = FloatVector.fromArray(SPECIES, from, at + 5 * step);
            int out1 = out + toStep;
            int out2 = out + 2 * toStep;
            int out3 = out + 3 * toStep;
            int out4 = out + 4 * toStep;
            int out5 = out + 5 * toStep;
            d2.fma(MINUS_P_PLUS_Q, d0.fma(PQ, d4)).intoArray(to, out);
            FloatVector even = d2.fma(MINUS_Q, d4);
            FloatVector odd = d1.fma(MINUS_Q, d3);
            odd.fma(A, even).intoArray(to, out1);
            odd.fma(MINUS_A, even).intoArray(to, out2);
            FloatVector evenB = d2.fma(MINUS_P, d4);
            FloatVector oddB = d1.fma(MINUS_P, d3);
            oddB.fma(B, evenB).intoArray(to, out3);
            oddB.fma(MINUS_B, evenB).intoArray(to, out4);
            d3.fma(MINUS_P_PLUS_Q, d1.fma(PQ, d5)).intoArray(to, out5);
        }
    }
}
