package dev.convoy.nn.model;

import dev.convoy.nn.Module;
import dev.convoy.nn.Scope;
import dev.convoy.nn.Sequential;
import dev.convoy.tensor.Shape;

/** Two hidden layers of 256: the fully connected baseline of the lecture, blind to where a pixel is. */
record Mlp() implements Model {
    @Override
    public Module root(Scope scope, Shape image, int classes) {
        return Sequential.of(scope, image)
                .flatten()
                .dense("hidden1", 256)
                .relu()
                .dense("hidden2", 256)
                .relu()
                .classifier("output", classes)
                .build();
    }
}
