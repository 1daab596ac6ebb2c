package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;

/** How logits are held against labels, with its options: what a training run chooses. A value; equal options give equal bits. */
public sealed interface ClassificationLoss permits CrossEntropy.Options, FocalLoss.Options {
    /**
     * The loss summed over the samples, not averaged.
     *
     * @param logits {@code [N, classes]}
     * @param labels one per sample, 0 to classes - 1
     */
    CrossEntropy.Result apply(Tape tape, Variable logits, int[] labels);
}
