package dev.convoy.image;

import dev.convoy.tensor.Tensor;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

/** Writes pictures as PNG: eight bits, grey or colour, with transparency where the picture has it. */
public final class PictureWriter {
    private PictureWriter() {}

    /** Writes a file beside the one named and renames it, so that no half of one is ever seen; replaces what is there. */
    public static void write(BufferedImage image, Path file) throws IOException {
        Path whole = file.toAbsolutePath();
        Path part = whole.resolveSibling("." + whole.getFileName() + ".part");
        try {
            try (ImageOutputStream out = new FileImageOutputStream(part.toFile())) {
                if (!ImageIO.write(image, "png", out)) {
                    throw new IOException("this JVM has no PNG encoder for such an image");
                }
            }
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** The picture for Java's own drawing and encoding, its levels unchanged. */
    public static BufferedImage image(Picture picture) {
        Tensor alpha = picture.alpha();
        boolean hasAlpha = alpha != null;
        int channels = picture.channels();
        int bands = channels + (hasAlpha ? 1 : 0);
        int size = picture.height() * picture.width();
        byte[] bytes = new byte[size * bands];
        int[] offsets = new int[bands];
        for (int band = 0; band < bands; band++) {
            offsets[band] = band;
        }
        for (int i = 0; i < size; i++) {
            for (int c = 0; c < channels; c++) {
                bytes[i * bands + c] = (byte) Picture.level(picture.pixels().get(i * channels + c));
            }
            if (alpha != null) {
                bytes[i * bands + channels] = (byte) Picture.level(alpha.get(i));
            }
        }
        ColorModel colors = new ComponentColorModel(
                ColorSpace.getInstance(channels == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
                hasAlpha,
                false,
                hasAlpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                DataBuffer.TYPE_BYTE);
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(bytes, bytes.length),
                picture.width(),
                picture.height(),
                picture.width() * bands,
                bands,
                offsets,
                null);
        return new BufferedImage(colors, raster, false, null);
    }
}
