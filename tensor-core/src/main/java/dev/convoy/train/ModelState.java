package dev.convoy.train;

import dev.convoy.nn.Network;

/**
 * The values of a network: what a step reads and the driver changes.
 *
 * @param weights flat, by the network's weight layout
 * @param buffers running averages, flat, by its buffer layout
 */
public record ModelState(float[] weights, float[] buffers) {
    /** First values, a pure function of the seed. */
    public static ModelState initial(Network network, long seed) {
        return new ModelState(network.weights().initial(seed), network.buffers().initial(seed));
    }

    /** SHA-256 of the weights as little-endian floats, in 64 hex digits: equal if and only if every bit is. */
    public String weightsSha256() {
        return new Sha256().add(weights).hex();
    }

    /** The same of the running averages. */
    public String buffersSha256() {
        return new Sha256().add(buffers).hex();
    }
}
