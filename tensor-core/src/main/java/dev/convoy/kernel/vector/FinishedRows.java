package dev.convoy.kernel.vector;

/** Is told while a convolution writes {@code z [NPQ, K]} which of its rows, pixels, will not change: they are still in the cache then. */
@FunctionalInterface
interface FinishedRows {
    /** Of a pass whose rows nobody waits for. */
    FinishedRows UNWATCHED = rows -> {};

    /** The first {@code rows} rows will not change; never fewer than before. */
    void upTo(int rows);
}
