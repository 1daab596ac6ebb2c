package dev.convoy.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of numbers as little-endian bytes: equal if and only if every bit is. */
final class Sha256 {
    private static final int CHUNK = 1 << 16;

    private final MessageDigest digest;
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    Sha256 add(float[] values) {
        int chunk = CHUNK / Float.BYTES;
        for (int from = 0; from < values.length; from += chunk) {
            int count = Math.min(chunk, values.length - from);
            bytes.clear().asFloatBuffer().put(values, from, count);
            digest.update(bytes.limit(count * Float.BYTES));
        }
        return this;
    }

    Sha256 add(long value) {
        digest.update(bytes.clear().putLong(value).flip());
        return this;
    }

    Sha256 add(double value) {
        return add(Double.doubleToRawLongBits(value));
    }

    /** In 64 hex digits; ends the sum. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
