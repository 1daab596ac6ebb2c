package dev.convoy.spark.report;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Printable ASCII in five columns of seven pixels. Java's own text drawing needs fonts of the system, which servers and containers
 * often lack.
 */
final class PixelFont {
    /** From one character to the next, at scale 1. */
    static final int ADVANCE = 6;

    static final int HEIGHT = 7;
    private static final int WIDTH = 5;
    private static final char FIRST = ' ';
    private static final char LAST = '~';
    private static final byte[][] COLUMNS = read();

    private PixelFont() {}

    /** The width of a text at scale 1, without the space after its last character. */
    static int width(String text) {
        return Math.max(0, text.length() * ADVANCE - 1);
    }

    /** Draws the text with its upper left corner at {@code (x, y)}; what has no glyph is drawn as {@code ?}. */
    static void draw(BufferedImage image, String text, int x, int y, int scale, int color) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            byte[] columns = COLUMNS[(c < FIRST || c > LAST ? '?' : c) - FIRST];
            for (int column = 0; column < WIDTH; column++) {
                for (int row = 0; row < HEIGHT; row++) {
                    if ((columns[column] >> row & 1) != 0) {
                        fill(image, x + (i * ADVANCE + column) * scale, y + row * scale, scale, color);
                    }
                }
            }
        }
    }

    private static void fill(BufferedImage image, int x, int y, int size, int color) {
        for (int row = y; row < y + size; row++) {
            for (int column = x; column < x + size; column++) {
                if (column >= 0 && row >= 0 && column < image.getWidth() && row < image.getHeight()) {
                    image.setRGB(column, row, color);
                }
            }
        }
    }

    /** Each line: the character, a space, five bytes in hex, one per column from the left, the lowest bit at the top. */
    private static byte[][] read() {
        byte[][] glyphs = new byte[LAST - FIRST + 1][WIDTH];
        try (InputStream in = PixelFont.class.getResourceAsStream("font5x7.txt")) {
            if (in == null) {
                throw new IllegalStateException("font5x7.txt is missing from the jar");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                for (int column = 0; column < WIDTH; column++) {
                    int at = 2 + 2 * column;
                    glyphs[line.charAt(0) - FIRST][column] = (byte) Integer.parseInt(line.substring(at, at + 2), 16);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return glyphs;
    }
}
