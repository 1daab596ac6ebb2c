package dev.convoy.bench;

import dev.convoy.data.DataException;
import dev.convoy.train.DivergedException;
import dev.convoy.train.InvalidSettingException;
import java.util.Arrays;

/** What {@code scripts/bench} starts: one benchmark. A user's mistake is one line and exit code 2, a training that
 * diverged one line and 1; any other error has its trace. */
public final class Bench {
    private Bench() {}

    /** {@code VERB [ARGUMENTS]} */
    public static void main(String[] args) throws Exception {
        try {
            run(args[0], Arrays.copyOfRange(args, 1, args.length));
        } catch (UsageException | DataException | InvalidSettingException e) {
            System.err.println("bench: error: " + e.getMessage());
            System.exit(2);
        } catch (DivergedException e) {
            System.err.println("bench: error: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void run(String verb, String[] args) throws Exception {
        switch (verb) {
            case "kernels" -> KernelBench.run(args);
            case "layers" -> LayerBench.run(args);
            case "train" -> TrainBench.run(args);
            case "step" -> StepBench.run(args);
            case "jmh" -> AllocationBench.run(args);
            case "curves" -> CurveBench.run(args);
            case "spark" -> SparkBench.run(args);
            case "--compare" -> Comparison.run(args);
            default -> throw new UsageException("there is no benchmark '" + verb + "'");
        }
    }
}
