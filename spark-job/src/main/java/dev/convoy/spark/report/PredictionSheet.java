package dev.convoy.spark.report;

import dev.convoy.data.ImageBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A contact sheet: images in a grid, under each the predicted class; wrong ones framed in red, with the true class. */
public final class PredictionSheet {
    private static final int BACKGROUND = 0xffffff;
    private static final int RIGHT = 0x1a7f37;
    private static final int WRONG = 0xcf222e;
    private static final int MARGIN = 12;
    private static final int TEXT_SCALE = 2;
    private static final int SMALLEST_IMAGE = 84;

    private PredictionSheet() {}

    /** Writes a PNG; the predictions are of the block's samples, in their order. */
    public static void write(ImageBlock block, List<Prediction> predictions, Path file) throws IOException {
        draw(block, predictions).write(file);
    }

    private static Canvas draw(ImageBlock block, List<Prediction> predictions) {
        int height = block.image().extent(0);
        int width = block.image().extent(1);
        int scale = Math.max(1, (SMALLEST_IMAGE + width - 1) / width);
        int cellWidth = width * scale + MARGIN;
        int cellHeight = height * scale + PixelFont.HEIGHT * TEXT_SCALE + 2 * MARGIN;
        int columns = Math.max(1, (int) Math.ceil(Math.sqrt(1.5 * predictions.size())));
        int rows = (predictions.size() + columns - 1) / columns;

        Canvas sheet = new Canvas(columns * cellWidth + MARGIN, Math.max(1, rows) * cellHeight + MARGIN, BACKGROUND);
        for (int i = 0; i < predictions.size(); i++) {
            int x = MARGIN + i % columns * cellWidth;
            int y = MARGIN + i / columns * cellHeight;
            Prediction prediction = predictions.get(i);
            if (!prediction.isRight()) {
                sheet.fill(x - 3, y - 3, width * scale + 6, height * scale + 6, WRONG);
            }
            drawImage(sheet, block, i, x, y, scale);
            String text = prediction.isRight()
                    ? Integer.toString(prediction.predicted())
                    : prediction.predicted() + " is " + prediction.label();
            sheet.text(
                    text,
                    x + (width * scale - PixelFont.width(text) * TEXT_SCALE) / 2,
                    y + height * scale + MARGIN / 2,
                    TEXT_SCALE,
                    prediction.isRight() ? RIGHT : WRONG);
        }
        return sheet;
    }

    private static void drawImage(Canvas sheet, ImageBlock block, int sample, int x, int y, int scale) {
        int height = block.image().extent(0);
        int width = block.image().extent(1);
        int channels = block.image().extent(2);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int at = ((sample * height + row) * width + column) * channels;
                int red = block.pixels()[at] & 0xff;
                int green = channels < 3 ? red : block.pixels()[at + 1] & 0xff;
                int blue = channels < 3 ? red : block.pixels()[at + 2] & 0xff;
                sheet.fill(x + column * scale, y + row * scale, scale, scale, red << 16 | green << 8 | blue);
            }
        }
    }
}
