package dev.convoy.kernel;

/** The kernels asked for cannot run in this JVM; the message says why and what to do. */
public final class KernelsUnavailableException extends RuntimeException {
    public KernelsUnavailableException(String message) {
        super(message);
    }
}
