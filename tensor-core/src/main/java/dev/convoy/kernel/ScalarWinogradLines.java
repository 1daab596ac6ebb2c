package dev.convoy.kernel;

import static dev.convoy.kernel.Winograd.A;
import static dev.convoy.kernel.Winograd.A3;
import static dev.convoy.kernel.Winograd.B;
import static dev.convoy.kernel.Winograd.B3;
import static dev.convoy.kernel.Winograd.P;
import static dev.convoy.kernel.Winograd.PQ;
import static dev.convoy.kernel.Winograd.P_PLUS_Q;
import static dev.convoy.kernel.Winograd.Q;
import static dev.convoy.kernel.Winograd.WEIGHT_0;
import static dev.convoy.kernel.Winograd.WEIGHT_A;
import static dev.convoy.kernel.Winograd.WEIGHT_B;

/** The one-dimensional transforms of {@link Winograd}, one line at a time, whose numbers lie {@code step} apart. */
enum ScalarWinogradLines {
    FOUR_BY_THREE {
        @Override
        void output(float[] m, int at, int step, float[] to, int toAt, int toStep) {
            float sumA = m[at + step] + m[at + 2 * step];
            float differenceA = m[at + step] - m[at + 2 * step];
            float sumB = m[at + 3 * step] + m[at + 4 * step];
            float differenceB = m[at + 3 * step] - m[at + 4 * step];
            to[toAt] = m[at] + (sumA + sumB);
            to[toAt + toStep] = Math.fma(B, differenceB, A * differenceA);
            to[toAt + 2 * toStep] = Math.fma(Q, sumB, P * sumA);
            to[toAt + 3 * toStep] = Math.fma(B3, differenceB, Math.fma(A3, differenceA, m[at + 5 * step]));
        }

        @Override
        void outputAdjoint(float[] y, int at, int step, float[] to, int toAt, int toStep) {
            float y1 = y[at + step];
            float y2 = y[at + 2 * step];
            float y3 = y[at + 3 * step];
            float evenA = Math.fma(P, y2, y[at]);
            float oddA = Math.fma(A3, y3, A * y1);
            float evenB = Math.fma(Q, y2, y[at]);
            float oddB = Math.fma(B3, y3, B * y1);
            to[toAt] = y[at];
            to[toAt + toStep] = evenA + oddA;
            to[toAt + 2 * toStep] = evenA - oddA;
            to[toAt + 3 * toStep] = evenB + oddB;
            to[toAt + 4 * toStep] = evenB - oddB;
            to[toAt + 5 * toStep] = y3;
        }

        @Override
        void weight(float[] g, int at, int step, float[] to, int toAt, int toStep) {
            float g1 = g[at + step];
            float g2 = g[at + 2 * step];
            float evenA = Math.fma(P, g2, g[at]);
            float evenB = Math.fma(Q, g2, g[at]);
            to[toAt] = g[at] * WEIGHT_0;
            to[toAt + toStep] = Math.fma(A, g1, evenA) * WEIGHT_A;
            to[toAt + 2 * toStep] = Math.fma(-A, g1, evenA) * WEIGHT_A;
            to[toAt + 3 * toStep] = Math.fma(B, g1, evenB) * WEIGHT_B;
            to[toAt + 4 * toStep] = Math.fma(-B, g1, evenB) * WEIGHT_B;
            to[toAt + 5 * toStep] = g2;
        }

        @Override
        void weightAdjoint(float[] m, int at, int step, float[] to, int toAt, int toStep) {
            float sumA = (m[at + step] + m[at + 2 * step]) * WEIGHT_A;
            float differenceA = (m[at + step] - m[at + 2 * step]) * WEIGHT_A;
            float sumB = (m[at + 3 * step] + m[at + 4 * step]) * WEIGHT_B;
            float differenceB = (m[at + 3 * step] - m[at + 4 * step]) * WEIGHT_B;
            to[toAt] = Math.fma(m[at], WEIGHT_0, sumA + sumB);
            to[toAt + toStep] = Math.fma(B, differenceB, A * differenceA);
            to[toAt + 2 * toStep] = Math.fma(Q, sumB, Math.fma(P, sumA, m[at + 5 * step]));
        }
    },

