package dev.convoy.kernel;

import java.util.Arrays;

/** Pooling and its adjoints, one window at a time. */
final class ScalarPooling {
    private ScalarPooling() {}

    static void max(PoolGeometry g, float[] x, int xOffset, float[] y, int yOffset) {
        int out = yOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.channels()) {
                    Arrays.fill(y, out, out + g.channels(), Float.NEGATIVE_INFINITY);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = g.window().inputPixel(g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                float value = x[xOffset + pixel * g.channels() + c];
                                if (value > y[out + c] || Float.isNaN(value)) {
                                    y[out + c] = value;
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    static void maxAdjoint(
            PoolGeometry g,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        Arrays.fill(dx, dxOffset, dxOffset + g.batch() * g.height() * g.width() * g.channels(), 0f);
        boolean[] taken = new boolean[g.channels()];
        int out = 0;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.channels()) {
                    Arrays.fill(taken, false);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = g.window().inputPixel(g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                int at = pixel * g.channels() + c;
                                if (!taken[c] && x[xOffset + at] == y[yOffset + out + c]) {
                                    dx[dxOffset + at] += dy[dyOffset + out + c];
                                    taken[c] = true;
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    static void average(PoolGeometry g, boolean countPadding, float[] x, int xOffset, float[] y, int yOffset) {
        int out = yOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.channels()) {
                    Arrays.fill(y, out, out + g.channels(), 0f);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = g.window().inputPixel(g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                y[out + c] += x[xOffset + pixel * g.channels() + c];
                            }
                        }
                    }
                    float share = share(g, p, q, countPadding);
                    for (int c = 0; c < g.channels(); c++) {
                        y[out + c] *= share;
                    }
                }
            }
        }
    }

    static void averageAdjoint(
            PoolGeometry g, boolean countPadding, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        Arrays.fill(dx, dxOffset, dxOffset + g.batch() * g.height() * g.width() * g.channels(), 0f);
        int from = dyOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, from += g.channels()) {
                    float share = share(g, p, q, countPadding);
                    for (int r = 0; r < g.window().height(); r++) {
                        for (int s = 0; s < g.window().width(); s++) {
                            int pixel = g.window().inputPixel(g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; pixel >= 0 && c < g.channels(); c++) {
                                dx[dxOffset + pixel * g.channels() + c] += dy[from + c] * share;
                            }
                        }
                    }
                }
            }
        }
    }

    private static float share(PoolGeometry g, int p, int q, boolean countPadding) {
        return 1f / (g.countedRows(p, countPadding) * g.countedColumns(q, countPadding));
    }
}
