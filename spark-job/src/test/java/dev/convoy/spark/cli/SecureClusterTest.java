package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.StandaloneCluster;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** conf/spark-secure.conf on a real cluster: who knows the secret trains to the same bits, and nobody else is let in. */
class SecureClusterTest {
    private static final String SECRET = "spark.authenticate.secret";

    @TempDir
    private Path folder;

    @BeforeAll
    static void setSparksOwnDefaultsFirst() {
        assertEquals(0, CommandLineRun.of("--version").code());
    }

    @Test
    void onlyWhoKnowsTheSecretTrains() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        SmallMnist.write(data, 64, 16);
        CommandLineRun alone = train("local[1]", Map.of(), data);
        Map<String, String> secure = secureSettings();
        try (StandaloneCluster cluster = StandaloneCluster.start(1, 1, with(secure, SECRET, "right"))) {
            CommandLineRun outsider = train(cluster.url(), Map.of(), data);
            CommandLineRun impostor = train(cluster.url(), with(secure, SECRET, "wrong"), data);
            CommandLineRun withoutAny = train(cluster.url(), secure, data);
            CommandLineRun member = train(cluster.url(), with(secure, SECRET, "right"), data);

            assertRefused(outsider, ExitCode.SPARK_FAILURE, "it asks for a secret");
            assertRefused(impostor, ExitCode.SPARK_FAILURE, "its secret is another one");
            assertRefused(withoutAny, ExitCode.INVALID_VALUE, "there is no secret");
            assertEquals(0, member.code(), member.err());
            assertEquals(checksum(alone), checksum(member));
        }
    }

    @Test
    void aClusterWithoutASecretRefusesWhoBringsOne() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        SmallMnist.write(data, 64, 16);
        try (StandaloneCluster cluster = StandaloneCluster.start(0)) {
            CommandLineRun member = train(cluster.url(), with(secureSettings(), SECRET, "right"), data);

            assertRefused(member, ExitCode.SPARK_FAILURE, "or it asks for none");
        }
    }

    @Test
    void theSettingsHoldNoSecretAndNoSecondWayIn() throws IOException {
        Map<String, String> settings = secureSettings();

        assertFalse(settings.keySet().stream().anyMatch(key -> key.startsWith("spark.authenticate.")), "a secret");
        assertEquals("true", settings.get("spark.authenticate"));
        assertEquals("true", settings.get("spark.network.crypto.enabled"));
        assertEquals("false", settings.get("spark.network.crypto.saslFallback"));
        assertEquals("true", settings.get("spark.io.encryption.enabled"));
        assertEquals("false", settings.get("spark.master.rest.enabled"));
    }

    private static void assertRefused(CommandLineRun run, ExitCode code, String reason) {
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).contains(reason), run.err());
        assertEquals(code.code(), run.code());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    private static Map<String, String> secureSettings() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("..", "conf", "spark-secure.conf"))) {
            properties.load(reader);
        }
        Map<String, String> settings = new HashMap<>();
        properties.forEach((key, value) -> settings.put((String) key, (String) value));
        return settings;
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }

    private static CommandLineRun train(String master, Map<String, String> spark, Path data) throws Exception {
        Map<String, String> settings = new HashMap<>(spark);
        settings.put("spark.master", master);
        settings.put("spark.executor.memory", "512m");
        settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        return withProperties(
                settings,
                () -> CommandLineRun.of(
                        "train",
                        "data.path=" + data,
                        "train.output=" + data.resolveSibling("model"),
                        "model.name=resnet20", // large enough to travel as blocks
                        "train.epochs=1",
                        "train.batch-size=16",
                        "train.shards=3"));
    }

    /** What spark-submit hands over as system properties. */
    private static <R> R withProperties(Map<String, String> settings, Callable<R> work) throws Exception {
        Map<String, String> before = new LinkedHashMap<>();
        settings.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
        try {
            return work.call();
        } finally {
            before.forEach((key, value) -> {
                if (value == null) {
                    System.clearProperty(key);
                } else {
                    System.setProperty(key, value);
                }
            });
        }
    }

    private static String checksum(CommandLineRun run) {
        return run.out()
                .lines()
                .filter(line -> line.startsWith("weights sha256 "))
                .findFirst()
                .orElseThrow();
    }
}
