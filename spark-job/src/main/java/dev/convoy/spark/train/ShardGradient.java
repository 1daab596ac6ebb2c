package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import java.io.Serializable;

/** What one shard contributes to a step. Travels to the tasks in every step, so it holds little. */
@FunctionalInterface
public interface ShardGradient extends Serializable {
    /** A pure function of its arguments; the arrays it returns are the caller's. */
    GradientSum of(ModelState state, int shard, ImageBlock block);
}
