package dev.convoy.spark.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.train.ModelState;
import dev.convoy.train.TreeSum;
import java.io.Serializable;
import java.util.Iterator;
import scala.Tuple2;

/** A task's share of a step: the sums of the shards of one partition. */
record ShardSums(StateMessage message, ShardGradient gradient, int shards) implements Serializable {
    TreeSum of(Iterator<Tuple2<Integer, ImageBlock>> partition) {
        ModelState state = message.state();
        TreeSum sum = new TreeSum(shards, ShardTasks::giveBack);
        partition.forEachRemaining(shard -> sum.add(shard._1, gradient.of(state, shard._1, shard._2)));
        return sum;
    }
}
