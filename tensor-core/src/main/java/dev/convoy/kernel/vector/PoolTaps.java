package dev.convoy.kernel.vector;

import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import java.util.Arrays;

/** Which taps of a pooling's windows lie inside the image, and which pixels lie in no window. */
final class PoolTaps {
    private PoolTaps() {}

    /** The first tap inside the image, for a window that begins at {@code from}. */
    static int first(int from, int dilation) {
        return from >= 0 ? 0 : Packing.ceilDiv(-from, dilation);
    }

    /** One past the last tap inside the image. */
    static int end(int from, int dilation, int taps, int size) {
        return from + (taps - 1) * dilation < size ? taps : Packing.ceilDiv(size - from, dilation);
    }

    /** Whether the windows lie side by side: none overlap, and no pixel lies between them or their taps. */
    static boolean tile(Window w) {
        return w.height() == w.strideHeight()
                && w.width() == w.strideWidth()
                && (w.dilationHeight() == 1 || w.height() == 1)
                && (w.dilationWidth() == 1 || w.width() == 1);
    }

    /** Clears the rows and columns of an image that lie behind the last of windows side by side. */
    static void clearRest(PoolGeometry g, float[] dx, int imageAt) {
        Window w = g.window();
        int rowSize = g.width() * g.channels();
        int rows = Math.min(g.height(), g.outputHeight() * w.strideHeight() - w.padTop());
        int columns = Math.min(g.width(), g.outputWidth() * w.strideWidth() - w.padLeft());
        if (columns < g.width()) {
            for (int h = 0; h < rows; h++) {
                int row = imageAt + h * rowSize;
                Arrays.fill(dx, row + columns * g.channels(), row + rowSize, 0f);
            }
        }
        Arrays.fill(dx, imageAt + rows * rowSize, imageAt + g.height() * rowSize, 0f);
    }
}
