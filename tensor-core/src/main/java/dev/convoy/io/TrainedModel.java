package dev.convoy.io;

import static com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.ParameterLayout;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.train.Evaluation;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trained model as it is stored: {@code model.json} says how it was made and what it expects, {@code weights.safetensors} holds its
 * weights and running averages by name, convolutions as {@code [R, S, C/groups, K]}.
 *
 * @param config the settings of the run that made it
 * @param image the shape of one input, {@code [H, W, C]}
 * @param state its values
 * @param test how it did on the test set when training ended; of a stored model the sums alone
 */
public record TrainedModel(RunConfig config, Shape image, ModelState state, Evaluation test) {
    /** The names of the two files. */
    public static final String DESCRIPTION = "model.json";

    public static final String WEIGHTS = "weights.safetensors";

    private static final int FORMAT = 1;

    private static final ObjectMapper JSON = StoredSettings.JSON.copy().enable(FAIL_ON_NULL_CREATOR_PROPERTIES);

    /** What stands in {@code model.json}. */
    private record Description(
            int format, JsonNode config, int[] image, String weightsSha256, String buffersSha256, Sums test) {}

    /** What is kept of the last evaluation. */
    private record Sums(long count, double lossSum, long correct) {}

    /** The network the values belong to. */
    public Network network() {
        return ModelZoo.build(config.model().name(), image, config.data().classes());
    }

    public void writeDescription(OutputStream out) throws IOException {
        Description description = new Description(
                FORMAT,
                StoredSettings.write(config),
                image.toArray(),
                state.weightsSha256(),
                state.buffersSha256(),
                new Sums(test.count(), test.lossSum(), test.correct()));
        out.write(JSON.writeValueAsBytes(description));
        out.write('\n');
    }

    public void writeWeights(OutputStream out) throws IOException {
        Network network = network();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        network.weights().parameters().forEach(p -> tensors.put(p.name(), p.in(state.weights())));
        network.buffers().parameters().forEach(p -> tensors.put(p.name(), p.in(state.buffers())));
        SafeTensors.write(out, tensors, Map.of("format", "convoy", "layout", "NHWC, RSCK"));
    }

    /**
     * Reads a stored model; closes neither stream.
     *
     * @param name of the model's folder, for messages
     * @throws ModelException if a file is damaged, the two do not belong together, or they do not fit the network they name
     */
    public static TrainedModel read(InputStream description, InputStream weights, String name) throws IOException {
        Description read = description(description, name + "/" + DESCRIPTION);
        RunConfig config = StoredSettings.read(read.config(), name + "/" + DESCRIPTION);
        Map<String, Tensor> tensors = SafeTensors.read(weights, name + "/" + WEIGHTS);
        Shape image;
        Network network;
        try {
            image = Shape.of(read.image());
            network = ModelZoo.build(config.model().name(), image, config.data().classes());
        } catch (IllegalArgumentException e) {
            throw new ModelException(Problem.CORRUPT, name + "/" + DESCRIPTION + ": " + e.getMessage(), e);
        }
        int expected = network.weights().parameters().size()
                + network.buffers().parameters().size();
        if (tensors.size() != expected) {
            throw new ModelException(
                    Problem.MISFIT,
                    name + "/" + WEIGHTS + ": holds " + tensors.size() + " tensors but " + network.name() + " has "
                            + expected);
        }
        ModelState state =
                new ModelState(collect(network.weights(), tensors, name), collect(network.buffers(), tensors, name));
        if (!state.weightsSha256().equals(read.weightsSha256())
                || !state.buffersSha256().equals(read.buffersSha256())) {
            throw new ModelException(
                    Problem.CORRUPT,
                    name + ": " + WEIGHTS + " is not the file " + DESCRIPTION
                            + " was written with: the SHA-256 of its values differs; copy the two files together");
        }
        Sums test = read.test();
        return new TrainedModel(config, image, state, new Evaluation(test.count(), test.lossSum(), test.correct()));
    }

    private static Description description(InputStream in, String name) throws IOException {
        Description read;
        try {
            read = JSON.readValue(in, Description.class);
        } catch (JacksonException e) {
            throw new ModelException(Problem.CORRUPT, name + ": not a model description: " + firstLine(e), e);
        }
        if (read.format() != FORMAT) {
            throw new ModelException(
                    Problem.CORRUPT,
                    name + ": format " + read.format() + " is not known; this version reads format " + FORMAT);
        }
        if (read.image().length != 3) {
            throw new ModelException(Problem.CORRUPT, name + ": image should be [H, W, C]");
        }
        return read;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static float[] collect(ParameterLayout layout, Map<String, Tensor> tensors, String name) {
        float[] flat = new float[layout.size()];
        for (Parameter parameter : layout.parameters()) {
            Tensor tensor = tensors.get(parameter.name());
            if (tensor == null || !tensor.shape().equals(parameter.shape())) {
                throw new ModelException(
                        Problem.MISFIT,
                        name + "/" + WEIGHTS + ": " + parameter.name() + " should be " + parameter.shape() + " but is "
                                + (tensor == null ? "not there" : tensor.shape().toString()));
            }
            System.arraycopy(tensor.array(), tensor.offset(), flat, parameter.offset(), tensor.size());
        }
        return flat;
    }

    /**
     * @throws ModelException if images of this shape are not what the model was trained on
     */
    public void requireImage(Shape other, String data) {
        if (!image.equals(other)) {
            throw new ModelException(
                    Problem.MISFIT,
                    "the model expects images " + image + " (HWC) but those of " + data + " are " + other
                            + "; use the data it was trained for, or train a model on this data");
        }
    }
}
