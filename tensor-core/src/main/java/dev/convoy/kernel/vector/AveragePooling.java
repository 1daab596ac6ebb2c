package dev.convoy.kernel.vector;

import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The average over windows, vectorised over the channels of a pixel; channels left over go one by one. */
final class AveragePooling {
    private static final VectorSpecies<Float> SPECIES = MicroKernel.SPECIES;
    private static final int WIDTH = MicroKernel.WIDTH;

    private AveragePooling() {}

    static void forward(PoolGeometry g, boolean countPadding, float[] x, int xAt, float[] y, int yAt) {
        Window w = g.window();
        int channels = g.channels();
        int rowStep = w.dilationHeight() * g.width() * channels;
        int columnStep = w.dilationWidth() * channels;
        int outputHeight = g.outputHeight();
        int outputWidth = g.outputWidth();
        int out = yAt;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < outputHeight; p++) {
                int h = p * w.strideHeight() - w.padTop();
                int r = PoolTaps.first(h, w.dilationHeight());
                int rEnd = PoolTaps.end(h, w.dilationHeight(), w.height(), g.height());
                int rows = g.countedRows(p, countPadding);
                for (int q = 0; q < outputWidth; q++, out += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int s = PoolTaps.first(v, w.dilationWidth());
                    int sEnd = PoolTaps.end(v, w.dilationWidth(), w.width(), g.width());
                    float share = 1f / (rows * g.countedColumns(q, countPadding));
                    int from = xAt + ((n * g.height() + h) * g.width() + v) * channels + r * rowStep + s * columnStep;
                    averageWindow(channels, rEnd - r, sEnd - s, rowStep, columnStep, share, x, from, y, out);
                }
            }
        }
    }

    private static void averageWindow(
            int channels,
            int rows,
            int columns,
            int rowStep,
            int columnStep,
            float share,
            float[] x,
            int xAt,
            float[] y,
            int yAt) {
        int c = 0;
        for (; c + WIDTH <= channels; c += WIDTH) {
            FloatVector sum = FloatVector.zero(SPECIES);
            int at = xAt + c;
            for (int tap = 0, s = 0; tap < rows * columns; tap++) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, at));
                at += columnStep;
                if (++s == columns) {
                    s = 0;
                    at += rowStep - columns * columnStep;
                }
            }
            sum.mul(share).intoArray(y, yAt + c);
        }
        for (; c < channels; c++) {
            float sum = 0f;
            for (int r = 0; r < rows; r++) {
                for (int s = 0; s < columns; s++) {
                    sum += x[xAt + r * rowStep + s * columnStep + c];
                }
            }
            y[yAt + c] = sum * share;
        }
    }

    static void adjoint(PoolGeometry g, boolean countPadding, float[] dy, int dyAt, float[] dx, int dxAt) {
        Window w = g.window();
        int channels = g.channels();
        int rowStep = w.dilationHeight() * g.width() * channels;
        int columnStep = w.dilationWidth() * channels;
        int outputHeight = g.outputHeight();
        int outputWidth = g.outputWidth();
        int imageSize = g.height() * g.width() * channels;
        boolean tile = PoolTaps.tile(w);
        int from = dyAt;
        for (int n = 0; n < g.batch(); n++) {
            if (tile) {
                PoolTaps.clearRest(g, dx, dxAt + n * imageSize);
            } else {
                Arrays.fill(dx, dxAt + n * imageSize, dxAt + (n + 1) * imageSize, 0f);
            }
            for (int p = 0; p < outputHeight; p++) {
                int h = p * w.strideHeight() - w.padTop();
                int rEnd = PoolTaps.end(h, w.dilationHeight(), w.height(), g.height());
                int rows = g.countedRows(p, countPadding);
                for (int q = 0; q < outputWidth; q++, from += channels) {
                    int v = q * w.strideWidth() - w.padLeft();
                    int sEnd = PoolTaps.end(v, w.dilationWidth(), w.width(), g.width());
                    float share = 1f / (rows * g.countedColumns(q, countPadding));
                    int window = dxAt + ((n * g.height() + h) * g.width() + v) * channels;
                    for (int r = PoolTaps.first(h, w.dilationHeight()); r < rEnd; r++) {
                        for (int s = PoolTaps.first(v, w.dilationWidth()); s < sEnd; s++) {
                            int to = window + r * rowStep + s * columnStep;
                            if (tile) {
                                putShare(channels, share, dy, from, dx, to);
                            } else {
                                addShare(channels, share, dy, from, dx, to);
                            }
                        }
                    }
                }
            }
        }
    }

    private static void putShare(int channels, float share, float[] dy, int dyAt, float[] dx, int dxAt) {
        int c = 0;
        for (; c + WIDTH <= channels; c += WIDTH) {
            FloatVector.fromArray(SPECIES, dy, dyAt + c).mul(share).add(0f).intoArray(dx, dxAt + c);
        }
        for (; c < channels; c++) {
            dx[dxAt + c] = 0f + dy[dyAt + c] * share;
        }
    }

    private static void addShare(int channels, float share, float[] dy, int dyAt, float[] dx, int dxAt) {
        int c = 0;
        for (; c + WIDTH <= channels; c += WIDTH) {
            FloatVector.fromArray(SPECIES, dx, dxAt + c)
                    .add(FloatVector.fromArray(SPECIES, dy, dyAt + c).mul(share))
                    .intoArray(dx, dxAt + c);
        }
        for (; c < channels; c++) {
            dx[dxAt + c] += dy[dyAt + c] * share;
        }
    }
}
