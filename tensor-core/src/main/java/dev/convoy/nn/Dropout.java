package dev.convoy.nn;

import dev.convoy.autograd.Variable;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import java.util.function.Consumer;

/** Zeroes elements at random in training, does nothing in evaluation; see {@link dev.convoy.op.Dropout}. */
public final class Dropout implements Module {
    private final String path;
    private final Shape shape;
    private final float probability;

    public Dropout(Scope scope, Shape input, double probability) {
        this.path = scope.path();
        this.shape = input;
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
        return dev.convoy.op.Dropout.apply(pass.tape(), x, probability, keys);
    }

    @Override
    public Shape output() {
        return shape;
    }

    @Override
    public void describe(Consumer<LayerSummary> rows) {
        rows.accept(new LayerSummary(path, "dropout " + probability, shape, 0, 0));
    }
}
