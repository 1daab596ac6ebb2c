package dev.convoy.spark.cli;

import dev.convoy.image.Filter;
import dev.convoy.image.Picture;
import dev.convoy.image.PictureReader;
import dev.convoy.image.PictureWriter;
import dev.convoy.image.StencilReader;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.spark.report.FilterSheet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code convoy filter}: a convolution with a prescribed filter, by the kernels that train networks, on any picture. */
@Command(
        name = "filter",
        description = "Applies a filter to a PNG or JPEG picture, colour by colour, and writes a PNG of the same size.",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "convoy filter [OPTIONS] FILTER INPUT OUTPUT.png",
            "       convoy filter [OPTIONS] --kernel-file=FILE INPUT OUTPUT.png",
            "       convoy filter [OPTIONS] --gallery INPUT OUTPUT.png",
            "       convoy filter --list"
        })
final class FilterCommand implements Callable<Integer> {
    /** 8192 x 8192; the filtered values of one colour picture of that size take 800 MB. */
    private static final long LARGEST = 1L << 26;

    private static final int LARGEST_KERNEL_FILE = 1 << 20;

    @Option(
            names = "--kernel-file",
            paramLabel = "FILE",
            description =
                    "a filter of your own: rows of numbers, perhaps with a last line '/ divisor'; applied as written")
    private @Nullable String kernelFile;

    @Option(names = "--gallery", description = "draw what several filters make of a picture, in colour and in grey")
    private boolean gallery;

    @Option(names = "--list", description = "print the filters there are")
    private boolean list;

    @Option(
            names = "--padding",
            paramLabel = "MODE",
            defaultValue = "replicate",
            description =
                    "what stands outside the image: zero, reflect, replicate, circular or mean (default: ${DEFAULT-VALUE})")
    private String padding = "";

    @Option(
            names = "--scale",
            description = "multiply so that the largest value becomes 255; else values are cut at 0 and 255")
    private boolean scale;

    @Option(names = "--overwrite", description = "replace an output that exists")
    private boolean overwrite;

    @Parameters(paramLabel = "[FILTER] INPUT OUTPUT.png", arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    private final Streams streams;

    FilterCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (list) {
            Filter.ALL.forEach(f -> streams.out().println(String.format("%-10s %s", f.name(), f.meaning())));
            return ExitCode.OK.code();
        }
        PaddingMode mode = mode();
        boolean isNamed = kernelFile == null && !gallery;
        if (kernelFile != null && gallery) {
            throw usage("--gallery draws the filters there are; leave --kernel-file out");
        }
        if (gallery && scale) {
            throw usage("--gallery draws levels as they are; leave --scale out");
        }
        if (arguments.size() != (isNamed ? 3 : 2)) {
            throw usage("expected " + (isNamed ? "FILTER INPUT OUTPUT.png" : "INPUT OUTPUT.png") + " but got "
                    + (arguments.isEmpty() ? "nothing" : String.join(" ", arguments)));
        }
        Path input = path(arguments.get(arguments.size() - 2));
        Path output = path(arguments.get(arguments.size() - 1));
        Filter filter = gallery ? null : kernelFile == null ? named(arguments.get(0)) : ofFile(path(kernelFile));
        requireWritable(output);
        Kernels kernels = KernelProvider.AUTO.kernels();
        Picture picture = PictureReader.read(input, gallery ? FilterSheet.LARGEST : LARGEST);
        BufferedImage result = filter == null
                ? FilterSheet.draw(kernels, picture, mode)
                : PictureWriter.image(picture.filtered(kernels, filter, mode, scale));
        try {
            PictureWriter.write(result, output);
        } catch (IOException e) {
            throw Checks.notWritten(output.toString(), e);
        }
        streams.out()
                .println("picture " + output + " (" + (filter == null ? "gallery" : filter.name()) + ", "
                        + result.getWidth() + "x" + result.getHeight() + ", " + mode + " padding)");
        return ExitCode.OK.code();
    }

    private PaddingMode mode() {
        for (PaddingMode mode : PaddingMode.values()) {
            if (mode.toString().equals(padding)) {
                return mode;
            }
        }
        List<String> modes =
                Arrays.stream(PaddingMode.values()).map(PaddingMode::toString).toList();
        throw usage("--padding: expected one of " + String.join(", ", modes) + " but got '" + padding + "'"
                + Suggestion.of(padding, modes));
    }

    private static Filter named(String name) {
        List<String> names = Filter.ALL.stream().map(Filter::name).toList();
        return Filter.named(name)
                .orElseThrow(() -> usage("no filter '" + name + "', there are " + String.join(", ", names)
                        + Suggestion.of(name, names)));
    }

    private static Filter ofFile(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_KERNEL_FILE + 1); // the size of a pipe is not known before
            if (bytes.length > LARGEST_KERNEL_FILE) {
                throw new CommandException(
                        ExitCode.KERNEL_FILE_INVALID,
                        file + ": expected some rows of numbers, not a file of this size");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Filter(
                    String.valueOf(file.getFileName()), "", List.of(StencilReader.read(file.toString(), text)));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.KERNEL_FILE_INVALID, String.valueOf(e.getMessage()), e);
        } catch (MalformedInputException e) {
            throw new CommandException(ExitCode.KERNEL_FILE_INVALID, file + ": expected text but this is none", e);
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.DATA_MISSING, file + ": no such file", e);
        } catch (IOException e) {
            throw new CommandException(ExitCode.DATA_MISSING, file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Before the work, not after it. */
    private void requireWritable(Path output) {
        Checks.picture(output);
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw notWritable(output + ": its folder does not exist");
        }
        if (Files.exists(output) && !overwrite) {
            throw notWritable(output + ": exists; --overwrite replaces it");
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw usage("'" + text + "' is not a path: " + e.getReason());
        }
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    private static CommandException notWritable(String message) {
        return new CommandException(ExitCode.OUTPUT_NOT_WRITABLE, message);
    }
}
