package dev.convoy.train;

import static dev.convoy.train.InvalidSettingException.require;

import dev.convoy.nn.Parameter;
import dev.convoy.nn.ParameterLayout;
import dev.convoy.optim.ParameterSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the settings say of each parameter by its name: whether it is trained, how it decays, how fast it moves. */
final class ParameterGroups {
    private ParameterGroups() {}

    /**
     * The names of the parameters that {@code train.freeze} keeps as they are.
     *
     * @throws InvalidSettingException if a pattern matches none, or all are frozen
     */
    static Set<String> frozen(RunConfig config, ParameterLayout layout) {
        List<String> patterns = config.train().freeze();
        patterns.forEach(pattern -> requireMatch("train.freeze", pattern, layout));
        Set<String> frozen = layout.parameters().stream()
                .filter(p -> patterns.stream().anyMatch(p::matches))
                .map(Parameter::name)
                .collect(Collectors.toUnmodifiableSet());
        require(
                frozen.size() < layout.parameters().size(),
                "train.freeze",
                "patterns that leave something to train",
                patterns);
        return frozen;
    }

    /**
     * The slices of all other parameters, in the layout's order.
     *
     * @throws InvalidSettingException if a pattern matches none, or all are frozen
     */
    static List<ParameterSlice> slices(RunConfig config, ParameterLayout layout) {
        RunConfig.Optimizer optimizer = config.optimizer();
        List<RateFactor> factors =
                optimizer.rateFactors().stream().map(RateFactor::parse).toList();
        factors.forEach(factor -> requireMatch("optimizer.rate-factors", factor.pattern(), layout));
        Set<String> frozen = frozen(config, layout);
        List<ParameterSlice> slices = new ArrayList<>();
        for (Parameter parameter : layout.parameters()) {
            if (frozen.contains(parameter.name())) {
                continue;
            }
            boolean regular = optimizer.decayBiasAndNorm() || !parameter.isBiasOrNorm();
            double rateFactor = 1;
            for (RateFactor factor : factors) {
                rateFactor *= parameter.matches(factor.pattern()) ? factor.factor() : 1;
            }
            slices.add(new ParameterSlice(
                    parameter.name(),
                    parameter.offset(),
                    parameter.shape().size(),
                    regular ? optimizer.weightDecay() : 0,
                    rateFactor,
                    regular));
        }
        return slices;
    }

    private static void requireMatch(String key, String pattern, ParameterLayout layout) {
        require(
                layout.parameters().stream().anyMatch(p -> p.matches(pattern)),
                key,
                "names of layers or parameters, such as "
                        + layout.parameters().get(0).name() + ", or patterns such as *.bias",
                "'" + pattern + "', which matches none");
    }
}
