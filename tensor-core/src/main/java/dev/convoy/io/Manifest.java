package dev.convoy.io;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.convoy.io.ModelException.Problem;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingState.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code manifest.json} of a checkpoint: what the others are, and by which sums they are known. Its last entry is the CRC32C of
 * the file itself with that entry's eight digits as zeros, so that no flipped bit passes for a number.
 *
 * @param step how many steps have been taken
 * @param epoch counted from 0, of the last of them
 * @param shards and {@code seed} as in the settings: with them the division of the data is known without reading more
 * @param progress the numbers of a training's state
 * @param model which of the state's arrays the model's files hold
 * @param files length and checksum by name
 */
public record Manifest(
        long step,
        int epoch,
        RunConfig config,
        int shards,
        long seed,
        Progress progress,
        Model model,
        Origin origin,
        Map<String, FileSum> files) {
    /** The file's name. */
    public static final String NAME = "manifest.json";

    /** The names of the files it lists. */
    public static final Set<String> FILES = Set.of(TrainedModel.DESCRIPTION, TrainedModel.WEIGHTS, Checkpoint.STATE);

    private static final int FORMAT = 1;
    /** Longer than any: a damaged folder must not exhaust the memory. */
    private static final int LONGEST = 1 << 20;

    private static final String ZEROS = "00000000";
    private static final Pattern OWN_SUM = Pattern.compile("\"crc32c\" : \"([0-9a-f]{8})\"\\s*}\\s*$");
    private static final ObjectMapper JSON =
            StoredSettings.JSON.copy().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /**
     * The names of the arrays that the model's files hold, such as {@code average.weights.average} or {@code live.buffers}; the state's file
     * has all others.
     */
    public record Model(String weights, String buffers) {}

    private record Text(
            int format,
            String run,
            long step,
            int epoch,
            int shards,
            long seed,
            Progress progress,
            Model model,
            JsonNode config,
            Map<String, String> data,
            Map<String, String> versions,
            String kernels,
            Map<String, FileSum> files,
            String crc32c) {}

    public Manifest {
        files = Map.copyOf(files);
    }

    /** Does not close the stream. */
    public void write(OutputStream out) throws IOException {
        Text text = new Text(
                FORMAT,
                origin.run(),
                step,
                epoch,
                shards,
                seed,
                progress,
                model,
                StoredSettings.write(config),
                origin.data(),
                origin.versions(),
                origin.kernels(),
                files,
                ZEROS);
        String unsigned = JSON.writeValueAsString(text) + "\n";
        Matcher sum = OWN_SUM.matcher(unsigned);
        if (!sum.find()) {
            throw new IllegalStateException("a manifest ends with its checksum, not so: " + unsigned);
        }
        out.write((unsigned.substring(0, sum.start(1)) + crc32c(unsigned) + unsigned.substring(sum.end(1)))
                .getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a manifest; does not close the stream.
     *
     * @param name of the file, for messages
     * @throws ModelException if it is damaged, or of another format
     */
    public static Manifest read(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        String signed = new String(bytes, StandardCharsets.UTF_8);
        Matcher sum = OWN_SUM.matcher(signed);
        if (bytes.length == 0) {
            throw corrupt(name, "it is empty", null);
        } else if (bytes.length > LONGEST || !sum.find()) {
            throw corrupt(name, "it does not end with its checksum", null);
        }
        String unsigned = signed.substring(0, sum.start(1)) + ZEROS + signed.substring(sum.end(1));
        if (!crc32c(unsigned).equals(sum.group(1))) {
            throw corrupt(name, "its checksum is " + crc32c(unsigned) + " but it says " + sum.group(1), null);
        }
        try {
            JsonNode root = JSON.readTree(unsigned);
            if (root.path("format").asInt(-1) != FORMAT) {
                throw new ModelException(
                        Problem.CORRUPT,
                        name + ": format " + root.path("format") + " is not known; this version reads format "
                                + FORMAT);
            }
            return of(JSON.treeToValue(root, Text.class), name);
        } catch (JacksonException | IllegalArgumentException e) {
            throw corrupt(
                    name, String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    private static Manifest of(Text text, String name) {
        if (text.run == null || text.progress == null || text.progress.best() == null || text.kernels == null) {
            throw corrupt(name, "it has no run, progress or kernels", null);
        }
        if (text.progress.returns() == null || text.model == null) {
            throw corrupt(name, "it does not say where the run has returned to, or what its model is", null);
        }
        if (text.model.weights() == null || text.model.buffers() == null) {
            throw corrupt(name, "it does not say which arrays its model is", null);
        }
        if (text.data == null || text.versions == null || text.config == null || text.files == null) {
            throw corrupt(name, "it has no data, versions, config or files", null);
        }
        if (!text.files.keySet().equals(FILES)) {
            throw corrupt(name, "it lists the files " + new TreeSet<>(text.files.keySet()), null);
        }
        return new Manifest(
                text.step,
                text.epoch,
                StoredSettings.read(text.config, name),
                text.shards,
                text.seed,
                text.progress,
                text.model,
                new Origin(text.run, text.data, text.versions, text.kernels),
                new TreeMap<>(text.files));
    }

    private static String crc32c(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return FileSum.hex(sum);
    }

    private static ModelException corrupt(String name, String why, @Nullable Exception cause) {
        return new ModelException(Problem.CORRUPT, name + ": not a usable manifest: " + why, cause);
    }
}
