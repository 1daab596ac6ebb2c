package dev.convoy.spark.block;

/** A block could not be had: its JVM does not answer, or has it no more. */
public final class LostBlockException extends RuntimeException {
    LostBlockException(String block, Throwable cause) {
        super(block + " could not be fetched: " + cause.getMessage(), cause);
    }
}
