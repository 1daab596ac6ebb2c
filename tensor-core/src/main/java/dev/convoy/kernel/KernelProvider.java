package dev.convoy.kernel;

import java.util.Locale;
import java.util.function.Function;

/** Which implementation of {@link Kernels} computes; the bits do not depend on it, only the time. */
public enum KernelProvider {
    /** The vector kernels where they can be had, else the scalar ones. */
    AUTO,
    /** Plain Java, the readable reference. */
    SCALAR,
    /** The Vector API; asking for it where it cannot be had is an error. */
    VECTOR;

    private static final String VECTOR_CLASS = "dev.convoy.kernel.vector.VectorKernels";
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    /** @throws IllegalArgumentException if the name is none of {@code auto}, {@code scalar}, {@code vector} */
    public static KernelProvider named(String name) {
        for (KernelProvider provider : values()) {
            if (provider.name().toLowerCase(Locale.ROOT).equals(name)) {
                return provider;
            }
        }
        throw new IllegalArgumentException("kernels: expected auto, scalar or vector but got '" + name + "'");
    }

    /** The kernels of this provider, with the convolution algorithm {@link ConvolutionAlgorithm#AUTO}. */
    public Kernels kernels() {
        return kernels(ConvolutionAlgorithm.AUTO);
    }

    /**
     * The kernels of this provider; equal calls return the same instance.
     *
     * @throws KernelsUnavailableException if vector kernels are demanded and cannot be had; the message says why and what to do
     */
    public Kernels kernels(ConvolutionAlgorithm algorithm) {
        return switch (this) {
            case SCALAR -> Scalar.KERNELS.get(algorithm);
            case VECTOR -> Vector.load(algorithm);
            case AUTO -> Vector.REFUSAL.isEmpty() ? Vector.load(algorithm) : Fallback.KERNELS.get(algorithm);
        };
    }

    private record Each(Kernels auto, Kernels direct) {
        static Each of(Function<ConvolutionAlgorithm, Kernels> kernels) {
            return new Each(kernels.apply(ConvolutionAlgorithm.AUTO), kernels.apply(ConvolutionAlgorithm.DIRECT));
        }

        Kernels get(ConvolutionAlgorithm algorithm) {
            return algorithm == ConvolutionAlgorithm.AUTO ? auto : direct;
        }
    }

    private static final class Scalar {
        static final Each KERNELS = Each.of(algorithm -> new ScalarKernels(algorithm, "asked for"));
    }

    private static final class Fallback {
        static final Each KERNELS = Each.of(algorithm -> new ScalarKernels(algorithm, Vector.REFUSAL));
    }

    /** Loaded by name, so that nothing links against the incubating module before it is known to be there. */
    private static final class Vector {
        static final String REFUSAL = refusal();

        static Kernels load(ConvolutionAlgorithm algorithm) {
            if (!REFUSAL.isEmpty()) {
                throw new KernelsUnavailableException("kernels=vector cannot be had: " + REFUSAL);
            }
            return Holder.KERNELS.get(algorithm);
        }

        private static String refusal() {
            if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
                return "the module " + VECTOR_MODULE + " is not loaded; start the JVM with --add-modules="
                        + VECTOR_MODULE;
            }
            return "";
        }

        private static final class Holder {
            static final Each KERNELS = Each.of(Holder::instantiate);

            private static Kernels instantiate(ConvolutionAlgorithm algorithm) {
                try {
                    return (Kernels) Class.forName(VECTOR_CLASS)
                            .getDeclaredConstructor(ConvolutionAlgorithm.class)
                            .newInstance(algorithm);
                } catch (ReflectiveOperationException e) {
                    throw new KernelsUnavailableException(VECTOR_CLASS + " failed to load: " + e);
                }
            }
        }
    }
}
