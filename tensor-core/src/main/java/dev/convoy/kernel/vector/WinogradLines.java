package dev.convoy.kernel.vector;

import dev.convoy.kernel.Winograd;
import dev.convoy.kernel.WinogradForm;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one-dimensional transforms of {@link Winograd} on many lines at once, each lane a line of its own. A line's numbers lie
 * {@code step} apart; where the lines themselves lie is given by a stride, or by a table where tiles overlap.
 */
abstract class WinogradLines {
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
    static final FloatVector A3 = all(Winograd.A3);
    static final FloatVector B3 = all(Winograd.B3);
    static final FloatVector PQ = all(Winograd.PQ);
    static final FloatVector MINUS_P_PLUS_Q = all(-Winograd.P_PLUS_Q);
    static final FloatVector WEIGHT_0 = all(Winograd.WEIGHT_0);
    static final FloatVector WEIGHT_A = all(Winograd.WEIGHT_A);
    static final FloatVector WEIGHT_B = all(Winograd.WEIGHT_B);

    static WinogradLines of(WinogradForm form) {
        return form == WinogradForm.FOUR_BY_THREE ? FourByThreeLines.INSTANCE : TwoByFiveLines.INSTANCE;
    }

    static FloatVector all(float value) {
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
            d2.fma(MINUS_P_PLUS_Q, d0.fma(PQ, d4)).intoArray(to, out);
            FloatVector even = d2.fma(MINUS_Q, d4);
            FloatVector odd = d1.fma(MINUS_Q, d3);
            odd.fma(A, even).intoArray(to, out + toStep);
            odd.fma(MINUS_A, even).intoArray(to, out + 2 * toStep);
            FloatVector evenB = d2.fma(MINUS_P, d4);
            FloatVector oddB = d1.fma(MINUS_P, d3);
            oddB.fma(B, evenB).intoArray(to, out + 3 * toStep);
            oddB.fma(MINUS_B, evenB).intoArray(to, out + 4 * toStep);
            d3.fma(MINUS_P_PLUS_Q, d1.fma(PQ, d5)).intoArray(to, out + 5 * toStep);
        }
    }

    /** {@code A y}: six numbers of m. Line v begins at {@code fromAt + lines[v]} and goes to {@code toAt + v * toStride}. */
    abstract void outputAdjoint(
            int vectors,
            int[] lines,
            float[] from,
            int fromAt,
            int step,
            float[] to,
            int toAt,
            int toStride,
            int toStep);

    /** {@code A^T m}: m numbers of six. Line v begins at {@code fromAt + v * fromStride} and goes to {@code toAt + lines[v]}. */
    abstract void output(
            int vectors,
            float[] from,
            int fromAt,
            int fromStride,
            int step,
            int[] lines,
            float[] to,
            int toAt,
            int toStep);

    /** Adds {@code A^T m}. Line v begins at {@code fromAt + v * WIDTH} and goes to {@code toAt + lines[v]}. */
    abstract void outputAdd(
            int vectors, float[] from, int fromAt, int step, int[] lines, float[] to, int toAt, int toStep);

    /** {@code G g}: six numbers of r. */
    abstract void weight(
            int vectors,
            float[] from,
            int fromAt,
            int fromStride,
            int step,
            float[] to,
            int toAt,
            int toStride,
            int toStep);

    /** {@code G^T m}: r numbers of six, the lines side by side. */
    abstract void weightAdjoint(int vectors, float[] from, int fromAt, int step, float[] to, int toAt, int toStep);
}
