package dev.convoy.spark.cli;

import dev.convoy.spark.report.ProgressLine;
import dev.convoy.train.TrainingListener;

/** Prints what is wrong but stops nothing, for commands without a progress line. */
final class Warnings {
    private Warnings() {}

    static TrainingListener on(Streams streams) {
        return new TrainingListener() {
            @Override
            public void warned(String line) {
                streams.err().println(ProgressLine.WARNING + line);
                streams.err().flush();
            }
        };
    }
}
