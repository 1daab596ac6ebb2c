package dev.convoy.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The loss, the gradient or a weight is no longer a finite number, so further steps would be wasted. */
public final class DivergedException extends RuntimeException {
    /** Samples and shards that a message names; of more it says how many there are. */
    private static final int NAMED = 5;

    public DivergedException(String message) {
        super(message);
    }

    /**
     * A step whose sum is not finite.
     *
     * @param step counted from 0; named from 1, as the progress line does
     * @param found at most one per shard, by shard
     */
    static DivergedException inStep(long step, GradientSum sum, double rate, List<Divergence> found) {
        String what = Double.isFinite(sum.lossSum())
                ? "the gradient is not finite"
                : "the loss is " + sum.lossSum() / sum.count() + ", not finite";
        int first = found.stream().mapToInt(Divergence::order).min().orElse(-1);
        List<Divergence> there =
                found.stream().filter(one -> one.order() == first).toList();
        String where = there.isEmpty()
                ? "every shard's share is finite, but not their sum"
                : "first in " + there.get(0).place() + ", in "
                        + named("shard", there.stream().mapToLong(Divergence::shard)) + ", by "
                        + named("sample", there.stream().flatMapToLong(one -> LongStream.of(one.samples())));
        return new DivergedException("step " + (step + 1) + ": " + what + ": " + where + advice(rate));
    }

    /** @param parameter the first that is not finite */
    static DivergedException afterStep(long step, String parameter, double rate) {
        return new DivergedException("step " + (step + 1) + ": it left " + parameter
                + " not finite, though its gradient was" + advice(rate));
    }

    private static String advice(double rate) {
        return String.format(
                Locale.ROOT,
                "; lower schedule.rate (the rate was %.3g), lengthen schedule.warm-up or set optimizer.clip-norm",
                rate);
    }

    /** {@code sample 7}, {@code samples 7, 3, 9, 1, 8 and 12 more}. */
    private static String named(String noun, LongStream numbers) {
        long[] all = numbers.toArray();
        String first = LongStream.of(all).limit(NAMED).mapToObj(Long::toString).collect(Collectors.joining(", "));
        String more = all.length > NAMED ? " and " + (all.length - NAMED) + " more" : "";
        return noun + (all.length == 1 ? " " : "s ") + first + more;
    }
}
