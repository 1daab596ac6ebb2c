package dev.convoy.kernel;

import org.jspecify.annotations.Nullable;

/** The direct sums of a convolution and its adjoints, one output at a time. */
final class ScalarConvolution {
    private ScalarConvolution() {}

    static void forward(
            ConvGeometry g,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float @Nullable [] bias,
            int biasOffset,
            float[] z,
            int zOffset) {
        Window window = g.window();
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int out = zOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, out += g.filters()) {
                    for (int k = 0; k < g.filters(); k++) {
                        z[out + k] = bias == null ? 0f : bias[biasOffset + k];
                    }
                    for (int r = 0; r < window.height(); r++) {
                        for (int s = 0; s < window.width(); s++) {
                            int pixel = g.window().inputPixel(g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; c < perGroup; c++) {
                                int row = wOffset + ((r * window.width() + s) * perGroup + c) * g.filters();
                                for (int group = 0; group < g.groups(); group++) {
                                    float value =
                                            pixel < 0 ? 0f : x[xOffset + pixel * g.channels() + group * perGroup + c];
                                    int first = group * filtersPerGroup;
                                    for (int k = first; k < first + filtersPerGroup; k++) {
                                        z[out + k] = Math.fma(value, w[row + k], z[out + k]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    static void inputAdjointAdd(
            ConvGeometry g, float[] dz, int dzOffset, float[] w, int wOffset, float[] dx, int dxOffset) {
        Window window = g.window();
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int together = HalvingWindow.fits(g) ? 1 : g.filters();
        for (int n = 0; n < g.batch(); n++) {
            for (int h = 0; h < g.height(); h++) {
                for (int v = 0; v < g.width(); v++) {
                    int pixel = dxOffset + ((n * g.height() + h) * g.width() + v) * g.channels();
                    for (int first = 0; first < g.filters(); first += together) {
                        for (int r = window.height() - 1; r >= 0; r--) {
                            int down = h + window.padTop() - r * window.dilationHeight();
                            if (Math.floorMod(down, window.strideHeight()) != 0) {
                                continue;
                            }
                            int p = Math.floorDiv(down, window.strideHeight());
                            for (int s = window.width() - 1; s >= 0; s--) {
                                int right = v + window.padLeft() - s * window.dilationWidth();
                                if (Math.floorMod(right, window.strideWidth()) != 0) {
                                    continue;
                                }
                                int q = Math.floorDiv(right, window.strideWidth());
                                boolean inside = p >= 0 && p < g.outputHeight() && q >= 0 && q < g.outputWidth();
                                int from = dzOffset + ((n * g.outputHeight() + p) * g.outputWidth() + q) * g.filters();
                                int tap = wOffset + (r * window.width() + s) * perGroup * g.filters();
                                for (int k = first; k < first + together; k++) {
                                    float value = inside ? dz[from + k] : 0f;
                                    int group = k / filtersPerGroup * perGroup;
                                    for (int c = 0; c < perGroup; c++) {
                                        int at = pixel + group + c;
                                        dx[at] = Math.fma(value, w[tap + c * g.filters() + k], dx[at]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    static void weightAdjointAdd(
            ConvGeometry g, float[] x, int xOffset, float[] dz, int dzOffset, float[] dw, int dwOffset) {
        Window window = g.window();
        int perGroup = g.channelsPerGroup();
        int filtersPerGroup = g.filtersPerGroup();
        int from = dzOffset;
        for (int n = 0; n < g.batch(); n++) {
            for (int p = 0; p < g.outputHeight(); p++) {
                for (int q = 0; q < g.outputWidth(); q++, from += g.filters()) {
                    for (int r = 0; r < window.height(); r++) {
                        for (int s = 0; s < window.width(); s++) {
                            int pixel = g.window().inputPixel(g.height(), g.width(), n, p, q, r, s);
                            for (int c = 0; c < perGroup; c++) {
                                int row = dwOffset + ((r * window.width() + s) * perGroup + c) * g.filters();
                                for (int group = 0; group < g.groups(); group++) {
                                    float value =
                                            pixel < 0 ? 0f : x[xOffset + pixel * g.channels() + group * perGroup + c];
                                    int first = group * filtersPerGroup;
                                    for (int k = first; k < first + filtersPerGroup; k++) {
                                        dw[row + k] = Math.fma(value, dz[from + k], dw[row + k]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
