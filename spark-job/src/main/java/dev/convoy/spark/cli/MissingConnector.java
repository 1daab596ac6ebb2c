package dev.convoy.spark.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;

/** A file system that Hadoop knows by name but whose classes come in a jar of their own, which is not here. */
final class MissingConnector {
    private static final Pattern CLASS =
            Pattern.compile("Class (org\\.apache\\.hadoop\\.fs\\.(\\w+)\\.\\w+) not found");

    private MissingConnector() {}

    /** The line for the user, if this is what Hadoop says. */
    static Optional<String> in(Throwable cause) {
        Matcher found = CLASS.matcher(String.valueOf(cause.getMessage()));
        if (!(cause instanceof ClassNotFoundException) || !found.matches()) {
            return Optional.empty();
        }
        String scheme = found.group(2);
        String fix = scheme.equals("s3a")
                ? "with --packages org.apache.hadoop:hadoop-aws:" + VersionInfo.getVersion()
                        + ", or its jar and those it needs" + " with --jars"
                : "with --packages, or its jar and those it needs with --jars";
        return Optional.of("nothing here can read or write " + scheme + ":// paths: " + found.group(1)
                + " is not on the class path; add it " + fix);
    }
}
