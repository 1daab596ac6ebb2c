package dev.convoy.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class StandaloneClusterTest {

    @Test
    void runsTasksInProcessesOfItsOwnAndLeavesNone() throws IOException {
        List<ProcessHandle> processes = new ArrayList<>();
        try (StandaloneCluster cluster = StandaloneCluster.start(2)) {
            try (JavaSparkContext spark = LocalSpark.start(cluster.url())) {
                long pid = spark.parallelize(List.of(0), 1)
                        .map(any -> ProcessHandle.current().pid())
                        .first();
                assertNotEquals(ProcessHandle.current().pid(), pid);
                processes.addAll(cluster.executors());
                assertEquals(1, processes.stream().filter(p -> p.pid() == pid).count());
            }
            cluster.workers().forEach(worker -> processes.add(worker.toHandle()));
        }
        processes.forEach(process -> assertFalse(process.isAlive()));
    }
}
