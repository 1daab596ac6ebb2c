package dev.convoy.kernel;

import java.util.Locale;

/** How convolutions are summed. It decides bits, so it is a setting of a run, not of a machine. */
public enum ConvolutionAlgorithm {
    /** Minimal filtering for the convolutions that {@link Winograd#fits}, the direct sum for all others. */
    AUTO,
    /** The direct sum, always: up to twice as slow in 3x3 and 5x5 convolutions, with a fifth to two thirds of their rounding error. */
    DIRECT;

    /** @throws IllegalArgumentException if the name is none of {@code auto}, {@code direct} */
    public static ConvolutionAlgorithm named(String name) {
        for (ConvolutionAlgorithm algorithm : values()) {
            if (algorithm.name().toLowerCase(Locale.ROOT).equals(name)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("convolution: expected auto or direct but got '" + name + "'");
    }

    /** Whether this convolution is computed by {@link Winograd}. */
    public boolean isWinograd(ConvGeometry geometry) {
        return this == AUTO && Winograd.fits(geometry);
    }
}
