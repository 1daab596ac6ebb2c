package dev.convoy.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The safetensors format: eight bytes of header length (little-endian), a JSON header {@code {name: {dtype, shape, data_offsets}}},
 * then the values, little-endian, without gaps. float32 only. Source: the format's description by Hugging Face.
 */
public final class SafeTensors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    /** A header longer than this is no header; the format's own limit. */
    private static final int HEADER_LIMIT = 100_000_000;

    private static final int CHUNK = 1 << 14;

    private SafeTensors() {}

    /** Writes the tensors in the map's order; does not close the stream. */
    public static void write(OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.set(METADATA, JSON.valueToTree(metadata));
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            long end = offset + (long) tensor.size() * Float.BYTES;
            ObjectNode description = header.putObject(entry.getKey());
            description.put("dtype", "F32");
            description.set("shape", JSON.valueToTree(tensor.shape().toArray()));
            description.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        StringBuilder text = new StringBuilder(JSON.writeValueAsString(header));
        byte[] unpadded = text.toString().getBytes(StandardCharsets.UTF_8);
        text.append(" ".repeat((8 - unpadded.length % 8) % 8)); // values begin at a multiple of eight
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .array());
        out.write(bytes);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Tensor tensor : tensors.values()) {
            for (int from = 0; from < tensor.size(); from += CHUNK) {
                int count = Math.min(CHUNK, tensor.size() - from);
                chunk.clear().asFloatBuffer().put(tensor.array(), tensor.offset() + from, count);
                out.write(chunk.array(), 0, count * Float.BYTES);
            }
        }
    }

    /**
     * Reads all tensors, in the file's order; does not close the stream.
     *
     * @param name of the file, for messages
     * @throws ModelException if the bytes are not such a file, hold another type than float32, or end early
     */
    public static Map<String, Tensor> read(InputStream in, String name) throws IOException {
        byte[] lengthBytes = in.readNBytes(8);
        long length = lengthBytes.length < 8
                ? -1
                : ByteBuffer.wrap(lengthBytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > HEADER_LIMIT) {
            throw corrupt(name, "its first eight bytes are not the length of a header");
        }
        byte[] header = in.readNBytes((int) length);
        JsonNode root;
        try {
            root = JSON.readTree(header);
        } catch (JsonProcessingException e) {
            throw new ModelException(Problem.CORRUPT, name + ": not a safetensors file: its header is not JSON", e);
        }
        if (header.length < length || root == null || !root.isObject()) {
            throw corrupt(name, "its header ends early");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long offset = 0;
        for (Iterator<Map.Entry<String, JsonNode>> fields = root.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getKey().equals(METADATA)) {
                continue;
            }
            Shape shape = shape(field.getValue(), name, field.getKey());
            JsonNode offsets = field.getValue().path("data_offsets");
            long end = offset + (long) shape.size() * Float.BYTES;
            if (offsets.path(0).asLong(-1) != offset || offsets.path(1).asLong(-1) != end) {
                throw corrupt(
                        name,
                        field.getKey() + " " + shape + " should lie at bytes " + offset + ".." + end
                                + " but the header says " + offsets);
            }
            tensors.put(field.getKey(), values(in, shape, name, field.getKey()));
            offset = end;
        }
        if (in.read() >= 0) {
            throw corrupt(name, "there are bytes after the last tensor");
        }
        return tensors;
    }

    private static Shape shape(JsonNode description, String name, String tensor) {
        if (!description.path("dtype").asText().equals("F32")) {
            throw corrupt(name, tensor + " has type " + description.path("dtype") + " but only F32 is read");
        }
        JsonNode extents = description.path("shape");
        int[] shape = new int[extents.size()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = extents.get(axis).asInt(-1);
        }
        try {
            return Shape.of(shape);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw corrupt(name, tensor + " has the impossible shape " + extents);
        }
    }

    private static Tensor values(InputStream in, Shape shape, String name, String tensor) throws IOException {
        // Grown with what arrives, not with what the header claims: a damaged header must not exhaust the memory.
        float[] values = new float[Math.min(shape.size(), CHUNK)];
        for (int from = 0; from < shape.size(); ) {
            int count = Math.min(CHUNK, shape.size() - from);
            byte[] bytes = in.readNBytes(count * Float.BYTES);
            if (bytes.length < count * Float.BYTES) {
                throw corrupt(name, "it ends within " + tensor);
            }
            if (from + count > values.length) {
                values = Arrays.copyOf(values, (int) Math.min(shape.size(), 2L * values.length));
            }
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values, from, count);
            from += count;
        }
        return Tensor.of(shape, values);
    }

    private static ModelException corrupt(String name, String why) {
        return new ModelException(Problem.CORRUPT, name + ": not a usable safetensors file: " + why);
    }
}
