package dev.convoy.spark.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Driver and executors that have, or lack, what a run needs. */
class SelfTestTest {
    @TempDir
    private Path folder;

    /** Every distributed run of the other tests passes it too. */
    @Test
    @Tag("slow")
    void twoExecutorProcessesThatAreLikeTheDriverPass() {
        try (JavaSparkContext spark = LocalSpark.start("local-cluster[2,1,1024]")) {
            assertEquals(List.of(), SelfTest.run(spark, "auto").warnings());
        }
    }

    @Test
    void whateverDiffersFromTheDriverIsNamed() {
        try (JavaSparkContext spark = LocalSpark.start("local[1]")) {
            ExecutorCheck like = ExecutorCheck.ofDriver(spark.sc().applicationId(), "auto");
            assertEquals(Optional.empty(), like.run());
            assertMismatch(
                    new ExecutorCheck("a", "auto", "3.5.0", like.convoy(), like.java(), like.bits()),
                    "the driver does not match the driver: Spark is " + like.spark()
                            + " there but 3.5.0 on the driver");
            assertMismatch(new ExecutorCheck("a", "auto", like.spark(), "0.9", like.java(), like.bits()), "Convoy is ");
            assertMismatch(
                    new ExecutorCheck("a", "auto", like.spark(), like.convoy(), like.java(), "00"),
                    "the bits of a small gradient is " + like.bits() + " there but 00");
            String java = new ExecutorCheck("a", "auto", like.spark(), like.convoy(), 8, like.bits())
                    .run()
                    .orElseThrow();
            assertTrue(java.contains("but the driver Java 8"), java);
        }
    }

    /** As it does when no master has answered. */
    @Test
    void anApplicationThatSparkEndsDuringTheTestIsSparksFailure() {
        JavaSparkContext spark = LocalSpark.start("local[1]");
        SelfTest test =
                new SelfTest(ExecutorCheck.ofDriver("ended", "auto"), spark.sc().collectionAccumulator("warnings"));
        spark.close();
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> test.requireOnDriver(spark));
        assertTrue(String.valueOf(e.getMessage()).contains("stopped SparkContext"), e.getMessage());
        assertTrue(e.getStackTrace()[0].getClassName().startsWith("org.apache.spark."), "which ErrorReport looks at");
    }

    private static void assertMismatch(ExecutorCheck check, String words) {
        String line =
                String.valueOf(assertThrows(ClusterException.class, check::run).getMessage());
        assertTrue(line.contains(words), line);
    }

    /** In a process of its own, which lacks the module of the vector kernels. */
    @Test
    void scalarKernelsThatNobodyAskedForAreAWarningAtTheBeginningAndAtTheEnd() throws Exception {
        SmallMnist.write(folder, 32, 16);
        Run run = withoutVectorModule("train");
        assertEquals(0, run.code(), run.output());
        assertEquals(
                2,
                run.output()
                        .lines()
                        .filter(line ->
                                line.startsWith("convoy: warning: the driver computes with the slow scalar kernels"))
                        .count(),
                run.output());
    }

    @Test
    void withRequireVectorTheyAreAnError() throws Exception {
        SmallMnist.write(folder, 32, 16);
        Run run = withoutVectorModule("train", "--require-vector");
        assertEquals(13, run.code(), run.output());
        assertTrue(run.output().contains("convoy: error: kernels=vector cannot be had"), run.output());
    }

    private record Run(int code, String output) {}

    private Run withoutVectorModule(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        Arrays.stream(JavaModuleOptions.defaultModuleOptionArray())
                .filter(option -> !option.contains("jdk.incubator.vector"))
                .forEach(command::add);
        for (String setting : List.of(
                "master=local[1]", "ui.enabled=false", "driver.host=127.0.0.1", "driver.bindAddress=127.0.0.1")) {
            command.add("-Dspark." + setting);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.convoy.spark.cli.Convoy"));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "data.path=" + folder,
                "model.name=mlp",
                "train.max-steps=1",
                "train.output=" + folder.resolve("model")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), text);
        }
    }
}
