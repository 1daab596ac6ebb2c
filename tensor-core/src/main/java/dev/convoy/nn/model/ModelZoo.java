package dev.convoy.nn.model;

import dev.convoy.kernel.Window;
import dev.convoy.nn.Module;
import dev.convoy.nn.Network;
import dev.convoy.nn.Residual;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;
import java.util.List;
import java.util.Locale;

/** The networks one can ask for by name. */
public enum ModelZoo {
    /** Two hidden layers of 256: the fully connected baseline of the lecture, blind to where a pixel is. */
    MLP {
        @Override
        Module root(Scope scope, Shape image, int classes) {
            return Sequential.of(scope, image)
                    .flatten()
                    .dense("hidden1", 256)
                    .relu()
                    .dense("hidden2", 256)
                    .relu()
                    .classifier("output", classes)
                    .build();
        }
    },

    /** LeCun et al., "Gradient-based learning applied to document recognition", 1998, with rectifiers and max pooling. */
    LENET5 {
        @Override
        Module root(Scope scope, Shape image, int classes) {
            return Sequential.of(scope, image)
                    .conv("conv1", 6, Window.square(5).padding(2))
                    .relu()
                    .maxPool(Window.square(2).stride(2))
                    .conv("conv2", 16, Window.square(5))
                    .relu()
                    .maxPool(Window.square(2).stride(2))
                    .flatten()
                    .dense("dense1", 120)
                    .relu()
                    .dense("dense2", 84)
                    .relu()
                    .classifier("output", classes)
                    .build();
        }
    },

    /** Two pairs of 3x3 convolutions with batch normalisation, dropout and one dense layer: a good small default. */
    CNN {
        @Override
        Module root(Scope scope, Shape image, int classes) {
            Window same = Window.square(3).padding(1);
            return Sequential.of(scope, image)
                    .convNorm("conv1", 16, same)
                    .relu()
                    .convNorm("conv2", 16, same)
                    .relu()
                    .maxPool(Window.square(2).stride(2))
                    .convNorm("conv3", 32, same)
                    .relu()
                    .convNorm("conv4", 32, same)
                    .relu()
                    .maxPool(Window.square(2).stride(2))
                    .flatten()
                    .dropout(0.25)
                    .dense("dense1", 128)
                    .relu()
                    .classifier("output", classes)
                    .build();
        }
    },

    /** He et al., "Deep residual learning for image recognition", 2015, section 4.2, n = 3, shortcuts of option A. */
    RESNET20 {
        @Override
        Module root(Scope scope, Shape image, int classes) {
            Sequential.Builder layers = Sequential.of(scope, image)
                    .convNorm("conv1", 16, Window.square(3).padding(1))
                    .relu();
            for (int stage = 1; stage <= 3; stage++) {
                int filters = 8 << stage;
                for (int block = 1; block <= 3; block++) {
                    int stride = stage > 1 && block == 1 ? 2 : 1;
                    layers.add("stage" + stage + ".block" + block, (inner, in) -> residual(inner, in, filters, stride));
                }
            }
            return layers.globalAveragePool().classifier("output", classes).build();
        }
    };

    abstract Module root(Scope scope, Shape image, int classes);

    /** The name in configurations. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Every name, in the order of this enum. */
    public static List<String> titles() {
        return List.of(values()).stream().map(ModelZoo::title).toList();
    }

    /**
     * The network of this name for images {@code [H, W, C]}.
     *
     * @throws IllegalArgumentException if there is no such name, or the images are too small for it
     */
    public static Network build(String title, Shape image, int classes) {
        for (ModelZoo model : values()) {
            if (model.title().equals(title)) {
                return Network.build(title, image, classes, (scope, shape) -> model.root(scope, shape, classes));
            }
        }
        throw new IllegalArgumentException("model.name: there is no '" + title + "'; expected one of " + titles());
    }

    private static Module residual(Scope scope, Shape input, int filters, int stride) {
        Window window = Window.square(3).padding(1);
        Module body = Sequential.of(scope, input)
                .convNorm("conv1", filters, window.stride(stride))
                .relu()
                .convNorm("conv2", filters, window)
                .build();
        return new Residual(scope, input, stride, body);
    }
}
