package dev.convoy.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelProviderTest {

    @Test
    @EnabledIfSystemProperty(named = "kernels", matches = "scalar|vector")
    void theForcedProviderIsTheOneThatRuns() {
        String forced = System.getProperty("kernels");
        assertEquals(forced, KernelProvider.named(forced).kernels().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Vector", "SCALAR", "cuda", " auto"})
    void anUnknownNameIsRefusedWithTheChoices(String name) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> KernelProvider.named(name));
        assertEquals("kernels: expected auto, scalar or vector but got '" + name + "'", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "scalar", "vector"})
    void oneInstancePerProvider(String name) {
        assertSame(
                KernelProvider.named(name).kernels(), KernelProvider.named(name).kernels());
    }

    @Test
    void autoIsTheVectorKernelsWhereTheModuleIsLoaded() {
        assertSame(KernelProvider.VECTOR.kernels(), KernelProvider.AUTO.kernels());
    }

    @Test
    void descriptionsSayWhichAndWhy() {
        assertEquals("scalar (asked for)", KernelProvider.SCALAR.kernels().description());
        String vector = KernelProvider.VECTOR.kernels().description();
        assertTrue(vector.matches("vector \\((128|256|512)-bit, jdk\\.incubator\\.vector\\)"), vector);
    }

    /** Else the run of the suite in narrow vectors would be one more in wide ones. */
    @Test
    @EnabledIfSystemProperty(named = "vector.bits", matches = "256")
    void vectorsAreAsNarrowAsThisRunAsksFor() {
        String vector = KernelProvider.VECTOR.kernels().description();
        assertTrue(vector.matches("vector \\((128|256)-bit, .*"), vector);
    }
}
