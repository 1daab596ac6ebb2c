package dev.convoy.train;

import dev.convoy.nn.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The values of a network: what a step reads and the driver changes.
 *
 * @param weights flat, by the network's weight layout
 * @param buffers running averages, flat, by its buffer layout
 */
public record ModelState(float[] weights, float[] buffers) {
    private static final int CHUNK = 1 << 14;

    /** First values, a pure function of the seed. */
    public static ModelState initial(Network network, long seed) {
        return new ModelState(network.weights().initial(seed), network.buffers().initial(seed));
    }

    /** SHA-256 of the weights as little-endian floats, in 64 hex digits: equal if and only if every bit is. */
    public String weightsSha256() {
        return sha256(weights);
    }

    /** The same of the running averages. */
    public String buffersSha256() {
        return sha256(buffers);
    }

    private static String sha256(float[] values) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int from = 0; from < values.length; from += CHUNK) {
                int count = Math.min(CHUNK, values.length - from);
                bytes.clear().asFloatBuffer().put(values, from, count);
                digest.update(bytes.limit(count * Float.BYTES));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
