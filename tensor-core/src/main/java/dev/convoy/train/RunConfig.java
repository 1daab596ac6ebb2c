package dev.convoy.train;

import static dev.convoy.train.InvalidSettingException.require;

import dev.convoy.nn.model.ModelZoo;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * Everything that defines a training run. Two runs with equal settings on equal data end with equal bits, whatever they run on.
 * The settings' names in files and on the command line are the components' in kebab case, such as {@code train.batch-size}.
 *
 * <p>{@link #defaults()} is the one place that states defaults.
 *
 * @param kernels {@code auto}, {@code scalar} or {@code vector}; changes the time, never the bits
 */
public record RunConfig(String kernels, Model model, Data data, Train train, Optimizer optimizer, Schedule schedule)
        implements Serializable {

    public RunConfig {
        require(
                Set.of("auto", "scalar", "vector").contains(kernels),
                "kernels",
                "auto, scalar or vector",
                "'" + kernels + "'");
    }

    public static RunConfig defaults() {
        return new RunConfig(
                "auto",
                new Model("lenet5"),
                new Data("", 10, List.of(0.5), List.of(0.5)),
                new Train(2, 0, 128, 8, 1, 0, "convoy-model"),
                new Optimizer("sgd", 0.9, true, 5e-4, 0.9, 0.999, 1e-8),
                new Schedule("one-cycle", 0.05, 0.25, List.of(), 0.1));
    }

    /** @param name a name of the model zoo: {@code mlp}, {@code lenet5}, {@code cnn}, {@code resnet20} */
    public record Model(String name) implements Serializable {
        public Model {
            require(ModelZoo.titles().contains(name), "model.name", "one of " + ModelZoo.titles(), "'" + name + "'");
        }
    }

    /**
     * @param path the folder with the data; any Hadoop path, or {@code classpath:} for data inside the jar
     * @param classes the number of classes; labels run from 0 to classes - 1
     * @param mean per channel, subtracted from pixels scaled to 0..1; one value serves all channels
     * @param std per channel, the divisor afterwards
     */
    public record Data(String path, int classes, List<Double> mean, List<Double> std) implements Serializable {
        public Data {
            require(classes >= 2, "data.classes", "at least 2", classes);
            require(!mean.isEmpty(), "data.mean", "one number, or one per channel", mean);
            require(std.size() == mean.size(), "data.std", "as many numbers as data.mean (" + mean.size() + ")", std);
            require(std.stream().allMatch(value -> value > 0), "data.std", "positive numbers", std);
            mean = List.copyOf(mean);
            std = List.copyOf(std);
        }
    }

    /**
     * @param epochs passes over the training set
     * @param maxSteps stop after this many steps, which are the first ones of the whole run: the schedule stays that of all
     *     epochs; 0 for no limit
     * @param batchSize samples of one step over all shards; the last step of an epoch takes what is left
     * @param shards S, the fixed division of the data set and of each batch; part of the run's identity, unlike the cluster's shape
     * @param seed of initial weights, division, order and dropout
     * @param evaluateEvery epochs between evaluations on the test set; 0 for only at the end
     * @param output the folder the trained model is written to
     */
    public record Train(
            int epochs, int maxSteps, int batchSize, int shards, long seed, int evaluateEvery, String output)
            implements Serializable {
        public Train {
            require(epochs >= 1, "train.epochs", "at least 1", epochs);
            require(maxSteps >= 0, "train.max-steps", "0 (no limit) or more", maxSteps);
            require(batchSize >= 1, "train.batch-size", "at least 1", batchSize);
            require(shards >= 1, "train.shards", "at least 1", shards);
            require(evaluateEvery >= 0, "train.evaluate-every", "0 (only at the end) or more", evaluateEvery);
        }
    }

    /**
     * @param name {@code sgd} or {@code adam}
     * @param momentum of SGD; 0 for none
     * @param nesterov SGD looks ahead along the momentum
     * @param weightDecay coupled L2: added to the gradient as {@code weightDecay * weight}
     * @param beta1 Adam's decay of the mean
     * @param beta2 Adam's decay of the square
     * @param epsilon Adam's guard of the root
     */
    public record Optimizer(
            String name,
            double momentum,
            boolean nesterov,
            double weightDecay,
            double beta1,
            double beta2,
            double epsilon)
            implements Serializable {
        public Optimizer {
            require(Set.of("sgd", "adam").contains(name), "optimizer.name", "sgd or adam", "'" + name + "'");
            require(momentum >= 0 && momentum < 1, "optimizer.momentum", "0 <= momentum < 1", momentum);
            require(
                    !(nesterov && momentum == 0 && name.equals("sgd")),
                    "optimizer.nesterov",
                    "false where momentum is 0",
                    true);
            require(weightDecay >= 0, "optimizer.weight-decay", "0 or more", weightDecay);
            require(beta1 >= 0 && beta1 < 1, "optimizer.beta1", "0 <= beta1 < 1", beta1);
            require(beta2 >= 0 && beta2 < 1, "optimizer.beta2", "0 <= beta2 < 1", beta2);
            require(epsilon > 0, "optimizer.epsilon", "a positive number", epsilon);
        }
    }

    /**
     * @param name {@code constant}, {@code step}, {@code cosine} or {@code one-cycle}
     * @param rate the highest learning rate
     * @param warmUp the share of all steps, 0 to below 1, over which the rate climbs linearly
     * @param milestones for {@code step}: the shares of all steps, ascending within 0..1, after which the rate is multiplied by gamma
     * @param gamma for {@code step}
     */
    public record Schedule(String name, double rate, double warmUp, List<Double> milestones, double gamma)
            implements Serializable {
        public Schedule {
            require(
                    Set.of("constant", "step", "cosine", "one-cycle").contains(name),
                    "schedule.name",
                    "constant, step, cosine or one-cycle",
                    "'" + name + "'");
            require(rate > 0, "schedule.rate", "a positive number", rate);
            require(warmUp >= 0 && warmUp < 1, "schedule.warm-up", "a share of all steps, 0 <= warm-up < 1", warmUp);
            require(
                    milestones.stream().allMatch(share -> share > 0 && share < 1)
                            && milestones.equals(milestones.stream().sorted().toList()),
                    "schedule.milestones",
                    "ascending shares between 0 and 1",
                    milestones);
            require(gamma > 0, "schedule.gamma", "a positive number", gamma);
            milestones = List.copyOf(milestones);
        }
    }
}
