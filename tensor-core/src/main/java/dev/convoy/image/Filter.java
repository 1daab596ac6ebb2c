package dev.convoy.image;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.op.Conv2d;
import dev.convoy.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A prescribed filter: one stencil's convolution, or the length {@code sqrt(y1^2 + y2^2 + ...)} of several, channel by channel.
 * Source: Deep Learning Systems (CMU), "Convolutions in image processing".
 *
 * @param name for the command line
 * @param meaning one line for people
 * @param stencils at least one
 */
public record Filter(String name, String meaning, List<Stencil> stencils) {

    /** The filters there are, in the order they are listed. */
    public static final List<Filter> ALL = List.of(
            new Filter(
                    "blur",
                    "Gaussian blur, the 5x5 kernel / 273",
                    List.of(Stencil.of(
                            273,
                            row(1, 4, 7, 4, 1),
                            row(4, 16, 26, 16, 4),
                            row(7, 26, 41, 26, 7),
                            row(4, 16, 26, 16, 4),
                            row(1, 4, 7, 4, 1)))),
            new Filter(
                    "gradient",
                    "Sobel gradient magnitude, sqrt(gx^2 + gy^2)",
                    List.of(
                            Stencil.of(1, row(-1, 0, 1), row(-2, 0, 2), row(-1, 0, 1)),
                            Stencil.of(1, row(-1, -2, -1), row(0, 0, 0), row(1, 2, 1)))),
            single(
                    "sharpen",
                    "the pixel plus its difference to its four neighbours",
                    1,
                    row(0, -1, 0),
                    row(-1, 5, -1),
                    row(0, -1, 0)),
            single("emboss", "light from the upper left", 1, row(-2, -1, 0), row(-1, 1, 1), row(0, 1, 2)),
            single("box", "the mean of 3x3 pixels", 9, row(1, 1, 1), row(1, 1, 1), row(1, 1, 1)),
            single("laplacian", "the sum of second differences", 1, row(0, 1, 0), row(1, -4, 1), row(0, 1, 0)),
            single("identity", "the image itself", 1, row(1)));

    public Filter {
        stencils = List.copyOf(stencils);
        if (stencils.isEmpty()) {
            throw new IllegalArgumentException("filter: " + name + " has no stencil");
        }
    }

    /** The filter of {@link #ALL} with that name. */
    public static Optional<Filter> named(String name) {
        return ALL.stream().filter(filter -> filter.name().equals(name)).findFirst();
    }

    /**
     * The filtered values, of the picture's size, neither rounded nor limited to 0 .. 255: a depthwise convolution by
     * {@link Conv2d}, then the division.
     *
     * @param mode what stands outside the image
     * @return {@code [1, H, W, C]}
     */
    public Tensor apply(Kernels kernels, Tensor pixels, PaddingMode mode) {
        int channels = pixels.shape().extent(3);
        Tensor filtered = Tensor.zeros(pixels.shape().toArray());
        float[] sum = filtered.array();
        Workspace workspace = new Workspace();
        for (Stencil stencil : stencils) {
            Tape tape = Tape.silent(workspace, kernels);
            Variable weight = tape.constant(stencil.weight(channels));
            Tensor y = Conv2d.apply(tape, tape.constant(pixels), weight, null, stencil.window(mode), channels)
                    .value();
            for (int i = 0; i < sum.length; i++) {
                float quotient = y.get(i) / stencil.divisor();
                sum[i] = stencils.size() == 1 ? quotient : sum[i] + quotient * quotient;
            }
        }
        for (int i = 0; stencils.size() > 1 && i < sum.length; i++) {
            sum[i] = (float) Math.sqrt(sum[i]);
        }
        return filtered;
    }

    private static Filter single(String name, String meaning, float divisor, float[]... rows) {
        return new Filter(name, meaning, List.of(Stencil.of(divisor, rows)));
    }

    private static float[] row(float... taps) {
        return taps;
    }
}
