package dev.convoy.io;

import dev.convoy.io.ModelException.Problem;
import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.nn.ParameterLayout;
import dev.convoy.tensor.Shape;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The values a run begins with where {@code train.initial} names a model: its weights and running averages by name, but for those that
 * {@code train.initial-except} lets begin anew, as functions of the seed. All others have to agree in name and shape, so that no slip
 * of the pen leaves half a network untrained.
 */
public final class InitialValues {
    /** How many of the parameters that do not agree a message names. */
    private static final int NAMED = 4;

    private InitialValues() {}

    /**
     * @param config the settings of the run that begins
     * @param network of that run
     * @param model the one that {@code train.initial} names
     * @throws ModelException if a parameter is missing, of another shape, or not known to the network
     * @throws InvalidSettingException if a pattern matches no parameter of either
     */
    public static ModelState of(RunConfig config, Network network, TrainedModel model) {
        List<String> except = config.train().initialExcept();
        Network stored = model.network();
        except.forEach(pattern -> requireMatch(pattern, network, stored));
        requireFit(config, stored, network);
        ModelState first = ModelState.initial(network, config.train().seed());
        copy(model.state().weights(), stored.weights(), first.weights(), network.weights(), except);
        copy(model.state().buffers(), stored.buffers(), first.buffers(), network.buffers(), except);
        return first;
    }

    /**
     * The same with a model that is still to be read.
     *
     * @throws ModelException also if it cannot be read; the message then names the setting
     */
    public static ModelState of(RunConfig config, Network network, Supplier<TrainedModel> model) {
        TrainedModel read;
        try {
            read = model.get();
        } catch (ModelException e) {
            throw new ModelException(e.problem(), "train.initial: " + e.getMessage(), e);
        }
        return of(config, network, read);
    }

    private static void requireMatch(String pattern, Network network, Network stored) {
        if (Stream.concat(parameters(network), parameters(stored)).noneMatch(p -> p.matches(pattern))) {
            throw new InvalidSettingException(
                    "train.initial-except",
                    "names of layers or parameters, or patterns such as *.bias",
                    "'" + pattern + "', which matches none");
        }
    }

    private static void requireFit(RunConfig config, Network stored, Network network) {
        List<String> except = config.train().initialExcept();
        Map<String, Shape> there = shapes(stored, except);
        Map<String, Shape> here = shapes(network, except);
        Set<String> names = new LinkedHashSet<>(here.keySet());
        names.addAll(there.keySet());
        List<String> differ = new ArrayList<>();
        for (String name : names) {
            Shape from = there.get(name);
            Shape to = here.get(name);
            if (from == null) {
                differ.add(name + " is not there");
            } else if (to == null) {
                differ.add(name + " is there only");
            } else if (!from.equals(to)) {
                differ.add(name + " is " + from + " there and " + to + " here");
            }
        }
        if (!differ.isEmpty()) {
            int named = Math.min(NAMED, differ.size());
            throw new ModelException(
                    Problem.MISFIT,
                    "train.initial: the model in " + config.train().initial() + " (" + stored.name()
                            + ") does not fit this run's network (" + network.name() + "): "
                            + String.join("; ", differ.subList(0, named))
                            + (differ.size() > named ? "; and " + (differ.size() - named) + " more" : "")
                            + ". What shall begin anew is named in train.initial-except");
        }
    }

    private static Stream<Parameter> parameters(Network network) {
        return Stream.of(network.weights(), network.buffers()).flatMap(layout -> layout.parameters().stream());
    }

    private static Map<String, Shape> shapes(Network network, List<String> except) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        parameters(network)
                .filter(p -> except.stream().noneMatch(p::matches))
                .forEach(p -> shapes.put(p.name(), p.shape()));
        return shapes;
    }

    private static void copy(
            float[] from, ParameterLayout stored, float[] to, ParameterLayout layout, List<String> except) {
        Map<String, Parameter> there = new LinkedHashMap<>();
        stored.parameters().forEach(p -> there.put(p.name(), p));
        for (Parameter parameter : layout.parameters()) {
            Parameter other = there.get(parameter.name());
            if (other != null && except.stream().noneMatch(parameter::matches)) {
                System.arraycopy(
                        from,
                        other.offset(),
                        to,
                        parameter.offset(),
                        parameter.shape().size());
            }
        }
    }
}
