package dev.convoy.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.convoy.spark.kryo.ConvoyRegistrator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * With {@code SPARK_LOCAL_IP=127.0.0.1}, which the scripts set, nothing of Spark can be reached from another machine: neither the
 * cluster's ports nor those of the driver and its executors, nor the page of a job that asks for one.
 */
@EnabledOnOs(OS.LINUX)
class LoopbackTest {
    private static final String LISTENING = "0A";

    @Test
    void everyPortIsOfThisMachineAlone() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Set<String> before = listening(self);
        try (StandaloneCluster cluster = StandaloneCluster.start(1);
                JavaSparkContext spark = new JavaSparkContext(ConvoyRegistrator.configure(new SparkConf())
                        .setMaster(cluster.url())
                        .setAppName("loopback")
                        .set("spark.ui.enabled", "true")
                        .set("spark.executor.memory", "512m")
                        .set("spark.executor.extraClassPath", System.getProperty("java.class.path")))) {
            assertEquals(1, spark.parallelize(List.of(1), 1).count(), "an executor is there");

            Set<String> driver = listening(self);
            driver.removeAll(before);
            assertOnLoopback("the driver", driver);
            self.descendants().forEach(process -> assertOnLoopback(name(process), listening(process)));
        }
    }

    private static void assertOnLoopback(String process, Set<String> addresses) {
        assertFalse(addresses.isEmpty(), process + " listens nowhere: is /proc being read right?");
        addresses.forEach(address -> assertEquals("loopback", place(address), process + " listens on " + address));
    }

    /** The local addresses of a process's listening sockets, as the kernel writes them. */
    private static Set<String> listening(ProcessHandle process) {
        try {
            Path files = Path.of("/proc", Long.toString(process.pid()));
            Set<String> sockets = new HashSet<>();
            try (Stream<Path> descriptors = Files.list(files.resolve("fd"))) {
                for (Path descriptor : descriptors.toList()) {
                    if (Files.isSymbolicLink(descriptor)) {
                        sockets.add(Files.readSymbolicLink(descriptor).toString());
                    }
                }
            }
            Set<String> addresses = new HashSet<>();
            for (String table : List.of("net/tcp", "net/tcp6")) {
                for (String line : Files.readAllLines(files.resolve(table))) {
                    String[] columns = line.strip().split("\\s+");
                    if (columns[3].equals(LISTENING) && sockets.contains("socket:[" + columns[9] + "]")) {
                        addresses.add(columns[1]);
                    }
                }
            }
            return addresses;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Addresses stand in hex, each group of four bytes with the lowest first: 127.0.0.1, that in IPv6, and ::1. */
    private static String place(String address) {
        return switch (address.substring(0, address.indexOf(':'))) {
            case "0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000" -> "loopback";
            default -> "elsewhere";
        };
    }

    private static String name(ProcessHandle process) {
        return "process " + process.info().commandLine().orElse(Long.toString(process.pid()));
    }
}
