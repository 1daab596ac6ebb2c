package dev.convoy.spark.train;

import dev.convoy.spark.block.BlockAddress;
import dev.convoy.spark.block.Blocks;
import dev.convoy.train.ModelState;
import java.util.concurrent.CompletableFuture;

/** As a block of the driver's, which each executor fetches once for all its tasks, and keeps until the next one. */
record FetchedState(BlockAddress block) implements StateMessage {
    /** On an executor. */
    private record Newest(String name, CompletableFuture<ModelState> state) {}

    private static Newest newest = new Newest("", new CompletableFuture<>());

    static FetchedState of(ModelState state) {
        return new FetchedState(Blocks.put(Blocks.newId(), "state", state));
    }

    @Override
    public ModelState state() {
        return fetch(block).join();
    }

    private static synchronized CompletableFuture<ModelState> fetch(BlockAddress block) {
        if (!newest.name().equals(block.name()) || newest.state().isCompletedExceptionally()) {
            newest = new Newest(block.name(), Blocks.fetch(block));
        }
        return newest.state();
    }

    @Override
    public void close() {
        Blocks.remove(block.name());
    }
}
