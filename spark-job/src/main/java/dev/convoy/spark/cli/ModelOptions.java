package dev.convoy.spark.cli;

import dev.convoy.io.ModelException;
import dev.convoy.io.TrainedModel;
import dev.convoy.train.RunConfig;
import java.util.Objects;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A stored model and settings over those it was trained with. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "the folder train wrote (its train.output), on any Hadoop file system")
    private String folder = "";

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    String folder() {
        if (folder.isBlank()) {
            throw new CommandException(ExitCode.USAGE, "--model: expected a folder but got nothing");
        }
        return folder;
    }

    /**
     * The settings to use the model with: those it was trained with, then files and arguments. The kernels are chosen anew, since
     * this may be another machine.
     *
     * @throws ModelException if they ask for another network than the stored one
     */
    RunConfig over(TrainedModel model) {
        RunConfig trained = model.config();
        RunConfig config =
                settings.over(trained.with("kernels", RunConfig.defaults().kernels()));
        require("model.name", trained.model().name(), config.model().name());
        require("data.classes", trained.data().classes(), config.data().classes());
        return config;
    }

    private void require(String key, Object stored, Object given) {
        if (!Objects.equals(stored, given)) {
            throw new ModelException(
                    ModelException.Problem.MISFIT,
                    folder + ": the model was trained with " + key + " = " + stored + " but the settings say " + given);
        }
    }
}
