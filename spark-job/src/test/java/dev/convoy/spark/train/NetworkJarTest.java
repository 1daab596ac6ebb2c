package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.nn.model.NetworkProvider;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network of docs/networks.md in a jar of its user, which driver and executors get as spark-submit --jars gives it to them. */
@Tag("slow")
class NetworkJarTest {
    private static final String SOURCE = """
            package com.example;

            import dev.convoy.nn.Module;
            import dev.convoy.nn.Scope;
            import dev.convoy.nn.Sequential;
            import dev.convoy.tensor.Shape;

            public final class Wide implements dev.convoy.nn.model.NetworkProvider {
                @Override
                public String name() {
                    return "wide";
                }

                @Override
                public Module root(Scope scope, Shape image, int classes) {
                    return Sequential.of(scope, image)
                            .flatten()
                            .dense("hidden", 1024)
                            .relu()
                            .classifier("output", classes)
                            .build();
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void trainsOnExecutorsThatHaveItFromTheJarAlone() throws Exception {
        SmallMnist.write(folder, 20, 10);
        Path jar = jar();
        SparkConf conf = new SparkConf().set("spark.jars", jar.toString());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        assertThrows(InvalidSettingException.class, () -> RunConfig.defaults().with("model.name", "wide"));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            RunConfig config = RunConfig.defaults()
                    .with("model.name", "wide")
                    .with("data.path", folder.toString())
                    .with("train.max-steps", 2)
                    .with("train.batch-size", 10);
            try (JavaSparkContext spark = LocalSpark.start("local-cluster[1,2,1024]", conf)) {
                assertEquals(Trajectory.local(config), Trajectory.on(spark, config));
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Path jar() throws IOException {
        Path source = Files.writeString(folder.resolve("Wide.java"), SOURCE);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        "-d",
                        folder.toString(),
                        source.toString());
        assertEquals(0, failed);
        Path jar = folder.resolve("wide.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("com/example/Wide.class"));
            Files.copy(folder.resolve("com/example/Wide.class"), out);
            out.putNextEntry(new JarEntry("META-INF/services/" + NetworkProvider.class.getName()));
            out.write("com.example.Wide\n".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }
}
