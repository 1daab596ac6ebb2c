package dev.convoy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.kernel.Kernels;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KernelCasesTest {
    @Test
    void everyKernelHasACaseAndTheWorkOfEveryCaseIsKnown() {
        Set<String> measured = new TreeSet<>();
        for (KernelCase each : KernelCases.all()) {
            KernelWork work = KernelWork.of(each.prepared().get());
            assertTrue(work.flops() > 0 ^ work.bytes() > 0, each.name() + " does " + work);
            measured.add(work.method());
        }
        Set<String> kernels = Arrays.stream(Kernels.class.getMethods())
                .filter(method -> method.getReturnType() == void.class)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(kernels, measured);
    }

    @Test
    void noTwoCasesHaveOneName() {
        Set<String> names = new HashSet<>();
        KernelCases.all().forEach(each -> assertTrue(names.add(each.name()), each.name()));
    }
}
