package dev.convoy.spark.cli;

import dev.convoy.spark.report.Screen;
import dev.convoy.train.RunConfig;
import dev.convoy.train.SettingsTree;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code convoy}: the class to give to spark-submit. */
@Command(
        name = "convoy",
        description = "Trains convolutional networks on Apache Spark.",
        mixinStandardHelpOptions = true,
        versionProvider = Convoy.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Convoy {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "after a failure, also print where it happened")
    private boolean debug;

    Convoy() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Thread.setDefaultUncaughtExceptionHandler(
                new FatalErrors(err, List.of(args).contains("--debug")));
        int code = run(new Streams(out, err, Screen.of(System.getenv(), System.console() != null)), args);
        // A cluster manager takes an exit before the end of main for a crash, even with code 0.
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs one command; every failure becomes a line on the error stream and a code of {@link ExitCode}. */
    static int run(Streams streams, String... args) {
        return commandLine(streams).execute(args);
    }

    /** All commands and their options. */
    static CommandLine commandLine(Streams streams) {
        Convoy convoy = new Convoy();
        CommandLine line = new CommandLine(convoy)
                .addSubcommand(new TrainCommand(streams))
                .addSubcommand(new EvaluateCommand(streams))
                .addSubcommand(new PredictCommand(streams))
                .addSubcommand(new LrFindCommand(streams))
                .addSubcommand(new VerifyCommand(streams))
                .addSubcommand(new DescribeCommand(streams))
                .addSubcommand(new PlanCommand(streams))
                .addSubcommand(new FilterCommand(streams))
                .setOut(streams.out())
                .setErr(streams.err())
                .setUsageHelpWidth(120)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> report(failure, convoy.debug, streams.err()))
                .setExecutionStrategy(parsed -> convoy.execute(parsed, streams.err()))
                .setParameterExceptionHandler((failure, given) -> usageError(failure, streams.err()));
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.meanings());
        for (CommandLine command : line.getSubcommands().values()) {
            Object known = command.getCommand();
            boolean reads = known instanceof EvaluateCommand || known instanceof PredictCommand;
            if (!(known instanceof FilterCommand)) {
                command.getCommandSpec()
                        .usageMessage()
                        .footer(SettingsHelp.lines(reads ? Convoy::isOfAModelsUse : key -> true));
            }
        }
        return line;
    }

    /** Settings that matter where a model is used, not trained; their defaults are then those it was trained with. */
    private static boolean isOfAModelsUse(String key) {
        return key.equals("kernels") || key.equals("convolution") || key.startsWith("data.") || key.startsWith("loss.");
    }

    private int execute(ParseResult parsed, PrintWriter err) {
        if (!debug) {
            SparkLog.leaveFailuresToTheCommand();
        }
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error e) { // picocli hands on exceptions only, but memory may run out here too
            return report(e, debug, err);
        }
    }

    /** @return the exit code */
    static int report(Throwable failure, boolean debug, PrintWriter err) {
        ErrorReport report = ErrorReport.of(failure);
        err.println("convoy: error: " + report.line());
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
        return report.exitCode().code();
    }

    private static int usageError(ParameterException failure, PrintWriter err) {
        CommandLine command = failure.getCommandLine();
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        String hint = "";
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String given = unmatched.getUnmatched().get(0);
            message = "unknown " + (given.startsWith("-") ? "option" : "command") + " '" + given + "'";
            hint = suggestion(given, command);
        } else if (failure.getArgSpec() instanceof OptionSpec option && failure.getValue() != null) {
            message = OptionValue.refusal(option, failure.getValue());
        }
        err.println("convoy: error: " + message + hint + " ('"
                + command.getCommandSpec().qualifiedName() + " --help' lists what there is)");
        err.flush();
        return ExitCode.USAGE.code();
    }

    /** The nearest option or command, or the setting that somebody took for an option. */
    private static String suggestion(String given, CommandLine command) {
        List<String> names = given.startsWith("-")
                ? List.copyOf(command.getCommandSpec().optionsMap().keySet())
                : List.copyOf(command.getSubcommands().keySet());
        String hint = Suggestion.of(given, names);
        if (hint.isEmpty() && given.startsWith("--")) {
            String bare = given.substring(2).replaceFirst("=.*", "");
            hint = Suggestion.nearest(
                            bare, SettingsTree.flatten(RunConfig.defaults()).keySet())
                    .map(key -> "; a setting is given as " + key + "=VALUE")
                    .orElse("");
        }
        return hint;
    }

    /** Of Convoy, and of what it runs on. */
    static final class Version implements IVersionProvider {
        /** By name: {@code convoy}, {@code spark} and {@code java}. */
        static Map<String, String> parts() {
            String version = Convoy.class.getPackage().getImplementationVersion();
            return Map.of(
                    "convoy",
                    version == null ? "(unpackaged)" : version,
                    "spark",
                    org.apache.spark.package$.MODULE$.SPARK_VERSION(),
                    "java",
                    System.getProperty("java.version"));
        }

        @Override
        public String[] getVersion() {
            Map<String, String> parts = parts();
            return new String[] {
                "convoy " + parts.get("convoy") + ", Spark " + parts.get("spark") + ", Java " + parts.get("java")
            };
        }
    }
}
