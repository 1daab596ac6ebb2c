package dev.convoy.bench;

import dev.convoy.kernel.KernelProvider;
import java.io.IOException;

/** Every kernel, next to the machine's ceilings. */
public final class KernelBench {
    private KernelBench() {}

    /** {@code [--json FILE] [--only PART-OF-A-NAME] [--rounds N] [--compare FILE]} */
    public static void main(String[] args) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of("kernels", args);
        Report report = new Report();
        KernelRows rows = new KernelRows(report, KernelProvider.VECTOR.kernels(), arguments.rounds(KernelRows.ROUNDS));
        rows.title();
        rows.ceilings();
        for (KernelCase each : KernelCases.all()) {
            if (each.name().contains(arguments.only())) {
                rows.row(each.name(), each.prepared().get());
            }
        }
        arguments.finish(report);
    }
}
