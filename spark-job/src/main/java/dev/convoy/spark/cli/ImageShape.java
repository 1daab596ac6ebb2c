package dev.convoy.spark.cli;

import dev.convoy.tensor.Shape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shape of images as the option {@code --image} states it. */
final class ImageShape {
    private static final Pattern HEIGHT_WIDTH_CHANNELS =
            Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

    private ImageShape() {}

    /**
     * @param given such as {@code 28x28x1}
     * @throws CommandException for anything else, or for more elements than an array holds
     */
    static Shape parse(String given) {
        Matcher extents = HEIGHT_WIDTH_CHANNELS.matcher(given);
        if (!extents.matches()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--image: expected height x width x channels such as 28x28x1 but got '" + given + "'");
        }
        try {
            return Shape.of(extent(extents, 1), extent(extents, 2), extent(extents, 3));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--image: " + e.getMessage() + ", given as '" + given + "'", e);
        }
    }

    private static int extent(Matcher extents, int group) {
        return Integer.parseInt(extents.group(group));
    }
}
