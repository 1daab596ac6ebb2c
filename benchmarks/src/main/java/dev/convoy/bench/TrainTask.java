package dev.convoy.bench;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Normalization;
import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.train.RunConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What both sides train: a network of the zoo on random images, by SGD with momentum 0.9, weight decay 5e-4 and a constant rate.
 *
 * @param network of the zoo
 * @param config of the run, which Convoy reads as it is
 * @param images random uint8 pixels and labels, a whole number of batches
 */
record TrainTask(Network network, RunConfig config, ImageBlock images) {
    /** The networks that are raced and the images each takes, {@code [H, W, C]}. */
    static final Map<String, Shape> NETWORKS = networks();

    /** Images of one step where steps are timed. */
    static final int BATCH = 128;

    /** And at most: all batches' pixels must fit one array, their activations the heap. */
    static final int MOST = 10_000;

    static final float RATE = 0.01f;
    private static final int BATCHES = 8;
    private static final int CLASSES = 10;
    private static final long SEED = 1;

    private static Map<String, Shape> networks() {
        Map<String, Shape> networks = new LinkedHashMap<>();
        networks.put("lenet5", Shape.of(28, 28, 1));
        networks.put("lenet-style", Shape.of(28, 28, 1));
        networks.put("cnn", Shape.of(28, 28, 1));
        networks.put("resnet20", Shape.of(32, 32, 3));
        networks.put("wide", Shape.of(32, 32, 3));
        networks.put("mobilenet32", Shape.of(32, 32, 3));
        networks.put("airbench", Shape.of(32, 32, 3));
        return networks;
    }

    /**
     * @param batch images of one step
     * @throws UsageException unless the model is one of {@link #NETWORKS}
     */
    static TrainTask of(String model, int batch) {
        Shape image = NETWORKS.get(model);
        if (image == null) {
            throw new UsageException("there is no network '" + model + "' here; there are " + NETWORKS.keySet());
        }
        RunConfig config = RunConfig.defaults()
                .with("model.name", model)
                .with("data.classes", CLASSES)
                .with("train.epochs", 1)
                .with("train.batch-size", batch)
                .with("train.shards", 1)
                .with("train.seed", SEED)
                .with("optimizer.nesterov", false)
                .with("schedule.name", "constant")
                .with("schedule.rate", (double) RATE)
                .with("schedule.warm-up", 0.0);
        return new TrainTask(ModelZoo.build(model, image, CLASSES), config, random(image, batch * BATCHES));
    }

    private static ImageBlock random(Shape image, int count) {
        RandomKey pixel = RandomKey.of(SEED, "pixels");
        RandomKey label = RandomKey.of(SEED, "labels");
        byte[] pixels = new byte[count * image.size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) pixel.bits(i);
        }
        int[] labels = new int[count];
        long[] ids = new long[labels.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (int) (label.uniform(i) * CLASSES);
            ids[i] = i;
        }
        return new ImageBlock(image, pixels, labels, ids);
    }

    BatchPlan plan(int shards) {
        return new BatchPlan(SEED, images.count(), config.train().batchSize(), shards);
    }

    /** The samples of a step of the first epoch, in the order a single shard takes them. */
    ImageBlock batch(int step) {
        return images.select(plan(1).positions(0, step, 0));
    }

    int batches() {
        return BATCHES;
    }

    /** The pixels as the first layer gets them, {@code [N, H, W, C]}. */
    Tensor normalized(ImageBlock block) {
        Shape image = block.image();
        Tensor batch = Tensor.zeros(block.count(), image.extent(0), image.extent(1), image.extent(2));
        int[] positions = new int[block.count()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i;
        }
        new Normalization(image.extent(2), config.data().mean(), config.data().std()).apply(block, positions, batch);
        return batch;
    }

    /**
     * GFLOP of one image's forward and backward pass: two per multiply-add of convolutions and dense layers, three passes, but for the
     * first layer, which needs no gradient of its input. Counted directly, whatever algorithm computes it.
     */
    double gigaflopPerImage() {
        long all = 0;
        long first = 0;
        for (LayerSummary layer : network.describe()) {
            all += layer.multiplyAdds();
            first = first == 0 ? layer.multiplyAdds() : first;
        }
        return 2e-9 * (3 * all - first);
    }
}
