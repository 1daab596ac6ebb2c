package dev.convoy.train;

/** A setting whose value cannot be used; the message names the key, what was expected and what came. */
public final class InvalidSettingException extends IllegalArgumentException {
    public InvalidSettingException(String key, String expected, Object got) {
        super(key + ": expected " + expected + " but got " + got);
    }

    static void require(boolean holds, String key, String expected, Object got) {
        if (!holds) {
            throw new InvalidSettingException(key, expected, got);
        }
    }
}
