package dev.convoy.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.DataException.Problem;
import dev.convoy.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class IdxReaderTest {
    private static final byte[] IMAGES = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, -1, -2, -3};
    private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 4, 0};

    @Test
    void readsPlainAndZippedAlike() throws IOException {
        for (boolean zip : new boolean[] {false, true}) {
            ImageBlock block = read(zip ? gzip(IMAGES) : IMAGES, zip ? gzip(LABELS) : LABELS);
            assertEquals(Shape.of(1, 3, 1), block.image());
            assertArrayEquals(new byte[] {1, 2, 3, -1, -2, -3}, block.pixels());
            assertArrayEquals(new int[] {4, 0}, block.labels());
            assertArrayEquals(new long[] {0, 1}, block.ids());
        }
    }

    @Test
    void theSampleIsWhatItShouldBe() {
        ImageBlock train = Samples.mnist("train");
        ImageBlock test = Samples.mnist("t10k");
        assertEquals(5000, train.count());
        assertEquals(1000, test.count());
        assertArrayEquals(new int[] {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, Arrays.copyOf(train.labels(), 10));
        assertArrayEquals(new int[] {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}, Arrays.copyOf(test.labels(), 10));
    }

    @Test
    void swappedFilesAreNamed() {
        DataException e = assertThrows(DataException.class, () -> read(LABELS, IMAGES));
        assertEquals(Problem.WRONG_FORMAT, e.problem());
        assertEquals(
                "the-images: expected an IDX file of images (magic 0x00000803) but it begins with 0x00000801",
                e.getMessage());
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        for (int length = 0; length < IMAGES.length; length++) {
            byte[] cut = Arrays.copyOf(IMAGES, length);
            assertEquals(
                    Problem.TRUNCATED,
                    assertThrows(DataException.class, () -> read(cut, LABELS)).problem());
        }
        byte[] zipped = gzip(IMAGES);
        for (int length = 0; length < zipped.length - 8; length++) {
            byte[] cut = Arrays.copyOf(zipped, length);
            assertEquals(
                    Problem.TRUNCATED,
                    assertThrows(DataException.class, () -> read(cut, LABELS)).problem(),
                    "cut at " + length);
        }
    }

    @Test
    void aDamagedZipIsNoticed() throws IOException {
        byte[] zipped = gzip(IMAGES);
        zipped[zipped.length - 6] ^= 1; // within its check sum
        assertEquals(
                Problem.WRONG_FORMAT,
                assertThrows(DataException.class, () -> read(zipped, LABELS)).problem());
    }

    @Test
    void moreThanTheHeaderSaysIsRefused() {
        byte[] longer = Arrays.copyOf(IMAGES, IMAGES.length + 1);
        assertEquals(
                Problem.WRONG_FORMAT,
                assertThrows(DataException.class, () -> read(longer, LABELS)).problem());
    }

    @Test
    void differentCountsAreRefused() {
        byte[] three = {0, 0, 8, 1, 0, 0, 0, 3, 4, 0, 1};
        DataException e = assertThrows(DataException.class, () -> read(IMAGES, three));
        assertTrue(e.getMessage().contains("2 images") && e.getMessage().contains("3 labels"), e.getMessage());
    }

    @Test
    void aLabelOutOfRangeIsNamedWithItsSample() {
        byte[] labels = LABELS.clone();
        labels[9] = 10;
        DataException e = assertThrows(DataException.class, () -> read(IMAGES, labels));
        assertEquals(Problem.LABEL_OUT_OF_RANGE, e.problem());
        assertEquals(
                "the-labels: sample 1 has label 10 but data.classes is 10, so labels run from 0 to 9", e.getMessage());
    }

    @Test
    void anImpossibleHeaderIsRefusedBeforeMemoryIsTaken() {
        byte[] huge = {0, 0, 8, 3, 127, 0, 0, 0, 127, 0, 0, 0, 127, 0, 0, 0};
        byte[] negative = {0, 0, 8, 3, -1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1};
        assertEquals(
                Problem.WRONG_FORMAT,
                assertThrows(DataException.class, () -> read(huge, LABELS)).problem());
        assertEquals(
                Problem.WRONG_FORMAT,
                assertThrows(DataException.class, () -> read(negative, LABELS)).problem());
    }

    private static ImageBlock read(byte[] images, byte[] labels) {
        return IdxReader.read(
                new ByteArrayInputStream(images), "the-images", new ByteArrayInputStream(labels), "the-labels", 10);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        }
        return out.toByteArray();
    }
}
