package dev.convoy.spark.report;

import dev.convoy.nn.LayerSummary;
import dev.convoy.nn.Network;
import java.util.Locale;

/** A network as a table: each layer's output, parameters and multiply-adds; then the totals, and what a step sends. */
public final class NetworkTable {
    private NetworkTable() {}

    public static String of(Network network) {
        TextTable table = new TextTable("layer", "kind", "output", "parameters", "multiply-adds")
                .row("input", "", network.image().toString(), "", "");
        long multiplyAdds = 0;
        for (LayerSummary layer : network.describe()) {
            table.row(
                    layer.path(),
                    layer.kind(),
                    layer.output().toString(),
                    count(layer.parameters()),
                    count(layer.multiplyAdds()));
            multiplyAdds += layer.multiplyAdds();
        }
        // Up travels the gradient with the sums for the running averages, down the weights with those averages.
        long floats = (long) network.weights().size() + network.buffers().size();
        return network.name() + ", " + network.classes()
                + " classes; shapes are of one image, height x width x channels\n\n"
                + table
                + String.format(
                        Locale.ROOT,
                        "%nparameters                  %,15d%n"
                                + "running averages            %,15d%n"
                                + "multiply-adds per image     %,15d  (forward; training takes about three times that)%n"
                                + "gradient bytes per step     %,15d  (from each task, and as many to each executor)%n",
                        network.weights().size(),
                        network.buffers().size(),
                        multiplyAdds,
                        Float.BYTES * floats);
    }

    private static String count(long value) {
        return value == 0 ? "" : String.format(Locale.ROOT, "%,d", value);
    }
}
