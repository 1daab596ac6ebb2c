package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.op.Dropout.Unit;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/**
 * Zeroes elements, channels or whole samples at random in training, does nothing in evaluation; see {@link dev.convoy.op.Dropout}.
 * Stochastic depth is the last layer of a {@link Residual}'s body with the unit {@link Unit#SAMPLE}.
 */
public final class Dropout implements Module {
    private final String path;
    private final Shape shape;
    private final Unit unit;
    private final float probability;

    /** Drops elements. */
    public Dropout(Scope scope, Shape input, double probability) {
        this(scope, input, Unit.ELEMENT, probability);
    }

    /** @throws IllegalArgumentException unless {@code 0 <= probability < 1} */
    public Dropout(Scope scope, Shape input, Unit unit, double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException(scope.path() + ": expected 0 <= probability < 1 but got " + probability);
        }
        this.path = scope.path();
        this.shape = input;
        this.unit = unit;
        this.probability = (float) probability;
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Pass.Training training = pass.training();
        if (training == null || probability == 0) {
            return x;
        }
        RandomKey[] keys = new RandomKey[training.samples().length];
        for (int n = 0; n < keys.length; n++) {
            keys[n] = training.samples()[n].with(path);
        }
        return dev.convoy.op.Dropout.apply(pass.tape(), x, unit, probability, keys);
    }

    @Override
    public Shape output() {
        return shape;
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(new LayerSummary(path, unit.title() + " " + probability, shape, 0, 0));
    }
}
