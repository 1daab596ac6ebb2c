package dev.convoy.spark.kryo;

import dev.convoy.data.ImageBlock;
import dev.convoy.metric.Classification;
import dev.convoy.metric.ConfusionMatrix;
import dev.convoy.metric.ConfusionMatrix.Cell;
import dev.convoy.metric.LabelRanks;
import dev.convoy.spark.block.BlockAddress;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Divergence;
import dev.convoy.train.Evaluation;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.TreeSum;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.SerializerInstance;
import scala.Tuple2;
import scala.reflect.ClassTag;

/** One value of every class that travels, to try their written form with. */
public final class Examples {
    private Examples() {}

    /** Of each class that {@link ConvoyRegistrator} registers one; of those with optional parts, one with and one without. */
    public static List<Object> all() {
        Shape image = Shape.of(2, 3, 1);
        ImageBlock block =
                new ImageBlock(image, new byte[] {0, 1, -1, 127, -128, 5}, new int[] {7}, new long[] {1L << 40});
        ModelState state = new ModelState(new float[] {1.5f, -0f, Float.MIN_VALUE}, new float[] {Float.MAX_VALUE});
        Classification classes = new Classification(
                ConfusionMatrix.of(2, List.of(new Cell(0, 1, 3), new Cell(1, 1, 4))), LabelRanks.of(new long[] {4, 3}));
        GradientSum sum = new GradientSum(3, 0.1, 2, new float[] {1, 2}, new float[] {3});
        TreeSum tree = new TreeSum(4).add(0, sum).add(3, GradientSum.EMPTY);
        BlockAddress address = new BlockAddress("broadcast_7_sum", 1L << 40, "3", "host", 7337);
        return List.of(
                image,
                block,
                state,
                new Evaluation(7, 0.5, 4),
                new Evaluation(7, 0.5, 4, classes),
                tree,
                new Divergence(2, 5, "the output of conv1", new long[] {3, 1L << 40}),
                address,
                new BlockAddress[] {address},
                new Tuple2<?, ?>[] {new Tuple2<>(1, block)});
    }

    /** Writes and reads each of them with the serializer of this JVM's Spark. */
    public static void roundTrip() {
        roundTrip(SparkEnv.get().serializer().newInstance());
    }

    /**
     * The same with any.
     *
     * @throws IllegalStateException if one comes back as another
     */
    public static void roundTrip(SerializerInstance serializer) {
        ClassTag<Object> any = ClassTag.apply(Object.class);
        for (Object example : all()) {
            byte[] once = bytes(serializer.serialize(example, any));
            Object read = serializer.deserialize(ByteBuffer.wrap(once), any);
            if (read.getClass() != example.getClass() || !Arrays.equals(once, bytes(serializer.serialize(read, any)))) {
                throw new IllegalStateException(example.getClass().getName()
                        + " does not come through Kryo as it was; is another registrator set?");
            }
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
