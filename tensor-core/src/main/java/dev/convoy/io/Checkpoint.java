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
import java.util.Set;
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

    /** The weights and running averages that training moves; every other array has the name it has in the state. */
    private static final String LIVE_WEIGHTS = "live.weights";

    private static final String LIVE_BUFFERS = "live.buffers";

    /** Every array but those that the model's files hold; does not close the stream. */
    public void writeState(OutputStream out) throws IOException {
        Map<String, Tensor> tensors = new TreeMap<>();
        all().forEach((name, array) -> tensors.put(name, Tensor.of(Shape.of(array.length), array)));
        tensors.keySet()
                .removeAll(
                        Set.of(name(model.state().weights()), name(model.state().buffers())));
        SafeTensors.write(out, tensors, Map.of("format", "convoy"));
    }

    private Map<String, float[]> all() {
        Map<String, float[]> all = new TreeMap<>(state.arrays());
        all.put(LIVE_WEIGHTS, state.values().weights());
        all.put(LIVE_BUFFERS, state.values().buffers());
        return all;
    }

    private String name(float[] values) {
        return all().entrySet().stream()
                .filter(entry -> entry.getValue() == values)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the model is not of the state"))
                .getKey();
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
                new Manifest.Model(
                        name(model.state().weights()), name(model.state().buffers())),
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
        arrays.put(manifest.model().weights(), model.state().weights());
        arrays.put(manifest.model().buffers(), model.state().buffers());
        float[] liveWeights = arrays.remove(LIVE_WEIGHTS);
        float[] liveBuffers = arrays.remove(LIVE_BUFFERS);
        if (liveWeights == null || liveBuffers == null) {
            throw new ModelException(
                    Problem.CORRUPT, name + ": holds no " + (liveWeights == null ? LIVE_WEIGHTS : LIVE_BUFFERS));
        }
        ModelState values = new ModelState(liveWeights, liveBuffers);
        return new Checkpoint(
                model,
                manifest.epoch(),
                new TrainingState(manifest.step(), values, arrays, manifest.progress()),
                manifest.origin());
    }
}
