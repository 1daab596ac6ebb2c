package dev.convoy.spark.report;

import dev.convoy.image.Filter;
import dev.convoy.image.Picture;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.List;

/** A contact sheet: a picture and what filters make of it, in colour and, below, in grey; each column with its name. */
public final class FilterSheet {
    /** The most pixels of a picture to draw, of which a sheet holds many. */
    public static final long LARGEST = 1L << 20;

    private static final List<String> COLUMNS = List.of("identity", "blur", "gradient", "sharpen", "emboss");
    private static final int BACKGROUND = 0xffffff;
    private static final int INK = 0x24292f;
    private static final int MARGIN = 12;
    private static final int TEXT_SCALE = 2;

    private FilterSheet() {}

    public static BufferedImage draw(Kernels kernels, Picture picture, PaddingMode mode) {
        int cellWidth = picture.width() + MARGIN;
        int cellHeight = picture.height() + MARGIN;
        int textHeight = PixelFont.HEIGHT * TEXT_SCALE + MARGIN;
        List<Picture> rows = picture.channels() == 1 ? List.of(picture) : List.of(picture, picture.grey());
        Canvas sheet = new Canvas(
                COLUMNS.size() * cellWidth + MARGIN, rows.size() * cellHeight + MARGIN + textHeight, BACKGROUND);
        for (int column = 0; column < COLUMNS.size(); column++) {
            String name = COLUMNS.get(column);
            Filter filter = Filter.named(name).orElseThrow();
            int left = MARGIN + column * cellWidth;
            for (int row = 0; row < rows.size(); row++) {
                Picture filtered = rows.get(row).filtered(kernels, filter, mode, false);
                paint(sheet.image(), filtered, left, MARGIN + row * cellHeight);
            }
            String title = name.equals("identity") ? "original" : name;
            sheet.text(
                    title,
                    left + (picture.width() - PixelFont.width(title) * TEXT_SCALE) / 2,
                    MARGIN + rows.size() * cellHeight,
                    TEXT_SCALE,
                    INK);
        }
        return sheet.image();
    }

    /** Copies levels as they are; what is transparent shows the background. */
    private static void paint(BufferedImage sheet, Picture picture, int left, int top) {
        Tensor alpha = picture.alpha();
        int channels = picture.channels();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int at = y * picture.width() + x;
                int opacity = alpha == null ? 255 : Picture.level(alpha.get(at));
                int color = 0;
                for (int c = 0; c < 3; c++) {
                    int level = Picture.level(picture.pixels().get(at * channels + Math.min(c, channels - 1)));
                    color = color << 8 | (level * opacity + 255 * (255 - opacity)) / 255;
                }
                sheet.setRGB(left + x, top + y, color);
            }
        }
    }
}
