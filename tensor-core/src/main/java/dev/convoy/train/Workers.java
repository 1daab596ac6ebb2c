package dev.convoy.train;

/** Whoever holds the shards and computes on them: one thread here, or a cluster. What they return has the same bits. */
public interface Workers {
    /** The sum over all shards of the gradient of one step. */
    GradientSum gradient(ModelState state, int epoch, int stepOfEpoch);

    /** Loss and accuracy on a split, each of its samples counted once. */
    Evaluation evaluate(ModelState state, Split split);
}
