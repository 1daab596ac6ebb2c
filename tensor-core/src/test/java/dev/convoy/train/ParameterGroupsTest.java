package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.nn.Parameter;
import dev.convoy.nn.ParameterLayout;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.optim.ParameterSlice;
import dev.convoy.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** On the small CNN, whose layers conv1 to conv4 are a convolution and its batch normalisation each. */
class ParameterGroupsTest {
    private final ParameterLayout layout =
            ModelZoo.build("cnn", Shape.of(28, 28, 1), 10).weights();
    private final RunConfig config = RunConfig.defaults().with("model.name", "cnn");

    @Test
    void byDefaultEveryParameterDecaysAndMovesAlike() {
        List<ParameterSlice> slices = ParameterGroups.slices(config, layout);
        int at = 0;
        for (ParameterSlice slice : slices) {
            assertEquals(at, slice.offset(), "the slices leave no gap");
            assertEquals(5e-4, slice.weightDecay());
            assertEquals(1, slice.rateFactor());
            assertTrue(slice.adapted());
            at += slice.size();
        }
        assertEquals(layout.size(), at);
    }

    @Test
    void biasesAndNormalisationsCanBeSparedTheDecay() {
        Map<String, ParameterSlice> slices = slices(config.with("optimizer.decay-bias-and-norm", false));
        Set<String> spared = new TreeSet<>();
        slices.forEach((name, slice) -> {
            assertEquals(slice.adapted(), slice.weightDecay() > 0, name);
            if (!slice.adapted()) {
                spared.add(name.substring(name.lastIndexOf('.') + 1));
            } else {
                assertTrue(name.endsWith(".weight"), name);
            }
        });
        assertEquals(Set.of("bias", "beta", "gamma"), spared);
    }

    @Test
    void rateFactorsMultiply() {
        Map<String, ParameterSlice> slices =
                slices(config.with("optimizer.rate-factors", List.of("conv1=0.5", "*.beta = 64")));
        slices.forEach((name, slice) -> {
            double expected = (name.startsWith("conv1.") ? 0.5 : 1) * (name.endsWith(".beta") ? 64 : 1);
            assertEquals(expected, slice.rateFactor(), name);
        });
    }

    @Test
    void frozenParametersAreNoSlice() {
        RunConfig frozen = config.with("train.freeze", List.of("conv1", "conv2", "*.bias"));
        Set<String> names = ParameterGroups.frozen(frozen, layout);
        Set<String> expected = layout.parameters().stream()
                .map(Parameter::name)
                .filter(n -> n.startsWith("conv1.") || n.startsWith("conv2.") || n.endsWith(".bias"))
                .collect(Collectors.toSet());
        assertEquals(expected, names);
        assertEquals(layout.parameters().size() - names.size(), slices(frozen).size());
    }

    @Test
    void aPatternThatMatchesNothingIsAMistake() {
        InvalidSettingException e = assertThrows(
                InvalidSettingException.class,
                () -> ParameterGroups.frozen(config.with("train.freeze", List.of("conv")), layout));
        assertEquals(
                "train.freeze: expected names of layers or parameters, such as "
                        + layout.parameters().get(0).name()
                        + ", or patterns such as *.bias but got 'conv', which matches none",
                e.getMessage());
        assertThrows(
                InvalidSettingException.class,
                () -> slices(config.with("optimizer.rate-factors", List.of("conv9=0.1"))));
    }

    @Test
    void numbersThatAFloatRoundsToNothingAreAMistake() {
        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> config.with("optimizer.epsilon", 1e-50));
        assertEquals(
                "optimizer.epsilon: expected a positive number that a float can hold but got 1.0E-50", e.getMessage());
    }

    @Test
    void freezingEverythingIsAMistake() {
        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> slices(config.with("train.freeze", List.of("*"))));
        assertEquals("train.freeze: expected patterns that leave something to train but got [*]", e.getMessage());
    }

    private Map<String, ParameterSlice> slices(RunConfig config) {
        return ParameterGroups.slices(config, layout).stream()
                .collect(Collectors.toMap(ParameterSlice::name, Function.identity()));
    }
}