    TWO_BY_FIVE {
        @Override
        void output(float[] m, int at, int step, float[] to, int toAt, int toStep) {
            float sumA = m[at + step] + m[at + 2 * step];
            float differenceA = m[at + step] - m[at + 2 * step];
            float sumB = m[at + 3 * step] + m[at + 4 * step];
            float differenceB = m[at + 3 * step] - m[at + 4 * step];
            to[toAt] = m[at] + (sumA + sumB);
            to[toAt + toStep] = Math.fma(B, differenceB, Math.fma(A, differenceA, m[at + 5 * step]));
        }

        @Override
        void outputAdjoint(float[] y, int at, int step, float[] to, int toAt, int toStep) {
            float y1 = y[at + step];
            to[toAt] = y[at];
            to[toAt + toStep] = Math.fma(A, y1, y[at]);
            to[toAt + 2 * toStep] = Math.fma(-A, y1, y[at]);
            to[toAt + 3 * toStep] = Math.fma(B, y1, y[at]);
            to[toAt + 4 * toStep] = Math.fma(-B, y1, y[at]);
            to[toAt + 5 * toStep] = y1;
        }

        @Override
        void weight(float[] g, int at, int step, float[] to, int toAt, int toStep) {
            float g1 = g[at + step];
            float g2 = g[at + 2 * step];
            float g3 = g[at + 3 * step];
            float g4 = g[at + 4 * step];
            float evenA = Math.fma(P, Math.fma(P, g4, g2), g[at]);
            float oddA = Math.fma(P, g3, g1);
            float evenB = Math.fma(Q, Math.fma(Q, g4, g2), g[at]);
            float oddB = Math.fma(Q, g3, g1);
            to[toAt] = g[at] * WEIGHT_0;
            to[toAt + toStep] = Math.fma(A, oddA, evenA) * WEIGHT_A;
            to[toAt + 2 * toStep] = Math.fma(-A, oddA, evenA) * WEIGHT_A;
            to[toAt + 3 * toStep] = Math.fma(B, oddB, evenB) * WEIGHT_B;
            to[toAt + 4 * toStep] = Math.fma(-B, oddB, evenB) * WEIGHT_B;
            to[toAt + 5 * toStep] = g4;
        }

        @Override
        void weightAdjoint(float[] m, int at, int step, float[] to, int toAt, int toStep) {
            float sumA = (m[at + step] + m[at + 2 * step]) * WEIGHT_A;
            float differenceA = (m[at + step] - m[at + 2 * step]) * WEIGHT_A;
            float sumB = (m[at + 3 * step] + m[at + 4 * step]) * WEIGHT_B;
            float differenceB = (m[at + 3 * step] - m[at + 4 * step]) * WEIGHT_B;
            to[toAt] = Math.fma(m[at], WEIGHT_0, sumA + sumB);
            to[toAt + toStep] = Math.fma(B, differenceB, A * differenceA);
            to[toAt + 2 * toStep] = Math.fma(Q, sumB, P * sumA);
            to[toAt + 3 * toStep] = Math.fma(B3, differenceB, A3 * differenceA);
            to[toAt + 4 * toStep] = Math.fma(Q * Q, sumB, Math.fma(P * P, sumA, m[at + 5 * step]));
        }
    };

    static ScalarWinogradLines of(WinogradForm form) {
        return form == WinogradForm.FOUR_BY_THREE ? FOUR_BY_THREE : TWO_BY_FIVE;
    }

    /** {@code B^T d} of six numbers. */
    static void input(float[] d, int at, int step, float[] to, int toAt, int toStep) {
        float d1 = d[at + step];
        float d2 = d[at + 2 * step];
        float d3 = d[at + 3 * step];
        float d4 = d[at + 4 * step];
        float evenA = Math.fma(-Q, d2, d4);
        float oddA = Math.fma(-Q, d1, d3);
        float evenB = Math.fma(-P, d2, d4);
        float oddB = Math.fma(-P, d1, d3);
        to[toAt] = Math.fma(-P_PLUS_Q, d2, Math.fma(PQ, d[at], d4));
        to[toAt + toStep] = Math.fma(A, oddA, evenA);
        to[toAt + 2 * toStep] = Math.fma(-A, oddA, evenA);
        to[toAt + 3 * toStep] = Math.fma(B, oddB, evenB);
        to[toAt + 4 * toStep] = Math.fma(-B, oddB, evenB);
        to[toAt + 5 * toStep] = Math.fma(-P_PLUS_Q, d3, Math.fma(PQ, d1, d[at + 5 * step]));
    }

    /** {@code A^T m}: m numbers of six. */
    abstract void output(float[] m, int at, int step, float[] to, int toAt, int toStep);

    /** {@code A y}: six numbers of m. */
    abstract void outputAdjoint(float[] y, int at, int step, float[] to, int toAt, int toStep);

    /** {@code G g}: six numbers of r. */
    abstract void weight(float[] g, int at, int step, float[] to, int toAt, int toStep);

    /** {@code G^T m}: r numbers of six. */
    abstract void weightAdjoint(float[] m, int at, int step, float[] to, int toAt, int toStep);
}
