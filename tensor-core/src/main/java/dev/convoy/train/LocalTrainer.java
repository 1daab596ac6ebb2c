package dev.convoy.train;

import dev.convoy.data.ImageBlock;
import dev.convoy.nn.Network;
import java.util.List;

/** Trains on one thread, without Spark: the same shards, the same sums, the same bits as a cluster. */
public final class LocalTrainer {
    private LocalTrainer() {}

    /**
     * Trains on {@code train}, but for what {@code train.validation} holds out of it, and tests on {@code test}. First values are those of the
     * network; {@code train.initial} is the caller's business, who can read files.
     *
     * @throws DivergedException when the loss or the gradient is not finite
     */
    public static ModelState train(
            RunConfig config, ImageBlock train, ImageBlock test, List<? extends TrainingListener> listeners) {
        LocalWorkers workers = new LocalWorkers(config, train, test);
        Network network = workers.network();
        ModelState first = ModelState.initial(network, config.train().seed());
        return train(config, workers, listeners, first);
    }

    /** The same with other first values; they are changed. */
    public static ModelState train(
            RunConfig config, LocalWorkers workers, List<? extends TrainingListener> listeners, ModelState first) {
        return new Training(config, workers.network(), workers.plan(), workers, listeners, first).run();
    }
}
