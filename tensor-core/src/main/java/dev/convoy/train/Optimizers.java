package dev.convoy.train;

import dev.convoy.nn.ParameterLayout;
import dev.convoy.optim.Adagrad;
import dev.convoy.optim.Adam;
import dev.convoy.optim.Lamb;
import dev.convoy.optim.Lars;
import dev.convoy.optim.Lookahead;
import dev.convoy.optim.Optimizer;
import dev.convoy.optim.ParameterSlice;
import dev.convoy.optim.RmsProp;
import dev.convoy.optim.Sgd;
import dev.convoy.optim.WeightDecay;
import java.util.List;

/** The optimizer that the settings name. */
final class Optimizers {
    private Optimizers() {}

    /** @param weights the first ones, in the layout's order */
    static Optimizer of(RunConfig config, ParameterLayout layout, float[] weights) {
        Optimizer optimizer = of(config.optimizer(), layout.size(), ParameterGroups.slices(config, layout));
        int every = config.optimizer().lookahead();
        return every == 0
                ? optimizer
                : new Lookahead(optimizer, weights, every, config.optimizer().lookaheadShare());
    }

    private static Optimizer of(RunConfig.Optimizer o, int size, List<ParameterSlice> slices) {
        WeightDecay decay = o.decoupledDecay() ? WeightDecay.DECOUPLED : WeightDecay.COUPLED;
        return switch (o.name()) {
            case "sgd" -> new Sgd(size, slices, decay, o.momentum(), o.nesterov());
            case "adam" -> new Adam(size, slices, decay, o.beta1(), o.beta2(), o.epsilon());
            case "adamw" -> new Adam(size, slices, WeightDecay.DECOUPLED, o.beta1(), o.beta2(), o.epsilon());
            case "adagrad" -> new Adagrad(size, slices, decay, o.rateDecay(), o.epsilon());
            case "rmsprop" -> new RmsProp(size, slices, decay, o.alpha(), o.epsilon(), o.momentum(), o.centered());
            case "lars" -> new Lars(size, slices, o.momentum(), o.trust());
            case "lamb" -> new Lamb(size, slices, o.beta1(), o.beta2(), o.epsilon());
            default ->
                throw new InvalidSettingException("optimizer.name", String.join(", ", RunConfig.OPTIMIZERS), o.name());
        };
    }
}
