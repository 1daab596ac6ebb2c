package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.SmallMnist;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each mistake a user can make ends as one line that says what is wrong and where, and with an exit code of its own. */
class MistakesTest {
    private static final String IMAGES = "train-images-idx3-ubyte";
    private static final String LABELS = "train-labels-idx1-ubyte";

    @TempDir
    private Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void writeData() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        model = folder.resolve("model");
        SmallMnist.write(data, 64, 16);
    }

    @Test
    void aMissingFile() throws IOException {
        Files.delete(data.resolve(LABELS));

        assertMistake(ExitCode.DATA_MISSING, LABELS, train());
    }

    @Test
    void noDataFolder() {
        assertMistake(ExitCode.DATA_MISSING, "data.path", CommandLineRun.of("train"));
    }

    @Test
    void aWrongMagicNumber() throws IOException {
        byte[] bytes = Files.readAllBytes(data.resolve(IMAGES));
        bytes[3] = 0x55;
        Files.write(data.resolve(IMAGES), bytes);

        assertMistake(ExitCode.DATA_WRONG_FORMAT, "0x00000855", train());
    }

    @Test
    void aTruncatedGzip() throws IOException {
        byte[] zipped = gzip(Files.readAllBytes(data.resolve(IMAGES)));
        Files.delete(data.resolve(IMAGES));
        Files.write(data.resolve(IMAGES + ".gz"), Arrays.copyOf(zipped, zipped.length / 2));

        assertMistake(ExitCode.DATA_TRUNCATED, IMAGES + ".gz", train());
    }

    @Test
    void aLabelOutOfRange() throws IOException {
        byte[] bytes = Files.readAllBytes(data.resolve(LABELS));
        bytes[8 + 5] = 77;
        Files.write(data.resolve(LABELS), bytes);

        assertMistake(ExitCode.LABEL_OUT_OF_RANGE, "sample 5 has label 77", train());
    }

    @Test
    void anUnknownKey() {
        assertMistake(ExitCode.UNKNOWN_KEY, "did you mean 'train.batch-size'?", train("train.batchsize=2"));
    }

    @Test
    void aBatchOfNothing() {
        assertMistake(
                ExitCode.INVALID_VALUE, "train.batch-size: expected at least 1 but got 0", train("train.batch-size=0"));
    }

    @Test
    void aMissingConfigurationFile() {
        assertMistake(ExitCode.CONFIG_UNREADABLE, "none.conf", train("--config", "none.conf"));
    }

    @Test
    void anOutputFolderThatHoldsSomethingElse() {
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "is not a model", train("train.output=" + data));
    }

    @Test
    void anOutputFolderThatCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "file/model", train("train.output=" + file + "/model"));
    }

    @Test
    void pathsThatAreNone() {
        assertMistake(ExitCode.DATA_MISSING, "'a:b' is not a path", train("data.path=a:b"));
        assertMistake(ExitCode.MODEL_CORRUPT, "'a:b' is not a path", CommandLineRun.of("evaluate", "--model", "a:b"));
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "'a:b' is not a path", train("train.output=a:b"));
    }

    @Test
    void meansOfTwoChannelsForImagesOfOne() {
        assertMistake(ExitCode.MODEL_MISFIT, "data.mean", train("data.mean=[0.1,0.2]", "data.std=[1,1]"));
        assertEquals(0, train().code());
        for (String command : List.of("evaluate", "predict")) {
            assertMistake(
                    ExitCode.MODEL_MISFIT,
                    "data.mean",
                    CommandLineRun.of(command, "--model", model.toString(), "data.mean=[0.1,0.2]", "data.std=[1,1]"));
        }
    }

    @Test
    void imagesTooLargeToDescribe() {
        assertMistake(ExitCode.USAGE, "99999x99999x1", CommandLineRun.of("describe", "--image", "99999x99999x1"));
    }

    @Test
    void aLastStepThatDiverges() {
        assertMistake(
                ExitCode.DIVERGED,
                "not finite",
                train("schedule.rate=1e39", "schedule.name=constant", "schedule.warm-up=0", "train.max-steps=1"));
        assertFalse(Files.exists(model), "no model is left of a failed run");
    }

    @Test
    void noModel() {
        assertMistake(
                ExitCode.MODEL_MISSING, "no model there", CommandLineRun.of("evaluate", "--model", model.toString()));
    }

    @Test
    void aDamagedModel() throws IOException {
        assertEquals(0, train().code());
        Path weights = model.resolve("weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        assertMistake(
                ExitCode.MODEL_CORRUPT,
                "weights.safetensors",
                CommandLineRun.of("evaluate", "--model", model.toString()));
    }

    @Test
    void aModelOfAnotherShape() throws IOException {
        assertEquals(0, train().code());
        Path other = Files.createDirectory(folder.resolve("other"));
        for (String split : List.of("train", "t10k")) {
            writeIdx(other.resolve(split + "-images-idx3-ubyte"), 0x0803, new byte[4 * 20 * 24], 4, 20, 24);
            writeIdx(other.resolve(split + "-labels-idx1-ubyte"), 0x0801, new byte[4], 4);
        }

        for (String command : List.of("evaluate", "predict")) {
            assertMistake(
                    ExitCode.MODEL_MISFIT,
                    "expects images [28, 28, 1]",
                    CommandLineRun.of(command, "--model", model.toString(), "data.path=" + other));
        }
    }

    @Test
    void aModelOfAnotherNameOrNumberOfClasses() {
        assertEquals(0, train().code());

        assertMistake(
                ExitCode.MODEL_MISFIT,
                "trained with model.name = mlp but the settings say cnn",
                CommandLineRun.of("evaluate", "--model", model.toString(), "model.name=cnn"));
        assertMistake(
                ExitCode.MODEL_MISFIT,
                "trained with data.classes = 10 but the settings say 12",
                CommandLineRun.of("evaluate", "--model", model.toString(), "data.classes=12"));
    }

    /** Before the work, not after it: nothing is printed. */
    @Test
    void picturesThatCannotBeWritten() throws IOException {
        assertEquals(0, train("data.classes=3000").code());
        Path directory = Files.createDirectory(folder.resolve("folder.png"));
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        for (List<String> command : List.of(List.of("evaluate", "--confusion"), List.of("predict", "--png"))) {
            assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "this is a folder", drawing(command, directory));
            assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, file.toString(), drawing(command, file.resolve("a.png")));
            assertMistake(ExitCode.USAGE, "ends in .png", drawing(command, folder.resolve("a.jpg")));
        }
        assertMistake(
                ExitCode.IMAGE_TOO_LARGE,
                "3000 classes",
                drawing(List.of("evaluate", "--confusion"), folder.resolve("a.png")));
    }

    private CommandLineRun drawing(List<String> command, Path picture) {
        return CommandLineRun.of(command.get(0), "--model", model.toString(), command.get(1), picture.toString());
    }

    @Test
    void aTrainingThatDiverges() {
        assertMistake(
                ExitCode.DIVERGED,
                "schedule.rate",
                train("schedule.rate=1e30", "schedule.name=constant", "schedule.warm-up=0", "train.epochs=20"));
        assertFalse(Files.exists(model), "no model is left of a failed run");
    }

    @Test
    void aMasterThatIsNone() {
        String master = System.getProperty("spark.master", "");
        try {
            System.setProperty("spark.master", "nonsense");
            assertMistake(ExitCode.SPARK_FAILURE, "nonsense", CommandLineRun.of("train", "data.path=" + data));
        } finally {
            System.setProperty("spark.master", master);
        }
    }

    /** Spark tries for a minute. */
    @Test
    @Tag("slow")
    void aMasterThatDoesNotAnswer() {
        String master = System.getProperty("spark.master", "");
        try {
            System.setProperty("spark.master", "spark://127.0.0.1:1");
            assertMistake(
                    ExitCode.SPARK_FAILURE,
                    "no answer from the master (spark://127.0.0.1:1); does it run, and is --master right?",
                    train());
        } finally {
            System.setProperty("spark.master", master);
        }
    }

    @Test
    void aFileSystemWithoutItsConnector() {
        for (String command : List.of("data.path=s3a://bucket/a", "train.output=s3a://bucket/a")) {
            assertMistake(
                    ExitCode.DATA_MISSING,
                    "nothing here can read or write s3a:// paths: org.apache.hadoop.fs.s3a.S3AFileSystem is not on the class"
                            + " path; add it with --packages org.apache.hadoop:hadoop-aws:",
                    train(command));
        }
    }

    private CommandLineRun train(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "data.path=" + data,
                "model.name=mlp",
                "kernels=scalar",
                "train.epochs=1",
                "train.batch-size=32",
                "train.output=" + model));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    private static void assertMistake(ExitCode expected, String words, CommandLineRun run) {
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).contains(words), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertEquals(expected.code(), run.code(), run.err());
        assertEquals("", run.out());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }

    private static void writeIdx(Path file, int magic, byte[] bytes, int... extents) throws IOException {
        ByteBuffer idx = ByteBuffer.allocate(4 + 4 * extents.length + bytes.length);
        idx.putInt(magic);
        for (int extent : extents) {
            idx.putInt(extent);
        }
        Files.write(file, idx.put(bytes).array());
    }
}
