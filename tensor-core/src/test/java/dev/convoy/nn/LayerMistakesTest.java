package dev.convoy.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A network that cannot be built says which layer does not fit, and why. */
class LayerMistakesTest {
    private static final Window WINDOW = Window.square(3);

    /** @param message all of it */
    record Mistake(Shape input, UnaryOperator<Sequential.Builder> layer, String message) {
        @Override
        public String toString() {
            return message;
        }
    }

    static List<Mistake> mistakes() {
        Shape vector = Shape.of(7);
        Shape image = Shape.of(6, 5, 4);
        String noImage = ": expected images [H, W, C] but the input is [7]";
        return List.of(
                new Mistake(vector, b -> b.conv("a", 3, WINDOW), "a" + noImage),
                new Mistake(vector, b -> b.depthwise("a", WINDOW), "a" + noImage),
                new Mistake(vector, b -> b.convTranspose("a", 3, WINDOW), "a" + noImage),
                new Mistake(vector, b -> b.maxPool(WINDOW), "max0" + noImage),
                new Mistake(vector, b -> b.averagePool(WINDOW), "average0" + noImage),
                new Mistake(vector, Sequential.Builder::globalMaxPool, "max0" + noImage),
                new Mistake(vector, Sequential.Builder::globalAveragePool, "average0" + noImage),
                new Mistake(vector, b -> b.adaptiveAveragePool(1, 1), "average0" + noImage),
                new Mistake(
                        image,
                        b -> b.adaptiveAveragePool(0, 2),
                        "average0: expected a height and width of at least 1 but got 0x2"),
                new Mistake(
                        image,
                        b -> b.dense("a", 1),
                        "a: expected vectors but the input is [6, 5, 4]; flatten it first"),
                new Mistake(vector, b -> b.dense("a", 0), "a: expected at least 1 output but got 0"),
                new Mistake(vector, b -> b.dropout(1), "dropout0: expected 0 <= probability < 1 but got 1.0"),
                new Mistake(vector, b -> b.dropout(Double.NaN), "dropout0: expected 0 <= probability < 1 but got NaN"),
                new Mistake(
                        image, b -> b.stochasticDepth(-0.1), "dropout0: expected 0 <= probability < 1 but got -0.1"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aLayerThatDoesNotFitSaysSoWhenItIsBuilt(Mistake mistake) {
        Scope scope = new Scope("", new ParameterLayout.Builder(), new ParameterLayout.Builder());
        Sequential.Builder builder = Sequential.of(scope, mistake.input);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> mistake.layer.apply(builder));
        assertEquals(mistake.message, e.getMessage());
    }
}
