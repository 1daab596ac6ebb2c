package dev.convoy.bench;

import dev.convoy.kernel.KernelProvider;
import java.io.IOException;
import java.util.List;

/** Every kernel, next to the machine's ceilings. */
final class KernelBench {
    private KernelBench() {}

    /** {@code [--json FILE] [--only PART-OF-A-NAME] [--rounds N] [--compare FILE]} */
    static void run(String[] args) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of("kernels", args, "--only");
        List<KernelCase> cases = arguments.chosen(KernelCases.all(), KernelCase::name);
        Report report = new Report();
        KernelRows rows = new KernelRows(report, KernelProvider.VECTOR.kernels(), arguments.rounds(KernelRows.ROUNDS));
        rows.title();
        rows.ceilings();
        for (KernelCase each : cases) {
            rows.row(each.name(), each.prepared().get());
        }
        arguments.finish(report);
    }
}
