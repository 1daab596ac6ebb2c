package dev.convoy.spark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.report.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong values of every option there is, and the rule of {@link ExitCode} about them. */
class OptionValuesTest {
    /** Command with what it needs besides, option, value ({@code ''}: nothing), exit code, what the line says; MODEL is one, no other file is there. */
    private static final String TABLE = """
            train                           | --config              | none.conf     | CONFIG_UNREADABLE | none.conf: no such
            train                           | --resume              | ''            | USAGE         | expected auto, no or the folder of a checkpoint but got nothing
            train                           | --resume              | maybe         | MODEL_MISSING | expected auto, no or the folder of a checkpoint but got 'maybe'
            train                           | --resume              | AUTO          | MODEL_MISSING | expected auto, no or the folder of a checkpoint but got 'AUTO'
            evaluate                        | --model               | ''            | USAGE         | expected a folder but got nothing
            evaluate                        | --model               | none          | MODEL_MISSING | none: no model there
            evaluate --model MODEL          | --config              | none.conf     | CONFIG_UNREADABLE | none.conf: no such
            evaluate --model none           | --confusion           | a.jpg         | USAGE         | ends in .png
            evaluate --model none           | --confusion           | ''            | USAGE         | ends in .png
            evaluate --model none           | --split               | TRAIN         | USAGE         | expected one of training, validation, test but got 'TRAIN'
            predict                         | --model               | ''            | USAGE         | expected a folder but got nothing
            predict                         | --model               | none          | MODEL_MISSING | none: no model there
            predict --model MODEL           | --config              | none.conf     | CONFIG_UNREADABLE | none.conf: no such
            predict --model none            | --count               | 0             | USAGE         | expected at least 1 but got 0
            predict --model none            | --count               | 1.5           | USAGE         | expected a whole number but got '1.5'
            predict --model none            | --png                 | a.jpg         | USAGE         | ends in .png
            lr-find                         | --config              | none.conf     | CONFIG_UNREADABLE | none.conf: no such
            lr-find                         | --from                | -1            | USAGE         | expected a positive number but got -1
            lr-find                         | --from                | low           | USAGE         | expected a number but got 'low'
            lr-find                         | --to                  | 0             | USAGE         | expected a number above --from
            lr-find                         | --steps               | 1             | USAGE         | expected at least 10 but got 1
            lr-find                         | --png                 | a.jpg         | USAGE         | ends in .png
            verify                          | --config              | none.conf     | CONFIG_UNREADABLE | none.conf: no such
            verify                          | --steps               | 0             | USAGE         | expected at least 1 but got 0
            verify                          | --steps               | x             | USAGE         | expected a whole number but got 'x'
            describe                        | --config              | none.conf     | CONFIG_UNREADABLE | none.conf: no such
            describe                        | --image               | 28x28         | USAGE         | expected height x width x channels
            describe                        | --image               | 99999x99999x1 | USAGE         | given as '99999x99999x1'
            describe                        | --image               | 3x3x1         | MODEL_MISFIT  | --image 3x3x1
            plan --samples 9 --image 9x9x1  | --executors           | 0             | USAGE         | expected 1 to 100000 but got 0
            plan --samples 9 --image 9x9x1  | --executors           | x             | USAGE         | expected a whole number but got 'x'
            plan --samples 9 --image 9x9x1  | --cores               | 0             | USAGE         | expected 1 to 1024 but got 0
            plan --samples 9 --image 9x9x1  | --memory              | much          | USAGE         | --memory
            plan --samples 9 --image 9x9x1  | --executors-per-host  | 0             | USAGE         | expected 1 to 1024 but got 0
            plan --samples 9 --image 9x9x1  | --host-cores          | 0             | USAGE         | expected at least 1 but got 0
            plan --samples 9 --image 9x9x1  | --bandwidth           | 0             | USAGE         | expected a positive number
            plan --image 9x9x1              | --samples             | 0             | USAGE         | expected at least 1 but got 0
            plan --samples 9                | --image               | 28x28         | USAGE         | expected height x width x channels
            plan --samples 9                | --image               | 99999x99999x1 | USAGE         | given as '99999x99999x1'
            plan --samples 9 --image 9x9x1  | --images-per-second   | 0             | USAGE         | expected a positive number
            plan --samples 9 --image 9x9x1  | --png                 | a.jpg         | USAGE         | ends in .png
            plan                            | --config              | none.conf     | CONFIG_UNREADABLE | none.conf: no such
            filter none.png out.png         | --kernel-file         | none.txt      | DATA_MISSING  | none.txt: no such
            filter blur none.png out.png    | --padding             | Reflct        | USAGE         | did you mean 'reflect'?
            """;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void trainAModel() throws IOException {
        SmallMnist.write(folder, 8, 8);
        CommandLineRun run = CommandLineRun.of(
                "train",
                "data.path=" + folder,
                "model.name=mlp",
                "train.max-steps=1",
                "train.output=" + folder.resolve("model"));
        assertEquals(0, run.code(), run.err());
    }

    record Case(String command, String option, String value, ExitCode code, String words) {
        static Case of(String line) {
            String[] cells = Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new);
            return new Case(
                    cells[0], cells[1], cells[2].equals("''") ? "" : cells[2], ExitCode.valueOf(cells[3]), cells[4]);
        }

        String verb() {
            return command.split(" ", 2)[0];
        }
    }

    static List<Case> cases() {
        return TABLE.lines().map(Case::of).toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aWrongValueHasOneLineAndTheCodeOfTheRule(Case wrong) {
        List<String> arguments = new ArrayList<>(List.of(wrong.command()
                .replace("MODEL", folder.resolve("model").toString())
                .split(" ")));
        arguments.add(wrong.option() + "=" + wrong.value());
        if (wrong.verb().equals("train")) {
            arguments.add("train.output=" + folder.resolve("another"));
        }
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));

        assertEquals(wrong.code().code(), run.code(), run.err());
        assertEquals(1, run.errors().size(), run.err());
        assertTrue(run.errors().get(0).contains(wrong.words()), run.err());
        assertEquals("", run.out());
    }

    @Test
    void noOptionIsLeftOut() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Set<String> all = new TreeSet<>();
        Convoy.commandLine(new Streams(nowhere, nowhere, Screen.plain()))
                .getSubcommands()
                .forEach((verb, command) -> command.getCommandSpec().options().stream()
                        .filter(option -> option.arity().max() > 0)
                        .forEach(option -> all.add(verb + " " + option.longestName())));
        Set<String> tested = new TreeSet<>();
        cases().forEach(wrong -> tested.add(wrong.verb() + " " + wrong.option()));
        assertEquals(all, tested);
    }
}
