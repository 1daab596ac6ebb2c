package dev.convoy.kernel.vector;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;

/**
 * The transposed patch matrix {@code im2col(x)^T} of one group as a left operand: row i is a (tap, channel), column l an output pixel
 * (n, p, q). Channels last make the channels of a tap contiguous, so x is read where it lies.
 */
final class PatchColumns implements LeftOperand {
    private float[] x = new float[0];
    private int xAt;
    private int channels;
    private int channelsPerGroup;
    private int height;
    private int width;
    private int outputHeight;
    private int outputWidth;
    private Window window = Window.square(1);

    /** @param xAt the first channel of the group in the first pixel */
    PatchColumns set(ConvGeometry g, float[] x, int xAt) {
        this.x = x;
        this.xAt = xAt;
        channels = g.channels();
        channelsPerGroup = g.channelsPerGroup();
        height = g.height();
        width = g.width();
        outputHeight = g.outputHeight();
        outputWidth = g.outputWidth();
        window = g.window();
        return this;
    }

    @Override
    public void pack(int row, int rows, int depth, int count, int lanes, float[] panels) {
        for (int i = 0; i < rows; i += lanes) {
            int live = Math.min(lanes, rows - i);
            for (int lane = 0; lane < live; ) {
                int tap = (row + i + lane) / channelsPerGroup;
                int channel = (row + i + lane) % channelsPerGroup;
                int run = Math.min(live - lane, channelsPerGroup - channel);
                packTap(tap, channel, run, depth, count, panels, i * count + lane, lanes);
                lane += run;
            }
        }
    }

    /** Neighbouring channels of one tap for the pixels {@code [pixel, pixel + count)}, line by line. */
    private void packTap(int tap, int channel, int run, int pixel, int count, float[] to, int toAt, int toStep) {
        int stride = window.strideWidth();
        int down = tap / window.width() * window.dilationHeight() - window.padTop();
        int right = tap % window.width() * window.dilationWidth() - window.padLeft();
        int inside = Math.max(0, Packing.ceilDiv(-right, stride));
        int outside = Packing.ceilDiv(width - right, stride);
        int done = 0;
        while (done < count) {
            int q = (pixel + done) % outputWidth;
            int line = (pixel + done) / outputWidth;
            int end = Math.min(outputWidth, q + count - done);
            int h = line % outputHeight * window.strideHeight() + down;
            boolean padding = h < 0 || h >= height;
            int first = padding ? end : Math.min(end, Math.max(q, inside));
            int last = padding ? end : Math.max(first, Math.min(end, outside));
            int at = toAt + done * toStep;
            Packing.zero(run, first - q, to, at, toStep);
            if (first < last) {
                int image = line / outputHeight;
                int from = xAt + ((image * height + h) * width + first * stride + right) * channels + channel;
                int step = stride * channels;
                int firstAt = at + (first - q) * toStep;
                if (run == toStep) {
                    Packing.copy(run, last - first, x, from, step, to, firstAt, toStep);
                } else {
                    Packing.copyNarrow(run, last - first, x, from, step, to, firstAt, toStep);
                }
            }
            Packing.zero(run, end - last, to, at + (last - q) * toStep, toStep);
            done += end - q;
        }
    }
}
