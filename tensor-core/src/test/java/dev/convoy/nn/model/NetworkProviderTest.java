package dev.convoy.nn.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that a jar brings, here a folder with the file of services that the jar would have. */
class NetworkProviderTest {
    private static final Shape IMAGE = Shape.of(28, 28, 1);

    @TempDir
    Path jar;

    @Test
    void aJarBringsANetwork() throws IOException {
        with(List.of(Linear.class.getName()), () -> {
            RunConfig config = RunConfig.defaults().with("model.name", "linear");
            assertEquals(
                    7850,
                    ModelZoo.build(config.model().name(), IMAGE, 10).weights().size());
            assertTrue(ModelZoo.available().containsAll(ModelZoo.titles()));
            assertTrue(ModelZoo.available().contains("linear"));
        });
        assertFalse(ModelZoo.has("linear"), "without the jar");
    }

    @Test
    void aNameThatIsTakenIsRefusedByBothItsOwners() throws IOException {
        with(List.of(Linear.class.getName(), TakesAName.class.getName()), () -> {
            Exception e = assertThrows(IllegalArgumentException.class, () -> ModelZoo.build("cnn", IMAGE, 10));
            assertEquals(
                    "model.name: 2 networks are called 'cnn', of Convoy and " + TakesAName.class.getName()
                            + "; give the one of your own another name",
                    e.getMessage());
            assertEquals("linear", ModelZoo.build("linear", IMAGE, 10).name(), "all others are as they were");
        });
    }

    @Test
    void aClassThatIsNotThereIsNamed() throws IOException {
        with(List.of("com.example.Missing"), () -> {
            Exception e = assertThrows(
                    InvalidSettingException.class, () -> RunConfig.defaults().with("model.name", "linear"));
            assertTrue(e.getMessage().startsWith("model.name: "), e.getMessage());
            assertTrue(e.getMessage().contains("com.example.Missing not found"), e.getMessage());
            assertEquals("lenet5", RunConfig.defaults().model().name(), "Convoy's own networks need no provider");
        });
    }

    private void with(List<String> classes, Runnable work) throws IOException {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.write(services.resolve(NetworkProvider.class.getName()), classes);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            work.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Multinomial logistic regression. */
    public static final class Linear implements NetworkProvider {
        @Override
        public String name() {
            return "linear";
        }

        @Override
        public Module root(Scope scope, Shape image, int classes) {
            return Sequential.of(scope, image)
                    .flatten()
                    .classifier("output", classes)
                    .build();
        }
    }

    public static final class TakesAName implements NetworkProvider {
        @Override
        public String name() {
            return "cnn";
        }

        @Override
        public Module root(Scope scope, Shape image, int classes) {
            return new Linear().root(scope, image, classes);
        }
    }
}
