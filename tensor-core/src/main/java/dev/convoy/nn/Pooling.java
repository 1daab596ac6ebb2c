package dev.convoy.nn;

import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.op.AdaptiveAveragePool;
import dev.convoy.op.Pool2d;
import dev.convoy.tensor.Shape;

/** The pooling layers, {@code [H, W, C]} to {@code [P, Q, C]}; see {@link Pool2d} and {@link AdaptiveAveragePool}. */
public final class Pooling {
    private Pooling() {}

    /** @param ceilMode whether a last window may reach past the padded input */
    public static Module max(Scope scope, Shape input, Window window, boolean ceilMode) {
        return new Stateless(
                scope.path(),
                "max pool " + window + (ceilMode ? ", ceil" : ""),
                output(scope, input, window, ceilMode),
                (tape, x) -> Pool2d.max(tape, x, window, ceilMode));
    }

    /**
     * @param ceilMode whether a last window may reach past the padded input
     * @param countPadding whether the padding takes part in the average, as zeros
     */
    public static Module average(Scope scope, Shape input, Window window, boolean ceilMode, boolean countPadding) {
        return new Stateless(
                scope.path(),
                "average pool " + window + (ceilMode ? ", ceil" : ""),
                output(scope, input, window, ceilMode),
                (tape, x) -> Pool2d.average(tape, x, window, ceilMode, countPadding));
    }

    /** The maximum of each channel over the whole image, {@code [1, 1, C]}. */
    public static Module globalMax(Scope scope, Shape input) {
        scope.requireImage(input);
        return new Stateless(scope.path(), "global max pool", Shape.of(1, 1, input.extent(2)), Pool2d::globalMax);
    }

    /** The mean of each channel over the whole image, {@code [1, 1, C]}. */
    public static Module globalAverage(Scope scope, Shape input) {
        scope.requireImage(input);
        return new Stateless(
                scope.path(), "global average pool", Shape.of(1, 1, input.extent(2)), Pool2d::globalAverage);
    }

    /** Averages over windows that make {@code height x width} of any image. */
    public static Module adaptiveAverage(Scope scope, Shape input, int height, int width) {
        scope.requireImage(input);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    scope.path() + ": expected a height and width of at least 1 but got " + height + "x" + width);
        }
        return new Stateless(
                scope.path(),
                "adaptive average pool " + height + "x" + width,
                Shape.of(height, width, input.extent(2)),
                (tape, x) -> AdaptiveAveragePool.apply(tape, x, height, width));
    }

    private static Shape output(Scope scope, Shape input, Window window, boolean ceilMode) {
        scope.requireImage(input);
        PoolGeometry one = new PoolGeometry(1, input.extent(0), input.extent(1), input.extent(2), window, ceilMode);
        return Shape.of(one.outputHeight(), one.outputWidth(), input.extent(2));
    }
}
