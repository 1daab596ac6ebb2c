package dev.convoy.autograd;

/** Carries the gradient of an operation's output back: adds to the gradients of its inputs the product with its adjoint. */
@FunctionalInterface
public interface Pullback {
    void run();
}
