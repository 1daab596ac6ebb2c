package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Kernels;
import java.util.SplittableRandom;

/** Random operands of a convolution and room for the results of its three passes. */
final class ConvolutionData {
    final ConvGeometry geometry;
    /** {@code [N, H, W, C]}. */
    final float[] x;
    /** {@code [R, S, C/g, K]}. */
    final float[] w;

    final float[] bias;
    /** {@code [N, P, Q, K]}. */
    final float[] dz;

    final float[] z;
    /** Of each filter, as is the variance. */
    final float[] mean;

    final float[] variance;
    final float[] dx;
    final float[] dw;

    ConvolutionData(ConvGeometry g) {
        SplittableRandom random = new SplittableRandom(1);
        this.geometry = g;
        this.x = values(random, g.batch() * g.height() * g.width() * g.channels());
        this.w = values(random, g.window().taps() * g.channelsPerGroup() * g.filters());
        this.bias = values(random, g.filters());
        this.dz = values(random, g.batch() * g.outputHeight() * g.outputWidth() * g.filters());
        this.z = new float[dz.length];
        this.mean = new float[g.filters()];
        this.variance = new float[g.filters()];
        this.dx = new float[x.length];
        this.dw = new float[w.length];
    }

    void forward(Kernels kernels) {
        kernels.conv2d(geometry, x, 0, w, 0, bias, 0, z, 0);
    }

    void forwardAndMoments(Kernels kernels) {
        kernels.conv2dAndMoments(geometry, x, 0, w, 0, bias, 0, z, 0, mean, variance);
    }

    void inputAdjoint(Kernels kernels) {
        kernels.conv2dInputAdjoint(geometry, dz, 0, w, 0, dx, 0);
    }

    void inputAdjointAdd(Kernels kernels) {
        kernels.conv2dInputAdjointAdd(geometry, dz, 0, w, 0, dx, 0);
    }

    void weightAdjoint(Kernels kernels) {
        kernels.conv2dWeightAdjointAdd(geometry, x, 0, dz, 0, dw, 0);
    }

    /** Random ones of at most 1/2. */
    static float[] values(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return values;
    }
}
