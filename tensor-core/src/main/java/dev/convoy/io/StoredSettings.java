package dev.convoy.io;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.RunConfig;
import java.io.IOException;

/** The settings of a run as JSON, under the names they have in configuration files. */
final class StoredSettings {
    /** Names in kebab case; nothing that is missing becomes a zero. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private static final ObjectMapper WITHOUT_NULLS =
            JSON.copy().enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

    private StoredSettings() {}

    static JsonNode write(RunConfig config) {
        return JSON.valueToTree(config);
    }

    /**
     * The stored settings over the defaults, so that what is stored outlives settings that came after it.
     *
     * @param name of the file, for messages
     * @throws ModelException if they cannot be used
     */
    static RunConfig read(JsonNode stored, String name) {
        if (!stored.isObject()) {
            throw new ModelException(Problem.CORRUPT, name + ": config should hold the settings but is " + stored);
        }
        ObjectNode all = JSON.valueToTree(RunConfig.defaults());
        if (!stored.has("convolution")) {
            all.put("convolution", "direct"); // as everything was before there was a choice
        }
        override(all, stored);
        try {
            return WITHOUT_NULLS.treeToValue(all, RunConfig.class);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException(Problem.CORRUPT, name + ": its settings cannot be used: " + reason(e), e);
        }
    }

    /** Our own word, where there is one, rather than Jackson's account of it. */
    private static String reason(Exception failure) {
        if (failure.getCause() instanceof InvalidSettingException setting) {
            String line = String.valueOf(setting.getMessage());
            return line.startsWith("model.name:") ? line + "; a network of one's own needs its jar (--jars)" : line;
        }
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static void override(ObjectNode defaults, JsonNode stored) {
        stored.fields().forEachRemaining(field -> {
            if (defaults.get(field.getKey()) instanceof ObjectNode group
                    && field.getValue().isObject()) {
                override(group, field.getValue());
            } else {
                defaults.set(field.getKey(), field.getValue());
            }
        });
    }
}
