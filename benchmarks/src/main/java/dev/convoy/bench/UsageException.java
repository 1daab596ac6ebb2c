package dev.convoy.bench;

/** What the user wrote cannot be done; the message says what was expected and what came. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
