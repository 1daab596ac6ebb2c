package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.image.Filter;
import dev.convoy.image.Picture;
import dev.convoy.image.PictureReader;
import dev.convoy.image.PictureWriter;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterCommandTest {
    private static final Path SCENE = Path.of("..", "docs", "scene.png");

    @TempDir
    private Path folder;

    private Path input;
    private Path output;

    @BeforeEach
    void writeInput() throws IOException {
        input = folder.resolve("in.png");
        output = folder.resolve("out.png");
        write(input, 3);
    }

    private static void write(Path file, int channels) throws IOException {
        Tensor pixels = Tensor.zeros(1, 12, 17, channels);
        for (int i = 0; i < pixels.size(); i++) {
            pixels.array()[i] = i * 31 % 256;
        }
        PictureWriter.write(PictureWriter.image(new Picture(pixels, null)), file);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everyFilterInEveryPaddingWritesAPngOfTheSameSizeAndKind(int channels) throws IOException {
        write(input, channels);
        Picture picture = PictureReader.read(input, 1000);
        for (Filter filter : Filter.ALL) {
            for (PaddingMode mode : PaddingMode.values()) {
                CommandLineRun run = run(filter.name(), input, output, "--padding=" + mode, "--overwrite");

                assertEquals(0, run.code(), run.err());
                assertEquals(
                        "picture " + output + " (" + filter.name() + ", 17x12, " + mode + " padding)\n", run.out());
                float[] expected = picture.filtered(KernelProvider.SCALAR.kernels(), filter, mode, false)
                        .pixels()
                        .toArray();
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = Picture.level(expected[i]);
                }
                assertArrayEquals(
                        expected, PictureReader.read(output, 1000).pixels().toArray());
            }
        }
    }

    @Test
    void replicationIsTheDefaultAndScalingReaches255() throws IOException {
        assertEquals(
                "picture " + output + " (blur, 17x12, replicate padding)\n",
                run("blur", input, output).out());

        assertEquals(0, run("identity", input, output, "--scale", "--overwrite").code());
        float[] scaled = PictureReader.read(output, 1000).pixels().toArray();
        float largest = 0;
        for (float level : scaled) {
            largest = Math.max(largest, level);
        }
        assertEquals(255, largest);
    }

    @Test
    void aKernelFromAFile() throws IOException {
        Path kernel = Files.writeString(folder.resolve("left.txt"), "# its left neighbour\n2 0 0\n/ 2\n");

        CommandLineRun run = run("--kernel-file", kernel, input, output);

        assertEquals(0, run.code(), run.err());
        float[] before = PictureReader.read(input, 1000).pixels().toArray();
        float[] after = PictureReader.read(output, 1000).pixels().toArray();
        assertArrayEquals(Arrays.copyOf(before, 16 * 3), Arrays.copyOfRange(after, 3, 17 * 3));
    }

    @Test
    void aJpegIsReadAndAPngWritten() throws IOException {
        Path jpeg = folder.resolve("in.jpg");
        ImageIO.write(new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg.toFile());

        assertEquals(0, run("gradient", jpeg, output).code());
        byte[] png = Files.readAllBytes(output);
        assertEquals((byte) 0x89, png[0]);
        assertEquals('P', png[1]);
    }

    @Test
    void listNamesEveryFilterAndHelpEveryWayToCall() {
        CommandLineRun list = run("--list");
        assertEquals(Filter.ALL.size(), list.out().lines().count());
        Filter.ALL.forEach(filter -> assertTrue(list.out().contains(filter.name() + " "), list.out()));
        String help = run("--help").out();
        assertTrue(help.contains("--kernel-file=FILE INPUT OUTPUT.png"), help);
        assertFalse(help.contains("train.epochs"), "settings do not concern it");
    }

    /** docs/filters.png is what the command makes of docs/scene.png. */
    @Test
    void theDocumentationsGalleryIsTheCommandsOwn() throws IOException {
        CommandLineRun run = run("--gallery", SCENE, output);

        assertEquals(0, run.code(), run.err());
        BufferedImage expected = ImageIO.read(output.toFile());
        BufferedImage committed =
                ImageIO.read(SCENE.resolveSibling("filters.png").toFile());
        assertEquals(expected.getWidth(), committed.getWidth());
        assertEquals(expected.getHeight(), committed.getHeight());
        for (int y = 0; y < expected.getHeight(); y++) {
            for (int x = 0; x < expected.getWidth(); x++) {
                assertEquals(expected.getRGB(x, y), committed.getRGB(x, y), x + ", " + y);
            }
        }
    }

    @Test
    void wrongUsage() {
        assertMistake(ExitCode.USAGE, "expected FILTER INPUT OUTPUT.png but got nothing", run());
        assertMistake(ExitCode.USAGE, "expected FILTER INPUT OUTPUT.png but got blur a.png", run("blur", "a.png"));
        assertMistake(ExitCode.USAGE, "expected INPUT OUTPUT.png", run("--kernel-file=k", "blur", "a.png", "b.png"));
        assertMistake(ExitCode.USAGE, "leave --scale out", run("--gallery", "--scale", "a.png", "b.png"));
        assertMistake(ExitCode.USAGE, "leave --kernel-file out", run("--gallery", "--kernel-file=k", input, output));
        assertMistake(ExitCode.USAGE, "no filter 'blurr', there are blur, gradient", run("blurr", input, output));
        assertMistake(ExitCode.USAGE, "did you mean 'blur'?", run("blurr", input, output));
        assertMistake(
                ExitCode.USAGE,
                "--padding: expected one of zero, reflect, replicate, circular, mean but got 'zeros'; did you mean 'zero'?",
                run("blur", input, output, "--padding=zeros"));
        assertMistake(ExitCode.USAGE, "ends in .png", run("blur", input, folder.resolve("out.jpg")));
        assertMistake(ExitCode.USAGE, "unknown option '--paddin'; did you mean '--padding'?", run("blur", "--paddin"));
    }

    @Test
    void inputsThatCannotBeUsed() throws IOException {
        Path none = folder.resolve("none.png");
        assertMistake(ExitCode.DATA_MISSING, none + ": no such file", run("blur", none, output));
        assertMistake(ExitCode.DATA_MISSING, "this is a folder", run("blur", folder, output));
        Path text = Files.writeString(folder.resolve("text.png"), "no image");
        assertMistake(ExitCode.DATA_WRONG_FORMAT, "expected a PNG or JPEG image", run("blur", text, output));
        byte[] whole = Files.readAllBytes(input);
        Path half = Files.write(folder.resolve("half.png"), Arrays.copyOf(whole, whole.length / 2));
        assertMistake(ExitCode.DATA_TRUNCATED, half + ": truncated", run("blur", half, output));
        whole[16] = 0x7f; // the header's width
        CRC32 sum = new CRC32();
        sum.update(whole, 12, 17);
        for (int i = 0; i < 4; i++) {
            whole[29 + i] = (byte) (sum.getValue() >> 24 - 8 * i);
        }
        Path huge = Files.write(folder.resolve("huge.png"), whole);
        assertMistake(ExitCode.IMAGE_TOO_LARGE, "is more than the 67108864 pixels", run("blur", huge, output));
        assertFalse(Files.exists(output));
    }

    @Test
    void kernelFilesThatCannotBeUsed() throws IOException {
        Path none = folder.resolve("none.txt");
        assertMistake(ExitCode.DATA_MISSING, none + ": no such file", run("--kernel-file", none, input, output));
        assertMistake(ExitCode.DATA_MISSING, "cannot be read", run("--kernel-file", folder, input, output));
        Path kernel = folder.resolve("k.txt");
        for (String text : new String[] {"1 2\n3", "1 x", "", "1\n/ 0"}) {
            Files.writeString(kernel, text);
            assertMistake(ExitCode.KERNEL_FILE_INVALID, kernel.toString(), run("--kernel-file", kernel, input, output));
        }
        Files.write(kernel, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertMistake(ExitCode.KERNEL_FILE_INVALID, "expected text", run("--kernel-file", kernel, input, output));
        Files.write(kernel, new byte[2_000_000]);
        assertMistake(
                ExitCode.KERNEL_FILE_INVALID, "not a file of this size", run("--kernel-file", kernel, input, output));
        Path endless = Path.of("/dev/zero");
        if (Files.exists(endless)) {
            assertMistake(
                    ExitCode.KERNEL_FILE_INVALID,
                    "not a file of this size",
                    run("--kernel-file", endless, input, output));
        }
    }

    @Test
    void outputsThatCannotBeWritten() throws IOException {
        Path lost = folder.resolve("none/out.png");
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "its folder does not exist", run("blur", input, lost));
        Path there = Files.writeString(output, "mine");
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "--overwrite replaces it", run("blur", input, there));
        assertEquals("mine", Files.readString(there));
        Path directory = Files.createDirectory(folder.resolve("dir.png"));
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "this is a folder", run("blur", input, directory, "--overwrite"));
        assertMistake(ExitCode.OUTPUT_NOT_WRITABLE, "none.png", run("blur", input, Path.of("/dev/null/none.png")));
    }

    private static CommandLineRun run(Object... arguments) {
        String[] words = new String[arguments.length + 1];
        words[0] = "filter";
        for (int i = 0; i < arguments.length; i++) {
            words[i + 1] = arguments[i].toString();
        }
        return CommandLineRun.of(words);
    }

    private static void assertMistake(ExitCode expected, String words, CommandLineRun run) {
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.err().contains(words), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertEquals(expected.code(), run.code(), run.err());
        assertEquals("", run.out());
    }
}
