package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.KernelProvider;
import dev.convoy.kernel.Kernels;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Every convolution of the networks that people compare: forward, input adjoint and weight adjoint, as shares of F and next to
 * libtorch's, one thread each. At the end of a network its sum: the time of all its convolutions, each as often as it occurs.
 */
final class LayerBench {
    private static final int CLASSES = 10;
    private static final List<String> PASSES = List.of(" fwd", " dx", " dw");

    private final Report report = new Report();
    private final Kernels kernels = KernelProvider.VECTOR.kernels();
    private final KernelRows rows;
    private final String only;
    private final boolean torch;

    private LayerBench(String only, int rounds, boolean torch) {
        this.rows = new KernelRows(report, kernels, rounds);
        this.only = only;
        this.torch = torch;
    }

    /** {@code [--json FILE] [--only PART-OF-A-NAME] [--rounds N] [--compare FILE]} */
    static void run(String[] args) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of("layers", args, "--only");
        arguments.chosen(rowNames(), Function.identity());
        String refusal = TorchStep.refusal();
        LayerBench bench = new LayerBench(arguments.only(), arguments.rounds(KernelRows.ROUNDS), refusal.isEmpty());
        if (!refusal.isEmpty()) {
            System.out.println("without libtorch, which cannot be had here: " + refusal);
        }
        bench.run();
        arguments.finish(bench.report);
    }

    private void run() throws InterruptedException {
        rows.title();
        rows.ceilings();
        networks().forEach((name, image) -> network(ModelZoo.build(name, image, CLASSES)));
    }

    private static List<String> rowNames() {
        List<String> names = new ArrayList<>();
        networks().forEach((name, image) -> {
            Network network = ModelZoo.build(name, image, CLASSES);
            for (ConvGeometry geometry : NetworkConvolutions.of(network).keySet()) {
                PASSES.forEach(pass -> names.add(rowName(network.name(), geometry) + pass));
            }
        });
        return names;
    }

    private static String rowName(String network, ConvGeometry geometry) {
        return network + " " + KernelWork.text(geometry);
    }

    private static Map<String, Shape> networks() {
        Map<String, Shape> networks = new LinkedHashMap<>();
        networks.put("lenet5", Shape.of(28, 28, 1));
        networks.put("resnet20", Shape.of(32, 32, 3));
        networks.put("airbench", Shape.of(32, 32, 3));
        networks.put("mobilenet", Shape.of(224, 224, 3));
        networks.put("resnet50", Shape.of(224, 224, 3));
        networks.put("vgg16", Shape.of(224, 224, 3));
        return networks;
    }

    private void network(Network network) {
        Sum sum = new Sum();
        boolean first = true;
        for (Map.Entry<ConvGeometry, Integer> convolution :
                NetworkConvolutions.of(network).entrySet()) {
            layer(network.name(), convolution.getKey(), convolution.getValue(), first, sum);
            first = false;
        }
        sum.print(network.name());
    }

    private void layer(String network, ConvGeometry geometry, int occurrences, boolean first, Sum sum) {
        String name = rowName(network, geometry);
        if (PASSES.stream().noneMatch(pass -> (name + pass).contains(only))) {
            sum.complete = false;
            return;
        }
        if (torch) {
            TorchConvolution.checkAgreement(NetworkConvolutions.ofBatch(2, geometry), kernels);
        }
        ConvolutionData data = new ConvolutionData(geometry);
        try (TorchConvolution peer = torch ? new TorchConvolution(data) : null) {
            double calls = (double) occurrences / geometry.batch();
            sum.add(calls, row(name + " fwd", occurrences, data::forward, peer == null ? null : peer::forward));
            KernelRows.@Nullable Found dx =
                    row(name + " dx", occurrences, data::inputAdjoint, peer == null ? null : peer::inputAdjoint);
            if (!first) { // nobody asks for the gradient of an image
                sum.add(calls, dx);
            }
            sum.add(
                    calls,
                    row(name + " dw", occurrences, data::weightAdjoint, peer == null ? null : peer::weightAdjoint));
        }
    }

    private KernelRows.@Nullable Found row(
            String name, int occurrences, Consumer<Kernels> call, @Nullable LongSupplier peer) {
        return name.contains(only) ? rows.row(name, call, occurrences + " x", peer) : null;
    }

    /** The time of a network's convolutions for one image: in seconds, and in seconds at a rate of F = 1. */
    private final class Sum {
        private boolean complete = true;
        private double flops;
        private double seconds;
        private double kernel;
        private double peer;

        void add(double calls, KernelRows.@Nullable Found found) {
            if (found == null) {
                complete = false;
                return;
            }
            double work = calls * found.flops();
            flops += work;
            seconds += work / (1e9 * found.rate());
            kernel += work / found.kernel();
            peer += work / found.peer();
        }

        /** Nothing unless every row was measured. */
        void print(String network) {
            if (!complete) {
                return;
            }
            String name = network + ", all convolutions of a step";
            double rate = 1e-9 * flops / seconds;
            String note = torch ? String.format(Locale.ROOT, "%5.2f x libtorch", peer / kernel) : "";
            report.add(new Report.Row(name, 1, rate, "GFLOP/s", flops / kernel, flops / kernel, "F"), note);
            if (torch) {
                report.keep(new Report.Row(name, 1, rate, "GFLOP/s", peer / kernel, peer / kernel, "libtorch"));
            }
        }
    }
}
