package dev.convoy.spark.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskMemoryTest {

    /** With either kernels, in a JVM of its own: {@link TaskInLittleMemory}. */
    @ParameterizedTest
    @CsvSource({
        "vector, lenet5, 28, 1, 256, 1",
        "scalar, lenet5, 28, 1, 256, 1",
        "vector, cnn, 28, 1, 64, 1",
        "vector, mlp, 28, 1, 16, 64",
        "vector, resnet20, 32, 3, 16, 1",
        "scalar, resnet20, 32, 3, 16, 1",
        "vector, mobilenet, 32, 3, 4, 4",
        "scalar, mobilenet, 32, 3, 4, 1",
        "vector, airbench, 32, 3, 16, 1",
        "scalar, airbench, 32, 3, 8, 1"
    })
    void aStepFitsIntoATenthMoreThanTheEstimateAndNotIntoATenthLess(
            String kernels, String model, int side, int channels, int images, int shards) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-")) // what Spark needs of Java, as this JVM has it
                .forEach(command::add);
        command.addAll(List.of(
                "-XX:+UseSerialGC", // with a young generation so small that it holds no array that counts
                "-Xmx512m",
                "-Xmn2m",
                "-cp",
                System.getProperty("java.class.path"),
                TaskInLittleMemory.class.getName()));
        for (Object argument : new Object[] {kernels, model, side, channels, images, shards}) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    /** What takes long to compute is counted all the same. */
    @Test
    void aLargeNetworkIsCountedWithoutAPass() {
        Shape image = Shape.of(224, 224, 3);
        RunConfig config = config("resnet50", 8).with("train.shards", 8);
        TaskMemory memory = TaskMemory.withoutKernels(config, image, SumTraffic.of(8, 8));

        ShardTask task = new ShardTask(config, image);
        ModelState state = ModelState.initial(task.network(), 1);
        task.gradient(state, SyntheticImages.of(image, 1), 0, new BatchPlan(0, 1, 1, 1), 0, 0);
        assertEquals(task.workspaceBytes(), memory.activations());
        TaskMemory usual = TaskMemory.withoutKernels(config.with("train.batch-size", 128), image, SumTraffic.of(8, 8));
        assertEquals(16, usual.images());
        assertTrue(task.scratchBytes() < 0.05 * usual.total(), usual + ", kernels " + task.scratchBytes());
    }

    @ParameterizedTest
    @CsvSource({"0, 32", "8, 8", "64, 32"})
    void aMicroBatchBoundsTheImagesOfAPass(int microBatch, int images) {
        RunConfig config = config("lenet5", 256).with("train.micro-batch", microBatch);
        Shape image = Shape.of(28, 28, 1);

        assertEquals(images, TaskMemory.of(config, image, SumTraffic.of(8, 8)).images());
        assertTrue(TaskMemory.of(config, image, SumTraffic.of(8, 8)).activations() > 0);
    }

    private static RunConfig config(String model, int batch) {
        return RunConfig.defaults().with("model.name", model).with("train.batch-size", batch);
    }
}
