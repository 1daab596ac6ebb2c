package dev.convoy.nn;

import dev.convoy.kernel.Window;
import dev.convoy.op.SubsampleChannels;
import dev.convoy.tensor.Shape;

/**
 * How the input of a {@link Residual} block reaches the sum where its body changes the shape; where it does not, the input itself
 * does. Source: He et al., "Deep residual learning for image recognition", 2015, section 4.1.
 */
public enum Shortcut {
    /** Option A, without parameters: every stride-th pixel, new channels zero; see {@link SubsampleChannels}. */
    SUBSAMPLED {
        @Override
        Module layer(Scope scope, Shape input, int channels, int stride) {
            if (channels < input.extent(2)) {
                throw new IllegalArgumentException(
                        scope.path() + ": a subsampled shortcut can add channels to its input " + input
                                + " but not take some away, and the body gives " + channels);
            }
            Window pixel = Window.square(1).stride(stride);
            Shape output = Shape.of(pixel.outputHeight(input.extent(0)), pixel.outputWidth(input.extent(1)), channels);
            return new Stateless(
                    scope.in("shortcut").path(),
                    "subsample",
                    output,
                    (tape, x) -> SubsampleChannels.apply(tape, x, stride, channels));
        }
    },

    /** Option B: a 1x1 convolution of that stride and a batch normalisation. */
    PROJECTED {
        @Override
        Module layer(Scope scope, Shape input, int channels, int stride) {
            return Sequential.of(scope, input)
                    .convNorm("shortcut", channels, Window.square(1).stride(stride))
                    .build();
        }
    };

    abstract Module layer(Scope scope, Shape input, int channels, int stride);
}
