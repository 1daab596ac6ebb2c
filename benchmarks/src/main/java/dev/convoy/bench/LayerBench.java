package dev.convoy.bench;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every convolution of the networks that people compare: forward, input adjoint and weight adjoint, as shares of F. */
public final class LayerBench {
    private static final int CLASSES = 10;

    private LayerBench() {}

    /** {@code [--json FILE] [--only PART-OF-A-NAME] [--compare FILE]} */
    public static void main(String[] args) throws IOException, InterruptedException {
        Arguments arguments = Arguments.of("layers", args);
        Report report = new Report();
        KernelRows rows = new KernelRows(report, arguments.only());
        rows.title();
        rows.ceilings();
        networks().forEach((name, image) -> NetworkConvolutions.of(ModelZoo.build(name, image, CLASSES))
                .forEach(geometry -> rows.passes(name + " " + text(geometry), geometry)));
        arguments.finish(report);
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

    /** Such as {@code 16x 3x3/2 64->128 56px} for 16 images, stride 2; {@code g64} for 64 groups. */
    private static String text(ConvGeometry g) {
        Window window = g.window();
        return g.batch() + "x " + window.height() + "x" + window.width()
                + (window.strideHeight() == 1 ? "" : "/" + window.strideHeight()) + " " + g.channels() + "->"
                + g.filters()
                + (g.groups() == 1 ? "" : " g" + g.groups()) + " " + g.height() + "px";
    }
}
