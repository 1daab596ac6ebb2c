package dev.convoy.train;

/** The loss or the gradient is no longer a finite number, so further steps would be wasted. */
public final class DivergedException extends RuntimeException {
    public DivergedException(String message) {
        super(message);
    }
}
