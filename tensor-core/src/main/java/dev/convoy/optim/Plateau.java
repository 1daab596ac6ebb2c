package dev.convoy.optim;

/**
 * A learning rate that falls when a watched value has stopped improving: after more than {@code patience} evaluations in a row without
 * improvement {@code rate = max(rate * factor, minimum)}; {@link Improvement} says what counts as one. The form is PyTorch's
 * ReduceLROnPlateau.
 *
 * @param higherIsBetter as for accuracy; a loss is better lower
 */
public record Plateau(boolean higherIsBetter, double factor, int patience, double threshold, double minimum) {
    /**
     * What a run has to remember between evaluations.
     *
     * @param best value so far
     * @param waited evaluations since it, or since the rate last fell
     * @param rate now
     */
    public record State(double best, int waited, double rate) {}

    /** Before the first evaluation. */
    public State start(double rate) {
        return new State(improvement().worst(), 0, rate);
    }

    /** After an evaluation gave {@code value}. */
    public State next(State state, double value) {
        if (improvement().over(state.best(), value)) {
            return new State(value, 0, state.rate());
        }
        int waited = state.waited() + 1;
        return waited <= patience
                ? new State(state.best(), waited, state.rate())
                : new State(state.best(), 0, Math.max(state.rate() * factor, minimum));
    }

    private Improvement improvement() {
        return new Improvement(higherIsBetter, threshold);
    }
}
