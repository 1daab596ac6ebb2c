package dev.convoy.io;

import java.util.Map;

/**
 * What made a checkpoint.
 *
 * @param run names the run: whatever goes on from its checkpoints keeps the name
 * @param data what the samples are known by, for each part of the data, and the first model where a run may return to
 *     it: a run goes on with the very same ones only
 * @param versions of Convoy, Spark and Java
 * @param kernels that computed on the driver; changes no bit
 */
public record Origin(String run, Map<String, String> data, Map<String, String> versions, String kernels) {
    public Origin {
        data = Map.copyOf(data);
        versions = Map.copyOf(versions);
    }
}
