package dev.convoy.nn;

import dev.convoy.tensor.Shape;

/**
 * One row of a network's description.
 *
 * @param path the layer's name
 * @param kind what it does, for people
 * @param output the shape of one sample's output
 * @param parameters trained floats
 * @param multiplyAdds of the forward pass of one sample; only products of weights and inputs are counted
 */
public record LayerSummary(String path, String kind, Shape output, long parameters, long multiplyAdds) {}
