package dev.convoy.train;

import dev.convoy.nn.Network;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Asks two workers for everything and compares what they return. A run with them goes on with what the first one says, so each step is
 * compared from the same weights, also after one that differed.
 */
public final class ComparingWorkers implements Workers {
    private final Network network;
    private final Workers expected;
    private final Workers actual;
    private final Consumer<SumComparison> steps;
    private final BiConsumer<Evaluation, Evaluation> evaluations;

    /**
     * @param steps hears of each step's comparison
     * @param evaluations hears of each evaluation, what was expected first
     */
    public ComparingWorkers(
            Network network,
            Workers expected,
            Workers actual,
            Consumer<SumComparison> steps,
            BiConsumer<Evaluation, Evaluation> evaluations) {
        this.network = network;
        this.expected = expected;
        this.actual = actual;
        this.steps = steps;
        this.evaluations = evaluations;
    }

    @Override
    public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
        GradientSum sum = expected.gradient(state, epoch, stepOfEpoch);
        GradientSum other = actual.gradient(state, epoch, stepOfEpoch);
        steps.accept(SumComparison.of(sum, other, network));
        actual.takeBack(other);
        return sum;
    }

    @Override
    public void takeBack(GradientSum sum) {
        expected.takeBack(sum);
    }

    @Override
    public Evaluation evaluate(ModelState state, Split split) {
        Evaluation evaluation = expected.evaluate(state, split);
        evaluations.accept(evaluation, actual.evaluate(state, split));
        return evaluation;
    }
}
