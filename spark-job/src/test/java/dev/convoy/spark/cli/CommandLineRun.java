package dev.convoy.spark.cli;

import dev.convoy.spark.report.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** One call of the command line inside this JVM, with what it printed. */
record CommandLineRun(int code, String out, String err) {
    static {
        // What spark-submit would hand over.
        System.setProperty("spark.master", "local[1]");
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    static CommandLineRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Streams streams = new Streams(new PrintWriter(out, true), new PrintWriter(err, true), Screen.plain());
        int code = Convoy.run(streams, arguments);
        return new CommandLineRun(code, out.toString(), err.toString());
    }

    /** The lines that report errors. */
    List<String> errors() {
        return err.lines().filter(line -> line.startsWith("convoy: error: ")).toList();
    }
}
