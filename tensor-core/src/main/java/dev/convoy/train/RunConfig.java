package dev.convoy.train;

import static dev.convoy.train.InvalidSettingException.require;

import dev.convoy.kernel.ConvolutionAlgorithm;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.op.ClassificationLoss;
import dev.convoy.op.CrossEntropy;
import dev.convoy.op.FocalLoss;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Everything that defines a training run. Two runs with equal settings on equal data end with equal bits, whatever they run on.
 * The settings' names in files and on the command line are the components' in kebab case, such as {@code train.batch-size}.
 *
 * <p>{@link #defaults()} is the one place that states defaults.
 *
 * @param kernels {@code auto}, {@code scalar} or {@code vector}; changes the time, never the bits
 * @param convolution {@code auto} or {@code direct}: {@link ConvolutionAlgorithm}
 */
public record RunConfig(
        String kernels,
        String convolution,
        Model model,
        Data data,
        Train train,
        Loss loss,
        Optimizer optimizer,
        Schedule schedule,
        EarlyStopping earlyStopping,
        CheckpointSettings checkpoint,
        Guard guard)
        implements Serializable {

    /** Settings that change no bit of a step: a run may be resumed with others. */
    private static final Set<String> WITHOUT_EFFECT_ON_A_STEP = Set.of(
            "kernels",
            "data.path",
            "train.max-steps",
            "train.output",
            "guard.roll-backs",
            "guard.late-seconds",
            "guard.executor-seconds");

    /** These do, where a run that diverges returns to a checkpoint. */
    private static final Set<String> WHERE_RUNS_RETURN_TO = Set.of("checkpoint.every-steps", "checkpoint.every-epochs");

    /** The names of optimizers, in the order of the documentation. */
    static final List<String> OPTIMIZERS = List.of("sgd", "adam", "adamw", "adagrad", "rmsprop", "lars", "lamb");

    /** The names of schedules, in the order of the documentation. */
    static final List<String> SCHEDULES = List.of(
            "constant",
            "step",
            "multi-step",
            "exponential",
            "polynomial",
            "cosine",
            "cosine-restarts",
            "one-cycle",
            "triangular",
            "triangular2",
            "plateau");

    public RunConfig {
        require(
                Set.of("auto", "scalar", "vector").contains(kernels),
                "kernels",
                "auto, scalar or vector",
                "'" + kernels + "'");
        require(
                Set.of("auto", "direct").contains(convolution),
                "convolution",
                "auto or direct",
                "'" + convolution + "'");
        require(
                train.evaluates() || !schedule.name().equals("plateau"),
                "train.evaluate-every",
                "at least 1 where schedule.name is plateau, which watches the evaluations",
                train.evaluateEvery());
        require(
                train.evaluates() || earlyStopping.patience() == 0,
                "train.evaluate-every",
                "at least 1 where early-stopping.patience is set, which watches the evaluations",
                train.evaluateEvery());
        require(
                !checkpoint.path().isBlank() || guard.onDivergence().equals("stop"),
                "checkpoint.path",
                "a folder where guard.on-divergence is roll-back, which returns to checkpoints",
                "nothing");
        require(
                loss.classWeights().isEmpty() || loss.classWeights().size() == data.classes(),
                "loss.class-weights",
                "one weight for each of the " + data.classes() + " classes, or none",
                loss.classWeights());
    }

    public static RunConfig defaults() {
        return new RunConfig(
                "auto",
                "auto",
                new Model("lenet5"),
                new Data("", 10, List.of(0.5), List.of(0.5)),
                new Train(2, 0, 128, 0, 8, List.of(), 0, "", List.of(), 1, 0, 0, "convoy-model"),
                new Loss("cross-entropy", 0, List.of(), 2),
                new Optimizer(
                        "sgd", 0.9, true, 5e-4, false, true, 0.9, 0.999, 1e-8, 0.99, false, 0, 1e-3, List.of(), 0, 0, 0,
                        0.5, 0),
                new Schedule("one-cycle", 0.05, 0, List.of(), 0.1, 0.25, 1, 1, 0, "loss", 10, 1e-4),
                new EarlyStopping(0, "loss", 1e-4),
                new CheckpointSettings("", 0, 0, 1, 2),
                new Guard("stop", 0.5, 3, 60, 120));
    }

    /** The split that evaluations during the run are on. */
    public Split watched() {
        return train.validation() > 0 ? Split.VALIDATION : Split.TEST;
    }

    /** The splits there are. */
    public Set<Split> splits() {
        return EnumSet.of(Split.TRAINING, watched(), Split.TEST);
    }

    /**
     * The first steps of this run alone, by themselves: nothing ends it early, returns to a checkpoint or writes one.
     *
     * @param steps how many
     */
    public RunConfig shortened(int steps) {
        return with("train.max-steps", steps)
                .with("early-stopping.patience", 0)
                .with("guard.on-divergence", "stop")
                .with("checkpoint.path", "")
                .with("optimizer.lookahead", optimizer.lookahead() <= steps ? optimizer.lookahead() : 0);
    }

    /** The settings by which this run and another differ in their results, in alphabetical order; of such a run nothing can be resumed. */
    public SortedSet<String> differences(RunConfig other) {
        Map<String, SettingsTree.Setting> others = SettingsTree.flatten(other);
        SortedSet<String> differ = new TreeSet<>();
        boolean returns = guard.onDivergence().equals("roll-back");
        SettingsTree.flatten(this).forEach((key, setting) -> {
            boolean changesNothing = WITHOUT_EFFECT_ON_A_STEP.contains(key)
                    || (key.startsWith("checkpoint.") && !(returns && WHERE_RUNS_RETURN_TO.contains(key)));
            if (key.equals("train.max-steps") && earlyStopping.patience() > 0) {
                changesNothing = false; // the last model is evaluated too, and that evaluation is remembered
            }
            if (!changesNothing && !setting.equals(others.get(key))) {
                differ.add(key);
            }
        });
        return differ;
    }

    /**
     * These settings with one of them changed.
     *
     * @param key its name in files, such as {@code optimizer.weight-decay}
     * @param value of the setting's type
     * @throws InvalidSettingException if there is no such setting, or the value cannot be used
     */
    public RunConfig with(String key, Object value) {
        Map<String, Object> values = new HashMap<>();
        SettingsTree.flatten(this).forEach((name, setting) -> values.put(name, setting.value()));
        Object before = values.get(key);
        if (before == null) {
            throw new InvalidSettingException(key, "the name of a setting", "'" + key + "'");
        }
        boolean fits = before instanceof List<?> ? value instanceof List<?> : value.getClass() == before.getClass();
        require(fits, key, "a value of the type of " + before, value);
        values.put(key, value);
        return SettingsTree.build(RunConfig.class, values);
    }

    /** @param name of the network, one of {@link ModelZoo#available()} */
    public record Model(String name) implements Serializable {
        public Model {
            boolean known;
            try {
                known = ModelZoo.has(name);
            } catch (IllegalArgumentException e) {
                throw new InvalidSettingException(
                        "model.name", "networks that can be loaded", String.valueOf(e.getMessage()));
            }
            if (!known) { // the list is only made where it is shown: every task reads these settings
                throw new InvalidSettingException("model.name", "one of " + ModelZoo.available(), "'" + name + "'");
            }
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
     * @param microBatch the most samples of a forward pass: a shard's share of a step is done in pieces of at most that many, of
     *     sizes that differ by at most one, whose gradients add up before anything is sent, so that memory does not grow with the
     *     batch. Batch normalisation then takes its statistics per piece, so this is part of the run's identity; 0 for no limit
     * @param shards S, the fixed division of the data set and of each batch; part of the run's identity, unlike the cluster's shape
     * @param freeze patterns of the parameters that stay at their first values, see {@link dev.convoy.nn.Parameter#matches}. Their
     *     gradients are not computed, nor are those of what only they depend on; no decay touches them. A frozen batch normalisation
     *     still normalises by the batch, and its running averages still follow it
     * @param validation the share of the training set that is held out of training, chosen by the seed: the evaluations during the run,
     *     and what decides by them, are on it; 0 for none, where they are on the test set
     * @param initial the folder of a model whose weights and running averages the run begins with; empty for random ones
     * @param initialExcept patterns of the parameters that begin anew nevertheless, such as a classifier of other classes
     * @param seed of initial weights, division, order and dropout
     * @param evaluateEvery epochs between evaluations; 0 for none but the last
     * @param evaluateEverySteps steps between evaluations, besides those; 0 for none
     * @param output the folder the trained model is written to
     */
    public record Train(
            int epochs,
            int maxSteps,
            int batchSize,
            int microBatch,
            int shards,
            List<String> freeze,
            double validation,
            String initial,
            List<String> initialExcept,
            long seed,
            int evaluateEvery,
            int evaluateEverySteps,
            String output)
            implements Serializable {
        public Train {
            require(epochs >= 1, "train.epochs", "at least 1", epochs);
            require(maxSteps >= 0, "train.max-steps", "0 (no limit) or more", maxSteps);
            require(batchSize >= 1, "train.batch-size", "at least 1", batchSize);
            require(microBatch >= 0, "train.micro-batch", "0 (no limit) or more", microBatch);
            require(shards >= 1, "train.shards", "at least 1", shards);
            require(evaluateEvery >= 0, "train.evaluate-every", "0 (only at the end) or more", evaluateEvery);
            require(evaluateEverySteps >= 0, "train.evaluate-every-steps", "0 (none) or more", evaluateEverySteps);
            require(
                    validation >= 0 && validation < 1,
                    "train.validation",
                    "a share of the training set, 0 <= validation < 1",
                    validation);
            require(
                    initialExcept.isEmpty() || !initial.isBlank(),
                    "train.initial-except",
                    "none where train.initial names no model",
                    initialExcept);
            freeze = List.copyOf(freeze);
            initialExcept = List.copyOf(initialExcept);
        }

        /** Whether there are evaluations before the end. */
        boolean evaluates() {
            return evaluateEvery > 0 || evaluateEverySteps > 0;
        }
    }

    /**
     * The loss of training and evaluation, summed over samples; its mean divides by the number of samples, whatever the weights are.
     *
     * @param name {@code cross-entropy} or {@code focal}, see {@link CrossEntropy} and {@link FocalLoss}
     * @param labelSmoothing cross-entropy's share of the target spread evenly over all classes
     * @param classWeights one factor per class of its samples' losses, or none for 1 each
     * @param gamma how much the focal loss holds back what is predicted well
     */
    public record Loss(String name, double labelSmoothing, List<Double> classWeights, double gamma)
            implements Serializable {
        public Loss {
            boolean focal = name.equals("focal");
            require(focal || name.equals("cross-entropy"), "loss.name", "cross-entropy or focal", "'" + name + "'");
            require(
                    labelSmoothing >= 0 && labelSmoothing <= 1,
                    "loss.label-smoothing",
                    "0 <= label-smoothing <= 1",
                    labelSmoothing);
            require(
                    labelSmoothing == 0 || !focal,
                    "loss.label-smoothing",
                    "0 with the focal loss, which has none",
                    labelSmoothing);
            require(
                    classWeights.stream().allMatch(weight -> weight >= 0 && Double.isFinite(weight)),
                    "loss.class-weights",
                    "numbers of 0 or more",
                    classWeights);
            require(gamma >= 0 && Double.isFinite(gamma), "loss.gamma", "0 or more", gamma);
            classWeights = List.copyOf(classWeights);
        }

        /** The operation these settings name. */
        ClassificationLoss operation() {
            return name.equals("focal")
                    ? new FocalLoss.Options(gamma, classWeights)
                    : new CrossEntropy.Options(classWeights, labelSmoothing);
        }
    }

    /**
     * The formulas stand with the classes of {@link dev.convoy.optim}.
     *
     * @param name {@code sgd}, {@code adam}, {@code adamw}, {@code adagrad}, {@code rmsprop}, {@code lars} or {@code lamb}
     * @param momentum of SGD, RMSprop and LARS; 0 for none
     * @param nesterov SGD looks ahead along the momentum
     * @param weightDecay the factor of the decay
     * @param decoupledDecay weights shrink beside the step, not through the gradient; always so for AdamW
     * @param decayBiasAndNorm whether biases and the parameters of normalisations decay too, and LARS and LAMB adapt their rates
     * @param beta1 Adam's, AdamW's and LAMB's decay of the mean
     * @param beta2 their decay of the square
     * @param epsilon the guard of the root
     * @param alpha RMSprop's decay of the square
     * @param centered RMSprop divides by the deviation of the gradient, not its root mean square
     * @param rateDecay of Adagrad: after n steps the rate is divided by {@code 1 + n rateDecay}
     * @param trust LARS's share of a parameter's norm by which a step at rate 1 changes it
     * @param rateFactors entries {@code PATTERN=FACTOR}: the learning rate of the parameters that match is multiplied by the factor
     * @param clipValue the bound of each element of the mean gradient; 0 for none
     * @param clipNorm the bound of its norm, after that; 0 for none
     * @param lookahead steps between those of Lookahead's slow weights, which become the model; 0 for without
     * @param lookaheadShare of the way they take
     * @param average the decay of the moving average of weights and running averages that is evaluated and becomes the model; 0 for
     *     without. With Lookahead it is that of the fast weights
     */
    public record Optimizer(
            String name,
            double momentum,
            boolean nesterov,
            double weightDecay,
            boolean decoupledDecay,
            boolean decayBiasAndNorm,
            double beta1,
            double beta2,
            double epsilon,
            double alpha,
            boolean centered,
            double rateDecay,
            double trust,
            List<String> rateFactors,
            double clipValue,
            double clipNorm,
            int lookahead,
            double lookaheadShare,
            double average)
            implements Serializable {
        public Optimizer {
            require(OPTIMIZERS.contains(name), "optimizer.name", choice(OPTIMIZERS), "'" + name + "'");
            requireShare("optimizer.momentum", momentum);
            require(
                    !(nesterov && momentum == 0 && name.equals("sgd")),
                    "optimizer.nesterov",
                    "false where momentum is 0",
                    true);
            require(weightDecay >= 0, "optimizer.weight-decay", "0 or more", weightDecay);
            require(
                    !(decoupledDecay && (name.equals("lars") || name.equals("lamb"))),
                    "optimizer.decoupled-decay",
                    "false with " + name + ", whose decay is part of its formula",
                    true);
            requireShare("optimizer.beta1", beta1);
            requireShare("optimizer.beta2", beta2);
            require((float) epsilon > 0, "optimizer.epsilon", "a positive number that a float can hold", epsilon);
            requireShare("optimizer.alpha", alpha);
            require(rateDecay >= 0, "optimizer.rate-decay", "0 or more", rateDecay);
            require(trust > 0, "optimizer.trust", "a positive number", trust);
            rateFactors.forEach(RateFactor::parse);
            require(clipValue >= 0, "optimizer.clip-value", "0 (no bound) or more", clipValue);
            require(clipNorm >= 0, "optimizer.clip-norm", "0 (no bound) or more", clipNorm);
            require(lookahead >= 0, "optimizer.lookahead", "0 (without) or more", lookahead);
            require(
                    lookaheadShare > 0 && lookaheadShare <= 1,
                    "optimizer.lookahead-share",
                    "0 < share <= 1",
                    lookaheadShare);
            requireShare("optimizer.average", average);
            rateFactors = List.copyOf(rateFactors);
        }

        private static void requireShare(String key, double value) {
            String name = key.substring(key.indexOf('.') + 1);
            require(value >= 0 && value < 1, key, "0 <= " + name + " < 1", value);
        }
    }

    /**
     * The formulas stand with {@link dev.convoy.optim.Schedule} and {@link dev.convoy.optim.Plateau}.
     *
     * @param name {@code constant}, {@code step}, {@code multi-step}, {@code exponential}, {@code polynomial}, {@code cosine}, {@code
     *     cosine-restarts}, {@code one-cycle}, {@code triangular}, {@code triangular2} or {@code plateau}
     * @param rate the highest learning rate
     * @param warmUp the share of all steps, 0 to below 1, over which the rate climbs linearly from 0 first; the climb of one-cycle,
     *     where 0 stands for a quarter
     * @param milestones for {@code multi-step}: the shares of all steps, ascending within 0..1, after which the rate is multiplied by
     *     gamma
     * @param gamma the factor of {@code step}, {@code multi-step}, {@code exponential} and {@code plateau}
     * @param period for {@code step}, {@code exponential}, {@code cosine-restarts} (the first) and both triangular ones: a share of all
     *     steps
     * @param stretch for {@code cosine-restarts}: how many times as long as the one before it a period is
     * @param power for {@code polynomial}
     * @param minimum for {@code polynomial}, both cosines, both triangular ones and {@code plateau}: the lowest learning rate
     * @param watch for {@code plateau}: {@code loss} or {@code accuracy} of the evaluations
     * @param patience for {@code plateau}: evaluations in a row without improvement that change nothing yet
     * @param threshold for {@code plateau}: the relative improvement that counts as one
     */
    public record Schedule(
            String name,
            double rate,
            double warmUp,
            List<Double> milestones,
            double gamma,
            double period,
            int stretch,
            double power,
            double minimum,
            String watch,
            int patience,
            double threshold)
            implements Serializable {
        public Schedule {
            require(SCHEDULES.contains(name), "schedule.name", choice(SCHEDULES), "'" + name + "'");
            require(rate > 0, "schedule.rate", "a positive number", rate);
            require(warmUp >= 0 && warmUp < 1, "schedule.warm-up", "a share of all steps, 0 <= warm-up < 1", warmUp);
            require(
                    milestones.stream().allMatch(share -> share > 0 && share < 1)
                            && milestones.equals(milestones.stream().sorted().toList()),
                    "schedule.milestones",
                    "ascending shares between 0 and 1",
                    milestones);
            require(gamma > 0, "schedule.gamma", "a positive number", gamma);
            require(gamma < 1 || !name.equals("plateau"), "schedule.gamma", "a number below 1 for a plateau", gamma);
            require(period > 0 && period <= 1, "schedule.period", "a share of all steps, 0 < period <= 1", period);
            require(stretch >= 1, "schedule.stretch", "at least 1", stretch);
            require(power > 0, "schedule.power", "a positive number", power);
            require(
                    minimum >= 0 && minimum <= rate,
                    "schedule.minimum",
                    "0 <= minimum <= schedule.rate (" + rate + ")",
                    minimum);
            require(
                    Set.of("loss", "accuracy").contains(watch),
                    "schedule.watch",
                    "loss or accuracy",
                    "'" + watch + "'");
            require(patience >= 0, "schedule.patience", "0 or more", patience);
            require(threshold >= 0 && threshold < 1, "schedule.threshold", "0 <= threshold < 1", threshold);
            milestones = List.copyOf(milestones);
        }
    }

    /** {@code a, b or c}. */
    private static String choice(List<String> names) {
        int last = names.size() - 1;
        return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }
}
