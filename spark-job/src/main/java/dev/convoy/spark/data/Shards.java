package dev.convoy.spark.data;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.Fingerprint;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Subset;
import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
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
     * Reads the source on the cluster and deals some of its samples to the shards.
     *
     * @param subset the samples to deal, as many as the plan knows
     * @param partitions the number of tasks a step will have; neighbouring shards share one, so that their sums meet early
     */
    public static JavaPairRDD<Integer, ImageBlock> divide(
            JavaSparkContext spark, IdxSource source, Subset subset, BatchPlan plan, int partitions) {
        SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
        return spark.parallelize(List.of(0), 1)
                .flatMapToPair(only -> deal(source.read(hadoop.value()), subset, plan))
                .partitionBy(new Contiguous(plan.shards(), partitions))
                .persist(StorageLevel.MEMORY_AND_DISK());
    }

    /** By what a divided data set is known again, see {@link Fingerprint}; one job, that leaves the shards under Spark's cache. */
    public static String fingerprint(JavaPairRDD<Integer, ImageBlock> shards, long samples, Shape image) {
        List<Long> sums = shards.mapValues(Fingerprint::ofShard).collect().stream()
                .sorted(Comparator.comparing(Tuple2::_1))
                .map(Tuple2::_2)
                .toList();
        return Fingerprint.of(samples, image, sums);
    }

    /** Every shard, those without samples included, each in division order. */
    private static Iterator<Tuple2<Integer, ImageBlock>> deal(ImageBlock block, Subset subset, BatchPlan plan) {
        List<Tuple2<Integer, ImageBlock>> shards = new ArrayList<>();
        int[][] members = plan.divide(subset.places(block.ids()));
        for (int shard = 0; shard < members.length; shard++) {
            shards.add(new Tuple2<>(shard, block.select(members[shard])));
        }
        return shards.iterator();
    }
}
