package dev.convoy.nn.model;

import dev.convoy.nn.Network;
import dev.convoy.tensor.Shape;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The networks one can ask for by name: those of this package, and one's own that a {@link NetworkProvider} brings. */
public final class ModelZoo {
    /** Larger than the smallest image of any network here. */
    private static final int LARGEST_TRIED = 256;

    /** @param source whose it is, for messages */
    private record Entry(String name, Model model, String source) {
        Entry(String name, Model model) {
            this(name, model, "Convoy");
        }
    }

    private static final List<Entry> ENTRIES = List.of(
            new Entry("mlp", new Mlp()),
            new Entry("lenet5", new LeNet5()),
            new Entry("cnn", new SmallCnn()),
            new Entry("resnet20", new CifarResNet(3)),
            new Entry("resnet32", new CifarResNet(5)),
            new Entry("resnet56", new CifarResNet(9)),
            new Entry("resnet9", new ResNet9()),
            new Entry("resnet18", new ResNet(ResNet.Block.BASIC, List.of(2, 2, 2, 2))),
            new Entry("resnet34", new ResNet(ResNet.Block.BASIC, List.of(3, 4, 6, 3))),
            new Entry("resnet50", new ResNet(ResNet.Block.BOTTLENECK, List.of(3, 4, 6, 3))),
            new Entry("vgg11", new Vgg(List.of(1, 1, 2, 2, 2), 4096)),
            new Entry("vgg16", new Vgg(List.of(2, 2, 3, 3, 3), 4096)),
            new Entry("mobilenet", new MobileNet()),
            new Entry("airbench", new Airbench()));

    private ModelZoo() {}

    /** The names of this package's networks, as in configurations. */
    public static List<String> titles() {
        return ENTRIES.stream().map(Entry::name).toList();
    }

    /**
     * Those and the names of one's own networks.
     *
     * @throws IllegalArgumentException if a provider cannot be loaded
     */
    public static List<String> available() {
        return Stream.concat(ENTRIES.stream(), own()).map(Entry::name).toList();
    }

    /**
     * Whether there is a network of this name.
     *
     * @throws IllegalArgumentException if a provider cannot be loaded
     */
    public static boolean has(String title) {
        return titles().contains(title) || available().contains(title);
    }

    /**
     * The network of this name for images {@code [H, W, C]}.
     *
     * @throws IllegalArgumentException if there is no such name, or more than one network has it, or the images are too small for it;
     *     the message names the smallest that are not
     */
    public static Network build(String title, Shape image, int classes) {
        Entry entry = entry(title);
        try {
            return build(entry, image, classes);
        } catch (IllegalArgumentException e) {
            throw tooSmall(entry, image, classes, e);
        }
    }

    private static Entry entry(String title) {
        List<Entry> named = Stream.concat(ENTRIES.stream(), own())
                .filter(candidate -> candidate.name().equals(title))
                .toList();
        if (named.isEmpty()) {
            throw new IllegalArgumentException(
                    "model.name: there is no '" + title + "'; expected one of " + available());
        }
        if (named.size() > 1) {
            throw new IllegalArgumentException(
                    "model.name: " + named.size() + " networks are called '" + title + "', of "
                            + named.stream().map(Entry::source).collect(Collectors.joining(" and "))
                            + "; give the one of your own another name");
        }
        return named.get(0);
    }

    /**
     * The networks that providers bring. The loader is the thread's: the jars given to spark-submit are on its class path, not on this
     * class's.
     */
    private static Stream<Entry> own() {
        try {
            return ServiceLoader.load(NetworkProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .map(own -> new Entry(own.name(), own::root, own.getClass().getName()))
                    .toList()
                    .stream();
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Explains {@code mistake}, which some image met, by the size of the smallest that would do; any other mistake stays as it is. */
    private static IllegalArgumentException tooSmall(
            Entry entry, Shape image, int classes, IllegalArgumentException mistake) {
        if (image.rank() != 3) {
            return mistake;
        }
        for (int size = 1; size <= LARGEST_TRIED; size++) {
            try {
                build(entry, Shape.of(size, size, image.extent(2)), classes);
            } catch (IllegalArgumentException stillTooSmall) {
                continue;
            }
            if (image.extent(0) >= size && image.extent(1) >= size) {
                return mistake;
            }
            return new IllegalArgumentException(
                    "images of " + image.extent(0) + "x" + image.extent(1) + " are too small for " + entry.name()
                            + "; the smallest it takes are " + size + "x" + size,
                    mistake);
        }
        return mistake;
    }

    private static Network build(Entry entry, Shape image, int classes) {
        return Network.build(
                entry.name(), image, classes, (scope, shape) -> entry.model().root(scope, shape, classes));
    }
}
