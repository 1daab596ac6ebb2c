package dev.convoy.kernel;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The kernels allocate nothing after {@link #TRAPS} traps either: docs/decisions/0009-winograd.md, "what stores must know by themselves". */
@EnabledIfSystemProperty(named = "class.checks", matches = "spent")
class SpentClassChecksTest extends KernelAllocationTest {
    /** PerMethodTrapLimit: each lanewise operation spends them by itself. */
    private static final int TRAPS = 100;

    @BeforeAll
    static void spendThem() throws Throwable {
        SpentClassChecks.spend(TRAPS);
    }
}
