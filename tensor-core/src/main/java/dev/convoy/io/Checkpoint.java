package dev.convoy.io;

import dev.convoy.io.ModelException.Problem;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.train.ModelState;
import dev.convoy.train.TrainingState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a run needs to go on after a step, in a folder of four files. Two are a {@link TrainedModel}, so that whatever uses a model
 * can use a checkpoint; {@code state.safetensors} holds the arrays only training needs; {@link Manifest} the rest.
 *
 * @param model the values to evaluate after this step; its {@code test} is how they did, if they were evaluated
 * @param epoch counted from 0, of the last step
 */
public record Checkpoint(TrainedModel model, int epoch, TrainingState state, Origin origin) {
    /** The file of the arrays that only training needs. */
    public static final String STATE = "state.safetensors";

    /** Live weights and running averages, where an average or slow weights are the model. */
    private static final String LIVE_WEIGHTS = "live.weights";

    private static final String LIVE_BUFFERS = "live.buffers";

    /** Does not close the stream. */
    public void writeState(OutputStream out) throws IOException {
        Map<String, Tensor> tensors = new TreeMap<>();
        state.arrays().forEach((name, array) -> tensors.put(name, flat(array)));
        if (state.values().weights() != model.state().weights()) {
            tensors.put(LIVE_WEIGHTS, flat(state.values().weights()));
        }
        if (state.values().buffers() != model.state().buffers()) {
            tensors.put(LIVE_BUFFERS, flat(state.values().buffers()));
        }
        SafeTensors.write(out, tensors, Map.of("format", "convoy"));
    }

    /** What {@link Manifest#write} writes last. */
    public Manifest manifest(Map<String, FileSum> files) {
        return new Manifest(
                state.step(),
                epoch,
                model.config(),
                model.config().train().shards(),
                model.config().train().seed(),
                state.progress(),
                origin,
                files);
    }

    /**
     * Reads the rest of a checkpoint; closes no stream.
     *
     * @param name of the folder, for messages
     * @throws ModelException if a file is damaged or does not fit the others
     */
    public static Checkpoint read(
            Manifest manifest, InputStream description, InputStream weights, InputStream state, String name)
            throws IOException {
        TrainedModel model = TrainedModel.read(description, weights, name);
        if (!model.config().equals(manifest.config())) {
            throw new ModelException(
                    Problem.CORRUPT,
                    name + ": the settings of " + TrainedModel.DESCRIPTION + " and " + Manifest.NAME + " differ");
        }
        Map<String, float[]> arrays = new TreeMap<>();
        SafeTensors.read(state, name + "/" + STATE).forEach((key, tensor) -> arrays.put(key, tensor.array()));
        float[] liveWeights = arrays.remove(LIVE_WEIGHTS);
        float[] liveBuffers = arrays.remove(LIVE_BUFFERS);
        ModelState values = new ModelState(
                liveWeights == null ? model.state().weights() : liveWeights,
                liveBuffers == null ? model.state().buffers() : liveBuffers);
        return new Checkpoint(
                model,
                manifest.epoch(),
                new TrainingState(manifest.step(), values, arrays, manifest.progress()),
                manifest.origin());
    }

    private static Tensor flat(float[] values) {
        return Tensor.of(Shape.of(values.length), values);
    }
}
