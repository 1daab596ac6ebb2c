package dev.convoy.spark.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoRegistrator;
import scala.Tuple2;

/**
 * Registers every class that travels. A class that is not here fails at once with its name ({@code
 * spark.kryo.registrationRequired}), instead of travelling slowly by reflection.
 */
public final class ConvoyRegistrator implements KryoRegistrator {
    /** Makes Spark use Kryo with this registrator, beside any other that is set; nothing that travels has another form. */
    public static SparkConf configure(SparkConf conf) {
        String own = ConvoyRegistrator.class.getName();
        String others = conf.get("spark.kryo.registrator", "");
        return conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrator", others.isBlank() || others.contains(own) ? own : others + "," + own)
                .setIfMissing("spark.kryo.registrationRequired", "true");
    }

    @Override
    public void registerClasses(Kryo kryo) {
        register(kryo, Shape.class, ConvoyRegistrator::writeShape, ConvoyRegistrator::readShape);
        register(kryo, ImageBlock.class, ConvoyRegistrator::writeBlock, ConvoyRegistrator::readBlock);
        register(kryo, ModelState.class, ConvoyRegistrator::writeState, ConvoyRegistrator::readState);
        register(kryo, Evaluation.class, ConvoyRegistrator::writeEvaluation, ConvoyRegistrator::readEvaluation);
        register(kryo, Divergence.class, ConvoyRegistrator::writeDivergence, ConvoyRegistrator::readDivergence);
        register(kryo, TreeSum.class, ConvoyRegistrator::writeTree, ConvoyRegistrator::readTree);
        register(kryo, BlockAddress.class, ConvoyRegistrator::writeAddress, ConvoyRegistrator::readAddress);
        kryo.register(BlockAddress[].class);
        // What Spark itself wraps them in: the buckets of a shuffle and the results of a collect.
        kryo.register(Tuple2[].class);
    }

    private static void writeShape(Output out, Shape shape) {
        int[] extents = shape.toArray();
        out.writeInt(extents.length, true);
        out.writeInts(extents, true);
    }

    private static Shape readShape(Input in) {
        return Shape.of(in.readInts(in.readInt(true), true));
    }

    private static void writeBlock(Output out, ImageBlock block) {
        writeShape(out, block.image());
        out.writeInt(block.count(), true);
        out.writeBytes(block.pixels());
        out.writeInts(block.labels());
        out.writeLongs(block.ids());
    }

    private static ImageBlock readBlock(Input in) {
        Shape image = readShape(in);
        int count = in.readInt(true);
        return new ImageBlock(
                image, in.readBytes(Math.multiplyExact(count, image.size())), in.readInts(count), in.readLongs(count));
    }

    private static void writeState(Output out, ModelState state) {
        writeFloats(out, state.weights());
        writeFloats(out, state.buffers());
    }

    private static ModelState readState(Input in) {
        return new ModelState(readFloats(in), readFloats(in));
    }

    private static void writeEvaluation(Output out, Evaluation evaluation) {
        Classification classes = evaluation.classes();
        out.writeLong(evaluation.count(), true);
        out.writeDouble(evaluation.lossSum());
        out.writeLong(evaluation.correct(), true);
        out.writeBoolean(classes != null);
        if (classes != null) {
            writeClasses(out, classes);
        }
    }

    private static Evaluation readEvaluation(Input in) {
        long count = in.readLong(true);
        double lossSum = in.readDouble();
        long correct = in.readLong(true);
        return new Evaluation(count, lossSum, correct, in.readBoolean() ? readClasses(in) : null);
    }

    private static void writeClasses(Output out, Classification classes) {
        long[] ranks = classes.ranks().counts();
        List<Cell> cells = classes.confusion().cells();
        out.writeInt(ranks.length, true);
        out.writeLongs(ranks, true);
        out.writeInt(cells.size(), true);
        for (Cell cell : cells) {
            out.writeInt(cell.label(), true);
            out.writeInt(cell.predicted(), true);
            out.writeLong(cell.count(), true);
        }
    }

    private static Classification readClasses(Input in) {
        long[] ranks = in.readLongs(in.readInt(true), true);
        List<Cell> cells = new ArrayList<>();
        for (int remaining = in.readInt(true); remaining > 0; remaining--) {
            cells.add(new Cell(in.readInt(true), in.readInt(true), in.readLong(true)));
        }
        return new Classification(ConfusionMatrix.of(ranks.length, cells), LabelRanks.of(ranks));
    }

    private static void writeDivergence(Output out, Divergence divergence) {
        out.writeInt(divergence.shard(), true);
        out.writeInt(divergence.order(), true);
        out.writeString(divergence.place());
        out.writeInt(divergence.samples().length, true);
        out.writeLongs(divergence.samples());
    }

    private static Divergence readDivergence(Input in) {
        return new Divergence(in.readInt(true), in.readInt(true), in.readString(), in.readLongs(in.readInt(true)));
    }

    private static void writeTree(Output out, TreeSum tree) {
        out.writeInt(tree.shards(), true);
        out.writeInt(tree.nodes().size(), true);
        tree.nodes().forEach((node, sum) -> {
            out.writeInt(node.level(), true);
            out.writeInt(node.index(), true);
            writeSum(out, sum);
        });
    }

    private static TreeSum readTree(Input in) {
        TreeSum tree = new TreeSum(in.readInt(true));
        for (int remaining = in.readInt(true); remaining > 0; remaining--) {
            tree.put(new TreeSum.Node(in.readInt(true), in.readInt(true)), readSum(in));
        }
        return tree;
    }

    private static void writeSum(Output out, GradientSum sum) {
        float[] gradient = sum.gradient();
        float[] bufferSums = sum.bufferSums();
        out.writeLong(sum.count(), true);
        if (gradient != null && bufferSums != null) {
            out.writeDouble(sum.lossSum());
            out.writeLong(sum.correct(), true);
            writeFloats(out, gradient);
            writeFloats(out, bufferSums);
        }
    }

    private static GradientSum readSum(Input in) {
        long count = in.readLong(true);
        return count == 0
                ? GradientSum.EMPTY
                : new GradientSum(count, in.readDouble(), in.readLong(true), readFloats(in), readFloats(in));
    }

    private static void writeAddress(Output out, BlockAddress address) {
        out.writeString(address.name());
        out.writeLong(address.bytes(), true);
        out.writeString(address.executor());
        out.writeString(address.host());
        out.writeInt(address.port(), true);
    }

    private static BlockAddress readAddress(Input in) {
        return new BlockAddress(in.readString(), in.readLong(true), in.readString(), in.readString(), in.readInt(true));
    }

    /** One copy of memory with Spark's default, {@code spark.kryo.unsafe}. */
    private static void writeFloats(Output out, float[] floats) {
        out.writeInt(floats.length, true);
        out.writeFloats(floats);
    }

    private static float[] readFloats(Input in) {
        return in.readFloats(in.readInt(true));
    }

    private static <T> void register(Kryo kryo, Class<T> type, BiConsumer<Output, T> write, Function<Input, T> read) {
        Serializer<T> serializer = new Serializer<>(false, true) {
            @Override
            public void write(Kryo ignored, Output out, T value) {
                write.accept(out, value);
            }

            @Override
            public T read(Kryo ignored, Input in, Class<T> asked) {
                return read.apply(in);
            }
        };
        kryo.register(type, serializer);
    }
}
