package dev.convoy.spark.data;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.random.Permutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * A data set divided into its shards by a {@link BatchPlan}: pairs (shard index, its samples in division order), persisted in memory
 * and on disk, recomputed from the files by Spark if lost. Which partition holds a shard is Spark's business and changes no result.
 */
public final class Shards {
    private Shards() {}

    /**
     * Reads the source on the cluster and deals its samples to the shards.
     *
     * @param partitions the number of tasks a step will have; neighbouring shards share one, so that their sums meet early
     */
    public static JavaPairRDD<Integer, ImageBlock> divide(
            JavaSparkContext spark, IdxSource source, BatchPlan plan, int partitions) {
        SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
        return spark.parallelize(List.of(0), 1)
                .flatMapToPair(only -> deal(source.read(hadoop.value()), plan))
                .groupByKey(new Contiguous(plan.shards(), partitions))
                .mapValues(pieces -> assemble(pieces, plan))
                .persist(StorageLevel.MEMORY_AND_DISK());
    }

    /** One piece per shard, the shards without samples included, so that every shard is there. */
    private static Iterator<Tuple2<Integer, ImageBlock>> deal(ImageBlock block, BatchPlan plan) {
        Permutation division = plan.division();
        int[][] members = new int[plan.shards()][0];
        int[] counts = new int[plan.shards()];
        for (int i = 0; i < block.count(); i++) {
            int shard = plan.shardAt(division.at(block.ids()[i]));
            if (counts[shard] == members[shard].length) {
                members[shard] = Arrays.copyOf(members[shard], 2 * counts[shard] + 16);
            }
            members[shard][counts[shard]++] = i;
        }
        List<Tuple2<Integer, ImageBlock>> pieces = new ArrayList<>();
        for (int shard = 0; shard < members.length; shard++) {
            pieces.add(new Tuple2<>(shard, block.select(Arrays.copyOf(members[shard], counts[shard]))));
        }
        return pieces.iterator();
    }

    /** The pieces of one shard, in whatever order they came, as one block in division order. */
    private static ImageBlock assemble(Iterable<ImageBlock> pieces, BatchPlan plan) {
        List<ImageBlock> all = new ArrayList<>();
        pieces.forEach(all::add);
        ImageBlock joined = ImageBlock.join(all);
        Permutation division = plan.division();
        int[] order = new int[joined.count()];
        for (int i = 0; i < order.length; i++) {
            order[plan.positionAt(division.at(joined.ids()[i]))] = i;
        }
        return joined.select(order);
    }

    /** Shard s of S goes to partition {@code s * partitions / S}: contiguous runs. */
    private static final class Contiguous extends Partitioner {
        private final int shards;
        private final int partitions;

        Contiguous(int shards, int partitions) {
            this.shards = shards;
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object shard) {
            return (int) ((long) (Integer) shard * partitions / shards);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Contiguous same && same.shards == shards && same.partitions == partitions;
        }

        @Override
        public int hashCode() {
            return 31 * shards + partitions;
        }
    }
}
