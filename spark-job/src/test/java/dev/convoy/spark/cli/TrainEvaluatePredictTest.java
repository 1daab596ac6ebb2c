package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.SmallMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands print, and that they understand each other's files. */
class TrainEvaluatePredictTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void writeData() throws IOException {
        SmallMnist.write(folder, 200, 30);
    }

    @Test
    void trainEndsWithAccuracyAndChecksumAndTheOthersAgree() throws IOException {
        Path model = folder.resolve("model");
        CommandLineRun train = train(model);
        assertEquals(0, train.code(), train.err());
        List<String> results = train.out().lines().toList();
        assertEquals("model " + model, results.get(0));
        assertTrue(results.get(1).matches("test accuracy [01]\\.[0-9]{4}"), train.out());
        assertTrue(results.get(2).matches("weights sha256 [0-9a-f]{64}"), train.out());
        assertEquals(3, results.size());

        Path matrix = folder.resolve("confusion.png");
        CommandLineRun evaluate =
                CommandLineRun.of("evaluate", "--model", model.toString(), "--confusion", matrix.toString());
        assertEquals(0, evaluate.code(), evaluate.err());
        List<String> evaluated = evaluate.out().lines().toList();
        assertTrue(evaluated.get(0).matches("test loss [0-9]+\\.[0-9]{4}"), evaluate.out());
        assertEquals(results.get(1), evaluated.get(1));
        assertTrue(evaluated.get(2).matches("test top-5 accuracy [01]\\.[0-9]{4}"), evaluate.out());
        assertEquals(results.get(2), evaluated.get(3));
        assertEquals("class  samples  precision  recall      F1", evaluated.get(5));
        assertTrue(evaluated.get(16).matches("mean +30( +[01]\\.[0-9]{4}){3}"), evaluate.out());
        assertEquals("labels down, predictions across", evaluated.get(18));
        assertEquals("picture " + matrix, evaluated.get(evaluated.size() - 1));
        assertTrue(ImageIO.read(matrix.toFile()).getWidth() > 100);

        Path picture = folder.resolve("predictions.png");
        CommandLineRun predict =
                CommandLineRun.of("predict", "--model", model.toString(), "--count", "7", "--png", picture.toString());
        assertEquals(0, predict.code(), predict.err());
        assertEquals(9, predict.out().lines().count(), predict.out());
        assertTrue(predict.out()
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow()
                .matches(" *0 +[0-9] +[01]\\.[0-9]{4} +7( +wrong)?"));
        assertTrue(ImageIO.read(picture.toFile()).getWidth() > 84);
    }

    @Test
    void anotherRunReplacesTheModelWithTheSameBits() {
        Path model = folder.resolve("replaced");
        CommandLineRun first = train(model);
        CommandLineRun second = train(model);

        assertEquals(first.out(), second.out());
        String words = "the model in " + model + " will be replaced at the end";
        assertFalse(first.err().contains(words), first.err());
        assertTrue(second.err().contains(words), second.err());
        assertTrue(Files.exists(model.resolve("model.json")));
    }

    private static CommandLineRun train(Path model) {
        return CommandLineRun.of(
                "train",
                "data.path=" + folder,
                "model.name=mlp",
                "kernels=scalar",
                "train.epochs=2",
                "train.batch-size=50",
                "train.output=" + model);
    }
}
