package dev.convoy.train;

import java.util.List;

/** Whoever holds the shards and computes on them: one thread here, or a cluster. What they return has the same bits. */
public interface Workers {
    /** The sum over all shards of the gradient of one step. Its arrays are the caller's. */
    GradientSum gradient(ModelState state, int epoch, int stepOfEpoch);

    /** Takes the arrays of a sum it returned, for a later one: whoever calls this must not look at them afterwards. */
    default void takeBack(GradientSum sum) {}

    /**
     * Looks for what made the loss or the gradient of a step not finite, by computing it once more with a check after every layer.
     *
     * @return at most one finding per shard, by shard; none if every shard's share is finite and only their sum is not
     */
    default List<Divergence> diagnose(ModelState state, int epoch, int stepOfEpoch) {
        return List.of();
    }

    /** Loss and accuracy on a split, each of its samples counted once. */
    Evaluation evaluate(ModelState state, Split split);
}
