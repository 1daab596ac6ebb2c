package dev.convoy.bench;

/** One side of the race: a training step and the next, on batch after batch. */
interface Step extends AutoCloseable {
    /** Forward, backward and the optimizer's step on the next batch of {@link TrainTask#BATCH} images. */
    void run();

    /** How it is set up, for the table. */
    String description();

    @Override
    void close();

    /** Images per second over a stretch of whole steps of at least so many images, by the wall clock. */
    default double rate(int images) {
        int steps = Math.max(1, (images + TrainTask.BATCH - 1) / TrainTask.BATCH);
        long begin = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            run();
        }
        return 1e9 * steps * TrainTask.BATCH / (System.nanoTime() - begin);
    }

    /**
     * Runs until the best step has not become 2 % faster for {@code calmSeconds}, and returns its images per second. Just-in-time
     * compilers need that long to finish.
     */
    default double warmUp(double calmSeconds) {
        double best = 0;
        long calmSince = System.nanoTime();
        for (int step = 0; step < 3 || System.nanoTime() - calmSince < 1e9 * calmSeconds; step++) {
            double rate = rate(1);
            if (rate > 1.02 * best) {
                best = rate;
                calmSince = System.nanoTime();
            }
        }
        return best;
    }
}
